import { Unsupported } from './outcome';

type Node = (names: Readonly<Record<string, number>>) => number;

const functions: Readonly<Record<string, (...x: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  abs: Math.abs,
  float: (x) => x,
  int: Math.trunc,
  'math.cos': Math.cos,
  'math.sin': Math.sin,
  'math.exp': Math.exp,
  'math.sqrt': Math.sqrt,
};

type Binary = (a: number, b: number) => number;
const binary =
  (left: Node, right: Node, f: Binary): Node =>
  (n) =>
    f(left(n), right(n));

/**
 * A formula as recordings write one in Python: arithmetic, comparisons, `a if b else c`, min, max and the like.
 *
 * ```ts
 * readFormula('0.5 ** (epoch // 2)')({ epoch: 4 }); // 0.25
 * ```
 */
export function readFormula(text: string): Node {
  const fail = (): never => {
    throw new Unsupported('formula', `the runner cannot read the formula ${text}`);
  };
  const tokens = text.match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[a-z_.]+|\*\*|\/\/|<=|>=|==|!=|[-+*/%(),<>]/gi) ?? [];
  if (tokens.join('') !== text.replace(/\s+/g, '')) fail();
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const take = (token?: string): string => {
    const next = tokens[at++];
    return next === undefined || (token !== undefined && next !== token) ? fail() : next;
  };
  const level =
    (next: () => Node, table: Readonly<Record<string, Binary>>): (() => Node) =>
    () => {
      let left = next();
      for (let f = table[peek()]; f !== undefined; f = table[peek()]) {
        take();
        left = binary(left, next(), f);
      }
      return left;
    };
  const atom = (): Node => {
    const token = take();
    if (token === '(') {
      const inner = choice();
      take(')');
      return inner;
    }
    if (/^[\d.]/.test(token)) return () => Number(token);
    if (token === 'math.pi') return () => Math.PI;
    if (peek() !== '(') return (n) => n[token] ?? fail();
    const f = functions[token] ?? fail();
    take('(');
    const args: Node[] = [];
    while (peek() !== ')') {
      args.push(choice());
      if (peek() === ',') take();
    }
    take(')');
    return (n) => f(...args.map((a) => a(n)));
  };
  const power = (): Node => {
    const base = atom();
    if (peek() !== '**') return base;
    take();
    return binary(base, unary(), (a, b) => a ** b);
  };
  const unary = (): Node => {
    if (peek() !== '-') return power();
    take();
    const inner = unary();
    return (n) => -inner(n);
  };
  const product = level(unary, {
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '//': (a, b) => Math.floor(a / b),
    '%': (a, b) => a - b * Math.floor(a / b),
  });
  const sum = level(product, { '+': (a, b) => a + b, '-': (a, b) => a - b });
  const comparison = level(sum, {
    '<': (a, b) => Number(a < b),
    '>': (a, b) => Number(a > b),
    '<=': (a, b) => Number(a <= b),
    '>=': (a, b) => Number(a >= b),
    '==': (a, b) => Number(a === b),
    '!=': (a, b) => Number(a !== b),
  });
  function choice(): Node {
    const yes = comparison();
    if (peek() !== 'if') return yes;
    take();
    const test = comparison();
    take('else');
    const no = choice();
    return (n) => (test(n) !== 0 ? yes(n) : no(n));
  }
  const formula = choice();
  return at < tokens.length ? fail() : formula;
}
