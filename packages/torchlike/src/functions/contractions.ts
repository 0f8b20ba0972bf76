import { isNumber, ops } from '@stele/core';
import { guarded, RuntimeError, ValueError } from '../errors';
import { named } from '../methods/base';
import type { Tensor } from '../tensor';
import { chained } from './chains';
import { defineVariadic } from './define';

/** Refuses what einsum refuses, in torch's words; ellipses are left to the engine. */
function checkEquation(equation: string, operands: readonly Tensor[]): void {
  const fail = (why: string): never => {
    throw new RuntimeError(`einsum(): ${why}`);
  };
  const [left = '', right] = equation.replace(/\s+/g, '').split('->');
  const terms = left.split(',');
  if (terms.length > operands.length) fail('fewer operands were provided than specified in the equation');
  if (terms.length < operands.length) fail('more operands were provided than specified in the equation');
  const sizes = new Map<string, number>();
  terms.forEach((term, i) => {
    if (term.includes('...')) return;
    const bad = [...term].find((c) => !/[a-zA-Z]/.test(c));
    if (bad !== undefined)
      fail(
        `invalid subscript given at index ${equation.indexOf(bad)} in the equation string, subscripts must be in [a-zA-Z]`,
      );
    const shape = operands[i]!.sizes;
    if (term.length !== shape.length)
      fail(
        `the number of subscripts in the equation (${term.length}) does not match the number of dimensions (${shape.length}) for operand ${i} and no ellipsis was given`,
      );
    [...term].forEach((c, k) => {
      const [seen, size] = [sizes.get(c), shape[k]!];
      if (seen !== undefined && seen !== size && seen !== 1 && size !== 1)
        fail(
          `subscript ${c} has size ${size} for operand ${i} which does not broadcast with previously seen size ${seen}`,
        );
      if (seen === undefined || seen === 1) sizes.set(c, size);
    });
  });
  if (right === undefined || left.includes('...')) return;
  const unknown = [...right.replace('...', '')].find((c) => !left.includes(c));
  if (unknown !== undefined) fail(`output subscript ${unknown} does not appear in the equation for any input operand`);
}
const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Einstein's summation: einsum('ij,jk->ik', a, b), or operands each followed by its list of axis numbers. */
export function einsum(...args: (string | Tensor | readonly Tensor[] | readonly unknown[])[]): Tensor {
  let equation: string;
  let operands: Tensor[];
  if (typeof args[0] === 'string') {
    equation = args[0];
    operands = (args.length === 2 && Array.isArray(args[1]) ? [...args[1]] : args.slice(1)) as Tensor[];
  } else {
    operands = [];
    const terms: string[] = [];
    const spelt = (list: readonly unknown[]): string =>
      list.map((k) => (isNumber(k) ? letters[Number(k)]! : '...')).join('');
    let i = 0;
    for (; i + 1 < args.length; i += 2) {
      operands.push(args[i] as Tensor);
      terms.push(spelt(args[i + 1] as unknown[]));
    }
    equation = terms.join(',') + (i < args.length ? `->${spelt(args[i] as unknown[])}` : '');
  }
  if (operands.length === 0)
    throw new ValueError(
      'einsum(): must specify the equation string and at least one operand, or at least one operand and its subscripts list',
    );
  checkEquation(equation, operands);
  return guarded(() => named(ops.einsum(equation, operands) as Tensor, 'View'));
}
/** The product of matrices, multiplied in the cheapest order. */
export const chain_matmul = defineVariadic<Tensor, object, Tensor>(
  'chain_matmul',
  '',
  (matrices): Tensor => chained(matrices),
);
