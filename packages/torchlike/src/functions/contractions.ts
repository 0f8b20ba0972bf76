import { isNumber, ops } from '@stele/core';
import { ValueError } from '../errors';
import { named } from '../methods/base';
import type { Tensor } from '../tensor';
import { chained } from './chains';
import { defineVariadic } from './define';

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
  return named(ops.einsum(equation, operands) as Tensor, 'View');
}
/** The product of matrices, multiplied in the cheapest order. */
export const chain_matmul = defineVariadic<Tensor, object, Tensor>(
  'chain_matmul',
  '',
  (matrices): Tensor => chained(matrices),
);
