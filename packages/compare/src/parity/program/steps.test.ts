import { parseJson } from '../json';
import { stepsToPython } from './steps';

const v = (name: string) => ({ var: name });
it.each([
  [['assign', v('a'), { bin: ['+', { lit: 1 }, { lit: 2, float: true }] }], 'a = (1 + 2.0)'],
  [['augassign', '+', v('a'), { lit: 0.5, float: true }], 'a += 0.5'],
  [
    ['expr', { call: { attr: [v('tf'), 'add'] }, args: [v('a')], kwargs: { name: { lit: "it's" } } }],
    "tf.add(a, name='it\\'s')",
  ],
  [['expr', { index: [v('x'), { tuple: [{ ellipsis: true }, { slice: [null, { lit: 2 }, null] }] }] }], 'x[..., :2]'],
  [['expr', { index: [v('x'), { slice: [{ lit: 1 }, null, { lit: -1 }] }] }], 'x[1::-1]'],
  [['assign', { tuple: [v('a'), v('b')] }, { tuple: [{ lit: null }] }], 'a, b = (None,)'],
  [['expr', { dict: [[{ lit: 'k' }, { list: [{ lit: true }] }]] }], "{'k': [True]}"],
  [
    ['expr', { lambda: ['x'], body: { ifexp: [{ cmp: ['>', v('x'), { lit: 0 }] }, v('x'), { un: ['-', v('x')] }] } }],
    '(lambda x: (x if (x > 0) else (-x)))',
  ],
  [['expr', { listcomp: [{ attr: [v('w'), 'name'] }, v('w'), v('ws')] }], '[w.name for w in ws]'],
  [['expr', { bool: ['and', v('a'), v('b'), v('c')] }], '(a and b and c)'],
  [['expr', { lit: 'nonsense', bytes: true }], "b'nonsense'"],
  [['expr', { call: { attr: [{ lit: 2 }, 'bit_length'] }, args: [], kwargs: {} }], '(2).bit_length()'],
  [['return', null], 'return'],
  [['pass'], 'pass'],
])('%j', (step, source) => {
  expect(stepsToPython(parseJson(JSON.stringify([step])))).toBe(`${source}\n`);
});

it('writes blocks', () => {
  const steps = [
    [
      'def',
      'f',
      ['x', 'y'],
      [{ attr: [v('tf'), 'function'] }],
      [['if', v('x'), [['return', v('y')]], [['pass']]]],
      [{ lit: 1 }],
    ],
    ['with', { call: v('open'), args: [], kwargs: {} }, v('t'), [['for', v('i'), v('r'), []]]],
    ['with', v('c'), null, [['pass']]],
  ];
  expect(stepsToPython(parseJson(JSON.stringify(steps)))).toBe(
    [
      '@tf.function',
      'def f(x, y=1):',
      '    if x:',
      '        return y',
      '    else:',
      '        pass',
      'with open() as t:',
      '    for i in r:',
      '        pass',
      'with c:',
      '    pass',
      '',
    ].join('\n'),
  );
});

it.each([[[['jump']]], [[['expr', { goto: 1 }]]], ['text'], [[['assign', v('a')]]]])('refuses %j', (steps) => {
  expect(() => stepsToPython(parseJson(JSON.stringify(steps)))).toThrow('not in the grammar');
});
