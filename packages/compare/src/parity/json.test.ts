import { PyFloat } from '@stele/core/printing';
import { parseJson } from './json';

describe('parseJson', () => {
  it.each([
    ['2', 2],
    ['2.5', 2.5],
    ['-0.0', new PyFloat(-0)],
    ['2.0', new PyFloat(2)],
    ['1e300', new PyFloat(1e300)],
    ['9007199254740993', 9007199254740993n],
    ['[1, [2.0], "a\\n\\u00e9", true, null]', [1, [new PyFloat(2)], 'a\né', true, null]],
    ['{"shape": [], "data": [1.0, -0.0, 2e3]}', { shape: [], data: [1, -0, 2000] }],
    ['{"data": [["1", [2.0]]]}', { data: [['1', [2]]] }],
    ['"a\\\\"', 'a\\'],
  ])('reads %s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each([
    ['', 'the text ends at character 1'],
    ['{"a": 1', 'the text ends inside an object'],
    ['[1 2]', 'expected , or ] but found 2 at character 4'],
    ['{a: 1}', 'expected a key'],
    ['[1] x', 'something after the end (x)'],
    ['"abc', 'a string does not end'],
    ['"\\x"', 'a wrong escape'],
    ['nul', 'unexpected n'],
    ['[1,]', 'unexpected ]'],
    [`${'['.repeat(100_000)}`, 'more than 500 levels'],
    [`{"data":${'['.repeat(100_000)}`, 'more than 500 levels'],
  ])('refuses %.20s', (text, message) => {
    expect(() => parseJson(text)).toThrow(message);
  });

  it('keeps a key that JavaScript gives a meaning', () => {
    const value = parseJson('{"__proto__": {"polluted": 1}}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
