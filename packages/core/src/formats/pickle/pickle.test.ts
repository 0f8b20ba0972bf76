import { encodeText } from '../bytes';
import {
  Counter,
  OrderedDict,
  PythonFloat,
  pickle,
  Tuple,
  tupleOf,
  type UnpickleOptions,
  UnpicklingError,
  unpickle,
} from './index';

const bytes = (base64: string) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const globals: UnpickleOptions['globals'] = new Map([
  ['builtins.set', { call: ([items]: readonly unknown[]) => new Set(items as unknown[]) }],
  ['builtins.frozenset', { call: ([items]: readonly unknown[]) => new Set(items as unknown[]) }],
  ['collections.OrderedDict', { call: () => new OrderedDict() }],
]);

// pickle.dumps of one value in Python 3, by protocol
const recorded: [number, string][] = [
  [
    0,
    'KGRwMApWbm9uZQpwMQpOc1Z5ZXMKcDIKSTAxCnNWbm8KcDMKSTAwCnNWaW50cwpwNAoobHA1CkkwCmFJMjU1CmFJMjU2CmFJNjU1MzUKYUk2NTUzNgphSS0xCmFJMjE0NzQ4MzY0NwphSS0yMTQ3NDgzNjQ4CmFMMTA5OTUxMTYyNzc3NkwKYUwtMTA5OTUxMTYyNzc3NkwKYUwxMTgwNTkxNjIwNzE3NDExMzAzNDI0TAphTC0xMTgwNTkxNjIwNzE3NDExMzAzNDI0TAphc1ZmbG9hdHMKcDYKKGxwNwpGMC41CmFGLTFlKzMwMAphRmluZgphc1Z0ZXh0CnA4CihscDkKVgpwMTAKYVbkXHU0ZTJkXFUwMDAxZjYwMApwMTEKYVZhXHUwMDBhYlx1MDA1Y3UKcDEyCmFzVnR1cGxlCnAxMwooKHQoSTEKdHAxNAooSTEKSTIKdHAxNQooSTEKSTIKSTMKdHAxNgooSTEKSTIKSTMKSTQKdHAxNwp0cDE4CnNWbmVzdGVkCnAxOQooZHAyMApWYQpwMjEKKGxwMjIKKGRwMjMKVmIKcDI0CmcxNApzYXNJNwpWc2V2ZW4KcDI1CnNzVnNldApwMjYKY19fYnVpbHRpbl9fCnNldApwMjcKKChscDI4CkkxCmF0cDI5ClJwMzAKc1Zmcm96ZW4KcDMxCmNfX2J1aWx0aW5fXwpmcm96ZW5zZXQKcDMyCigobHAzMwpJMgphdHAzNApScDM1CnNWc2hhcmVkCnAzNgoobHAzNwoobHAzOApJMQphYWczOAphcy4=',
  ],
  [
    1,
    'fXEAKFgEAAAAbm9uZXEBTlgDAAAAeWVzcQJJMDEKWAIAAABub3EDSTAwClgEAAAAaW50c3EEXXEFKEsAS/9NAAFN//9KAAABAEr/////Sv///39KAAAAgEwxMDk5NTExNjI3Nzc2TApMLTEwOTk1MTE2Mjc3NzZMCkwxMTgwNTkxNjIwNzE3NDExMzAzNDI0TApMLTExODA1OTE2MjA3MTc0MTEzMDM0MjRMCmVYBgAAAGZsb2F0c3EGXXEHKEc/4AAAAAAAAEf+N+Q8iAB1nEd/8AAAAAAAAGVYBAAAAHRleHRxCF1xCShYAAAAAHEKWAkAAADDpOS4rfCfmIBxC1gFAAAAYQpiXHVxDGVYBQAAAHR1cGxlcQ0oKShLAXRxDihLAUsCdHEPKEsBSwJLA3RxEChLAUsCSwNLBHRxEXRxElgGAAAAbmVzdGVkcRN9cRQoWAEAAABhcRVdcRZ9cRdYAQAAAGJxGGgOc2FLB1gFAAAAc2V2ZW5xGXVYAwAAAHNldHEaY19fYnVpbHRpbl9fCnNldApxGyhdcRxLAWF0cR1ScR5YBgAAAGZyb3plbnEfY19fYnVpbHRpbl9fCmZyb3plbnNldApxIChdcSFLAmF0cSJScSNYBgAAAHNoYXJlZHEkXXElKF1xJksBYWgmZXUu',
  ],
  [
    2,
    'gAJ9cQAoWAQAAABub25lcQFOWAMAAAB5ZXNxAohYAgAAAG5vcQOJWAQAAABpbnRzcQRdcQUoSwBL/00AAU3//0oAAAEASv////9K////f0oAAACAigYAAAAAAAGKBgAAAAAA/4oJAAAAAAAAAABAigkAAAAAAAAAAMBlWAYAAABmbG9hdHNxBl1xByhHP+AAAAAAAABH/jfkPIgAdZxHf/AAAAAAAABlWAQAAAB0ZXh0cQhdcQkoWAAAAABxClgJAAAAw6TkuK3wn5iAcQtYBQAAAGEKYlx1cQxlWAUAAAB0dXBsZXENKClLAYVxDksBSwKGcQ9LAUsCSwOHcRAoSwFLAksDSwR0cRF0cRJYBgAAAG5lc3RlZHETfXEUKFgBAAAAYXEVXXEWfXEXWAEAAABicRhoDnNhSwdYBQAAAHNldmVucRl1WAMAAABzZXRxGmNfX2J1aWx0aW5fXwpzZXQKcRtdcRxLAWGFcR1ScR5YBgAAAGZyb3plbnEfY19fYnVpbHRpbl9fCmZyb3plbnNldApxIF1xIUsCYYVxIlJxI1gGAAAAc2hhcmVkcSRdcSUoXXEmSwFhaCZldS4=',
  ],
  [
    3,
    'gAN9cQAoWAQAAABub25lcQFOWAMAAAB5ZXNxAohYAgAAAG5vcQOJWAQAAABpbnRzcQRdcQUoSwBL/00AAU3//0oAAAEASv////9K////f0oAAACAigYAAAAAAAGKBgAAAAAA/4oJAAAAAAAAAABAigkAAAAAAAAAAMBlWAYAAABmbG9hdHNxBl1xByhHP+AAAAAAAABH/jfkPIgAdZxHf/AAAAAAAABlWAQAAAB0ZXh0cQhdcQkoWAAAAABxClgJAAAAw6TkuK3wn5iAcQtYBQAAAGEKYlx1cQxlWAUAAAB0dXBsZXENKClLAYVxDksBSwKGcQ9LAUsCSwOHcRAoSwFLAksDSwR0cRF0cRJYBgAAAG5lc3RlZHETfXEUKFgBAAAAYXEVXXEWfXEXWAEAAABicRhoDnNhSwdYBQAAAHNldmVucRl1WAMAAABzZXRxGmNidWlsdGlucwpzZXQKcRtdcRxLAWGFcR1ScR5YBgAAAGZyb3plbnEfY2J1aWx0aW5zCmZyb3plbnNldApxIF1xIUsCYYVxIlJxI1gGAAAAc2hhcmVkcSRdcSUoXXEmSwFhaCZldS4=',
  ],
  [
    4,
    'gASVMQEAAAAAAAB9lCiMBG5vbmWUTowDeWVzlIiMAm5vlImMBGludHOUXZQoSwBL/00AAU3//0oAAAEASv////9K////f0oAAACAigYAAAAAAAGKBgAAAAAA/4oJAAAAAAAAAABAigkAAAAAAAAAAMBljAZmbG9hdHOUXZQoRz/gAAAAAAAAR/435DyIAHWcR3/wAAAAAAAAZYwEdGV4dJRdlCiMAJSMCcOk5Lit8J+YgJSMBWEKYlx1lGWMBXR1cGxllCgpSwGFlEsBSwKGlEsBSwJLA4eUKEsBSwJLA0sEdJR0lIwGbmVzdGVklH2UKIwBYZRdlH2UjAFilGgOc2FLB4wFc2V2ZW6UdYwDc2V0lI+UKEsBkIwGZnJvemVulChLApGUjAZzaGFyZWSUXZQoXZRLAWFoIGV1Lg==',
  ],
  [
    5,
    'gAWVMQEAAAAAAAB9lCiMBG5vbmWUTowDeWVzlIiMAm5vlImMBGludHOUXZQoSwBL/00AAU3//0oAAAEASv////9K////f0oAAACAigYAAAAAAAGKBgAAAAAA/4oJAAAAAAAAAABAigkAAAAAAAAAAMBljAZmbG9hdHOUXZQoRz/gAAAAAAAAR/435DyIAHWcR3/wAAAAAAAAZYwEdGV4dJRdlCiMAJSMCcOk5Lit8J+YgJSMBWEKYlx1lGWMBXR1cGxllCgpSwGFlEsBSwKGlEsBSwJLA4eUKEsBSwJLA0sEdJR0lIwGbmVzdGVklH2UKIwBYZRdlH2UjAFilGgOc2FLB4wFc2V2ZW6UdYwDc2V0lI+UKEsBkIwGZnJvemVulChLApGUjAZzaGFyZWSUXZQoXZRLAWFoIGV1Lg==',
  ],
];

it.each(recorded)('reads protocol %s', (_, file) => {
  const value = unpickle(bytes(file), { globals }) as Map<string, any>;
  expect([...value.keys()]).toEqual([
    'none',
    'yes',
    'no',
    'ints',
    'floats',
    'text',
    'tuple',
    'nested',
    'set',
    'frozen',
    'shared',
  ]);
  expect([value.get('none'), value.get('yes'), value.get('no')]).toEqual([null, true, false]);
  const ints = [0, 255, 256, 65535, 65536, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 40, -(2 ** 40), 2n ** 70n, -(2n ** 70n)];
  expect(value.get('ints')).toEqual(ints);
  expect(value.get('floats')).toEqual([0.5, -1e300, Infinity]);
  expect(value.get('text')).toEqual(['', 'ä中😀', 'a\nb\\u']);
  expect(value.get('tuple').map((t: Tuple) => [t instanceof Tuple, ...t])).toEqual(
    [0, 1, 2, 3, 4].map((n) => [true, ...[1, 2, 3, 4].slice(0, n)]),
  );
  expect(value.get('nested')).toEqual(
    new Map<unknown, unknown>([
      ['a', [new Map([['b', tupleOf([1])]])]],
      [7, 'seven'],
    ]),
  );
  expect([value.get('set'), value.get('frozen')]).toEqual([new Set([1]), new Set([2])]);
  expect(value.get('shared')[0]).toBe(value.get('shared')[1]);
});

it('reads bytes of protocol 5', () => {
  expect(unpickle(bytes('gAWVFgAAAAAAAABdlChDAgD/lJYCAAAAAAAAAGFilGUu'), { globals })).toEqual([
    Uint8Array.of(0, 255),
    latin1('ab'),
  ]);
});

it("writes what Python's pickle.dumps writes", () => {
  const value = {
    a: [1, 2.5, null, true],
    b: tupleOf([1, 2]),
    c: 'a',
    d: new Map([
      ['x', -5],
      ['y', 2 ** 40],
    ]),
  };
  expect(pickle(value)).toEqual(
    bytes(
      'gAJ9cQAoWAEAAABhcQFdcQIoSwFHQAQAAAAAAABOiGVYAQAAAGJxA0sBSwKGcQRYAQAAAGNxBWgBWAEAAABkcQZ9cQcoWAEAAAB4cQhK+////1gBAAAAeXEJigYAAAAAAAF1dS4=',
    ),
  );
});

it('round-trips plain values, keeping what is shared', () => {
  const shared = [1];
  const value = [
    -0,
    1e-310,
    NaN,
    -129,
    2 ** 53,
    255n,
    -(2n ** 63n),
    2n ** 64n,
    'ä',
    shared,
    tupleOf([shared]),
    new Set(['x']),
    new OrderedDict<unknown, unknown>([['k', shared]]),
    Array.from({ length: 2500 }, (_, i) => i),
  ];
  const back = unpickle(pickle(value), { globals }) as any[];
  expect(back.slice(0, 4)).toEqual([-0, 1e-310, NaN, -129]);
  expect(Number(back[4])).toBe(2 ** 53);
  expect(back.slice(5, 9)).toEqual([255, -(2n ** 63n), 2n ** 64n, 'ä']);
  expect(back[10][0]).toBe(back[9]);
  expect(back[12]).toBeInstanceOf(OrderedDict);
  expect(back[12].get('k')).toBe(back[9]);
  expect(back[13]).toEqual(value[13]);
  expect(pickle(new PythonFloat(1))).toEqual(latin1('\x80\x02G?\xf0\0\0\0\0\0\0.'));
});

const options: UnpickleOptions = { globals };
it.each([
  ['a name', 'cos\nsystem\n(S"x"\ntR.', 'Unsupported global: GLOBAL os.system was not an allowed global'],
  ['a name of protocol 4', '\x80\x04\x8c\x02os\x8c\x06system\x93.', 'GLOBAL os.system'],
  ['a name by INST', '(S"x"\nios\nsystem\n.', 'GLOBAL os.system'],
  ['a name through __builtin__', 'c__builtin__\neval\n.', 'GLOBAL builtins.eval'],
  ['a number called', 'K\x01)R.', 'unrecognized function int'],
  [
    'a name created that can only be called with no tuple',
    'ccollections\nOrderedDict\nK\x01R.',
    'needs a tuple of arguments, but got int',
  ],
  ['a state on a list', ']}b.', 'but got list'],
  ['APPEND to a tuple', ')K\x01a.', 'Can only append to lists, but got tuple'],
  ['APPENDS to a dict', '}(K\x01e.', 'Can only extend lists, but got dict'],
  ['SETITEM on a list', ']K\x01K\x02s.', 'Can only SETITEM for dict'],
  ['a key without value', '}(K\x01u.', 'a key without a value'],
  ['a list as key', '}]K\x01s.', "unhashable type: 'list'"],
  ['an unset memo slot', 'h\x05.', 'memo slot 5 was never set'],
  ['a persistent id', 'K\x01Q.', 'unsupported persistent id'],
  ['an extension code', '\x82\x01.', 'Unsupported operand 130'],
  ['a buffer out of band', '\x97.', 'Unsupported operand 151'],
  ['a newer protocol', '\x80\x06N.', 'pickle protocol 6 is not known'],
  ['an empty stack', '.', 'takes from an empty stack'],
  ['a group never opened', 't.', 'closes a group that it never opened'],
  ['no STOP', 'K\x01', 'ends without a STOP'],
  ['nothing', '', 'ends without a STOP'],
  ['a length beyond the end', 'X\xff\xff\xff\x7fabc.', 'truncated: 2147483647 bytes expected'],
  ['a negative length', '\x8b\xff\xff\xff\xff.', 'truncated: -1 bytes expected'],
  ['a 64-bit length', '\x8d\xff\xff\xff\xff\xff\xff\xff\xff.', 'too large for a size'],
  ['an endless integer', `\x8b\x00\x20\x00\x00${'1'.repeat(8192)}.`, 'an integer of 8192 bytes is too long'],
  ['an endless decimal', `L${'9'.repeat(9000)}L\n.`, 'is not an integer'],
  ['a word for a number', 'Iabc\n.', '"abc" is not an integer'],
  ['groups without end', '('.repeat(5000), 'groups are nested'],
  ['lists without end', `${']'.repeat(3000)}${'a'.repeat(2999)}.`, 'nested more than 1000 deep'],
  ['a list in itself', ']q\x00h\x00a.', 'a container holds itself'],
  ['text that is not UTF-8', 'X\x01\0\0\0\xff.', 'not valid UTF-8'],
])('refuses %s', (_, text, message) => {
  expect(() => unpickle(latin1(text), options)).toThrow(message);
  expect(() => unpickle(latin1(text), options)).toThrow(
    expect.objectContaining({ name: expect.stringMatching(/FormatError|UnpicklingError/) }),
  );
});

it('gives keys no meaning', () => {
  const value = unpickle(pickle(new Map([['__proto__', new Map([['polluted', 1]])]])), options) as Map<string, unknown>;
  expect([...value.keys()]).toEqual(['__proto__']);
  expect(({} as any).polluted).toBeUndefined();
});

it('survives any bytes', () => {
  let state = 1;
  const random = () => (state = (Math.imul(state, 48271) >>> 0) % 2147483647);
  const good = bytes(recorded[4]![1]);
  for (let round = 0; round < 3000; round++) {
    const bad = good.slice(0, 1 + (random() % good.length));
    for (let k = 0; k < 3; k++) bad[random() % bad.length] = random() & 255;
    try {
      unpickle(bad, options);
    } catch (error) {
      expect((error as Error).name).toMatch(/FormatError|UnpicklingError/);
    }
  }
});

it('asks the caller how to write other objects, and says what cannot be written', () => {
  class Point {
    readonly x = 3;
  }
  const reduce = (value: object) =>
    value instanceof Point ? { call: ['m', 'P'] as const, args: tupleOf([value.x]) } : undefined;
  const point: UnpickleOptions['globals'] = new Map([['m.P', { call: ([x]: readonly unknown[]) => `P${String(x)}` }]]);
  expect(unpickle(pickle([new Point()], { reduce }), { globals: point })).toEqual(['P3']);
  expect(() => pickle(new Point())).toThrow('a Point cannot be written');
  expect(() => pickle(Symbol('x'))).toThrow('a symbol cannot be written');
  const endless: unknown[] = [];
  for (let i = 0, at = endless; i < 2000; i++) at.push((at = []));
  expect(() => pickle(endless)).toThrow('nested more than 1000 deep');
  expect(new Counter([['a', 1]]).get('a')).toBe(1);
  expect(() => unpickle(encodeText('no pickle'), options)).toThrow(UnpicklingError);
});
