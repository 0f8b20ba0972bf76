import { inplace, is } from '../runtime/operators';
import {
  binary,
  callMethod,
  compare,
  contains,
  delitem,
  equals,
  fn,
  getattr,
  getitem,
  index,
  iterate,
  len,
  registerModule,
  setitem,
  truth,
  tuple,
  unary,
} from './api';

const BINARY: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  truediv: '/',
  floordiv: '//',
  mod: '%',
  pow: '**',
  matmul: '@',
  and_: '&',
  or_: '|',
  xor: '^',
  lshift: '<<',
  rshift: '>>',
};
const COMPARE: Readonly<Record<string, string>> = { lt: '<', le: '<=', gt: '>', ge: '>=', eq: '==', ne: '!=' };

registerModule('operator', () => {
  const members: Record<string, unknown> = {};
  for (const [name, op] of Object.entries(BINARY)) {
    members[name] = fn(`${name}(a, b, /)`, (a, b) => binary(op, a, b));
    const inName = `i${name.replace('_', '')}`;
    members[inName] = fn(`${inName}(a, b, /)`, (a, b) => inplace(op, a, b));
  }
  for (const [name, op] of Object.entries(COMPARE)) members[name] = fn(`${name}(a, b, /)`, (a, b) => compare(op, a, b));
  const path = (x: unknown, name: string): unknown => name.split('.').reduce((o, part) => getattr(o, part), x);
  return {
    ...members,
    neg: fn('neg(a, /)', (a) => unary('-', a)),
    pos: fn('pos(a, /)', (a) => unary('+', a)),
    invert: fn('invert(a, /)', (a) => unary('~', a)),
    not_: fn('not_(a, /)', (a) => !truth(a)),
    truth: fn('truth(a, /)', (a) => truth(a)),
    is_: fn('is_(a, b, /)', (a, b) => is(a, b)),
    is_not: fn('is_not(a, b, /)', (a, b) => !is(a, b)),
    index: fn('index(a, /)', (a) => index(a)),
    contains: fn('contains(a, b, /)', (a, b) => contains(a, b)),
    countOf: fn('countOf(a, b, /)', (a, b) => [...iterate(a)].filter((v) => equals(v, b)).length),
    getitem: fn('getitem(a, b, /)', (a, b) => getitem(a, b)),
    setitem: fn('setitem(a, b, c, /)', (a, b, c) => {
      setitem(a, b, c);
      return null;
    }),
    delitem: fn('delitem(a, b, /)', (a, b) => {
      delitem(a, b);
      return null;
    }),
    length_hint: fn('length_hint(a, default=0, /)', (a) => len(a)),
    itemgetter: fn('itemgetter(item, /, *items)', (item, items) =>
      fn('itemgetter(obj, /)', (x) =>
        items.length === 0 ? getitem(x, item) : tuple([getitem(x, item), ...[...items].map((i) => getitem(x, i))]),
      ),
    ),
    attrgetter: fn('attrgetter(attr, /, *attrs)', (name, names) =>
      fn('attrgetter(obj, /)', (x) =>
        names.length === 0 ? path(x, name) : tuple([path(x, name), ...[...names].map((n) => path(x, n))]),
      ),
    ),
    methodcaller: fn('methodcaller(name, /, *args, **kwargs)', (name, args, kwargs) =>
      fn('methodcaller(obj, /)', (x) => callMethod(x, name, [...args], Object.fromEntries(kwargs.entries()))),
    ),
  };
});
