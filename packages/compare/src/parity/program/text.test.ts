import { mainSentence, sameSentence, withoutAddresses } from './text';

const escape = String.fromCharCode(27);

it.each([
  [
    '{{function_node __wrapped__Add_device_/job:x}} Incompatible shapes: [2] vs. [3] [Op:AddV2] name: ',
    'Incompatible shapes: [2] vs. [3]',
  ],
  ['in user code:\n\n    File "<tmp>", line 5, in f  *\n        boom()\n\n    ValueError: not so\n', 'not so'],
  [
    "Graph execution error:\n\nDetected at node 'x'\nNode: 'x'\nYou must feed a value\n\t [[{{node x}}]]\n",
    'You must feed a value',
  ],
  [
    `Exception encountered when calling Dense.call().\n\n${escape}[1mInput 0 is wrong${escape}[0m\n\nArguments: x`,
    'Input 0 is wrong',
  ],
  ['Cannot find it. Please look elsewhere.', 'Cannot find it'],
  ['one line\nand another', 'one line'],
])('%j is about %j', (message, sentence) => {
  expect(mainSentence(message)).toBe(sentence);
});

it('compares main sentences', () => {
  expect(sameSentence('Cannot do that. Use another.', 'Cannot do that. See the guide.')).toBe(true);
  expect(sameSentence('Cannot do this.', 'Cannot do that.')).toBe(false);
  expect(sameSentence("allowed: {'b', 'a'}", "allowed: {'a', 'b'}")).toBe(true);
  expect(withoutAddresses('<f at 0x7f00ab>')).toBe(withoutAddresses('<f at 0x<addr>>'));
});
