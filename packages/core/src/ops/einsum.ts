import { ShapeError, ValueError } from '../errors';
import { numel } from '../tensor/strides';
import type { Tensor } from '../tensor/tensor';
import { mul } from './elementwise';
import { diagonalOf } from './linalg';
import { matmul } from './matmul';
import { sum } from './reduce';
import { permute, reshape, unsqueeze } from './shape';

const bad = (equation: string, why: string, more: object = {}): Error =>
  new ValueError(`the equation "${equation}" ${why}`, { op: 'einsum', kind: 'equation', equation, ...more } as never);

/** The letters of each operand, with an ellipsis spelt out in capitals of its own, and those of the result. */
function parse(equation: string, operands: readonly Tensor[]): { terms: string[][]; result: string[] } {
  const [left = '', right] = equation.replace(/\s+/g, '').split('->');
  const parts = left.split(',');
  if (parts.length !== operands.length)
    throw bad(equation, `names ${parts.length} operands, ${operands.length} were given`);
  let widest = 0;
  const own = parts.map((part, i) => {
    const [before, after, more] = part.split('...');
    if (more !== undefined) throw bad(equation, 'has two ellipses in one operand');
    const letters = `${before}${after ?? ''}`;
    if (!/^[a-zA-Z]*$/.test(letters)) throw bad(equation, 'may hold letters, commas, an arrow and ellipses only');
    const rest = operands[i]!.rank - letters.length;
    if (after === undefined ? rest !== 0 : rest < 0)
      throw new ShapeError(
        `operand ${i} has ${operands[i]!.rank} axes, its subscripts "${part}" name ${letters.length}`,
        { op: 'einsum', kind: 'subscripts', shapes: [operands[i]!.sizes], operand: i, wanted: letters.length } as never,
      );
    if (after !== undefined) widest = Math.max(widest, rest);
    return { before: before!, after, rest };
  });
  const ellipsis = (rest: number): string[] => Array.from({ length: rest }, (_, k) => `.${widest - rest + k}`);
  const terms = own.map(({ before, after, rest }) =>
    after === undefined ? [...before] : [...before, ...ellipsis(rest), ...after],
  );
  const counts = new Map<string, number>();
  for (const letter of terms.flat()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  if (right === undefined) {
    const once = [...counts].filter(([letter, n]) => n === 1 && !letter.startsWith('.')).map(([letter]) => letter);
    return { terms, result: [...ellipsis(widest), ...once.sort()] };
  }
  const [before, after] = right.split('...');
  const result = after === undefined ? [...before!] : [...before!, ...ellipsis(widest), ...after];
  const unknown = result.find((letter) => !counts.has(letter));
  if (unknown !== undefined)
    throw bad(equation, `asks for "${unknown}", which no operand has`, { reason: 'unknown', letter: unknown });
  if (new Set(result).size !== result.length) throw bad(equation, 'names an axis of the result twice');
  return { terms, result };
}

/** An operand in which every letter stands once: repeated ones become diagonals. */
function withoutRepeats(x: Tensor, letters: string[]): { x: Tensor; letters: string[] } {
  for (let i = 0; i < letters.length; i++) {
    const j = letters.indexOf(letters[i]!, i + 1);
    if (j < 0) continue;
    const others = letters.map((_, k) => k).filter((k) => k !== i && k !== j);
    const moved = diagonalOf(permute(x, [...others, i, j]));
    return withoutRepeats(moved, [...others.map((k) => letters[k]!), letters[i]!]);
  }
  return { x, letters };
}

/** Sums of products over the axes that the result does not name: `ij,jk->ik` is the matrix product. */
export function einsum(equation: string, operands: readonly Tensor[]): Tensor {
  if (operands.length === 0) throw bad(equation, 'needs at least one operand');
  const { terms, result } = parse(equation, operands);
  const sizes = new Map<string, number>();
  const parts = operands.map((operand, i) => withoutRepeats(operand, terms[i]!));
  for (const { x, letters } of parts)
    letters.forEach((letter, axis) => {
      const size = x.sizes[axis]!;
      const known = sizes.get(letter);
      if (known !== undefined && known !== size && known !== 1 && size !== 1)
        throw new ShapeError(`axis "${letter}" has size ${known} in one operand and ${size} in another`, {
          op: 'einsum',
          kind: 'einsumSize',
          shapes: [x.sizes],
          axis,
          expected: known,
          got: size,
        } as never);
      sizes.set(letter, Math.max(known ?? 1, size === 0 ? 0 : size));
    });
  let { x, letters } = parts[0]!;
  for (let i = 1; i < parts.length; i++) {
    const later = new Set([...result, ...parts.slice(i + 1).flatMap((p) => p.letters)]);
    ({ x, letters } = contract(x, letters, parts[i]!.x, parts[i]!.letters, later));
  }
  const gone = letters.flatMap((letter, axis) => (result.includes(letter) ? [] : [axis]));
  if (gone.length > 0) x = sum(x, gone, false);
  const kept = letters.filter((letter) => result.includes(letter));
  return permute(
    x,
    result.map((letter) => kept.indexOf(letter)),
  );
}

/** Two operands as one: a batched matrix product over what both have and nobody needs later. */
function contract(
  a: Tensor,
  as: readonly string[],
  b: Tensor,
  bs: readonly string[],
  later: ReadonlySet<string>,
): { x: Tensor; letters: string[] } {
  const alone = (x: Tensor, own: readonly string[], other: readonly string[]): { x: Tensor; letters: string[] } => {
    const gone = own.flatMap((letter, axis) => (later.has(letter) || other.includes(letter) ? [] : [axis]));
    return {
      x: gone.length > 0 ? sum(x, gone, false) : x,
      letters: own.filter((l) => later.has(l) || other.includes(l)),
    };
  };
  const left = alone(a, as, bs);
  const right = alone(b, bs, as);
  const both = left.letters.filter((l) => right.letters.includes(l));
  const size = (side: typeof left, l: string): number => side.x.sizes[side.letters.indexOf(l)]!;
  const narrow = both.some((l) => size(left, l) !== size(right, l));
  const batch = both.filter((l) => later.has(l));
  const summed = both.filter((l) => !later.has(l));
  const onlyA = left.letters.filter((l) => !both.includes(l));
  const onlyB = right.letters.filter((l) => !both.includes(l));
  if (narrow || summed.length === 0) {
    // broadcast, multiply, and sum what is to go
    const all = [...both, ...onlyA, ...onlyB];
    const spread = (side: typeof left): Tensor => {
      const own = all.filter((l) => side.letters.includes(l));
      let x = permute(
        side.x,
        own.map((l) => side.letters.indexOf(l)),
      );
      all.forEach((l, axis) => {
        if (!side.letters.includes(l)) x = unsqueeze(x, axis);
      });
      return x;
    };
    const product = mul(spread(left), spread(right));
    const gone = all.flatMap((l, axis) => (later.has(l) ? [] : [axis]));
    return { x: gone.length > 0 ? sum(product, gone, false) : product, letters: all.filter((l) => later.has(l)) };
  }
  const order = (side: typeof left, names: readonly string[]): Tensor =>
    permute(
      side.x,
      names.map((l) => side.letters.indexOf(l)),
    );
  const dims = (side: typeof left, names: readonly string[]): number[] => names.map((l) => size(side, l));
  const rows = dims(left, onlyA);
  const columns = dims(right, onlyB);
  const inner = numel(dims(left, summed));
  const lead = dims(left, batch);
  const one = reshape(order(left, [...batch, ...onlyA, ...summed]), [...lead, numel(rows), inner]);
  const two = reshape(order(right, [...batch, ...summed, ...onlyB]), [...lead, inner, numel(columns)]);
  return { x: reshape(matmul(one, two), [...lead, ...rows, ...columns]), letters: [...batch, ...onlyA, ...onlyB] };
}
