import { nn, ops, type Tensor } from '@stele/core';

// Gradients of tables that were gathered from are sums of rows. Keras takes what is not linear in a gradient (squares,
// sizes) of each row by itself, so that a row that comes twice counts otherwise than its sum.

/** A function of each row, summed; undefined for a gradient that is dense from the start. */
export function byRows(g: Tensor, f: (t: Tensor) => Tensor): Tensor | undefined {
  const rows = nn.rowsOf(g);
  return rows === null ? undefined : nn.sumOfRows({ ...rows, values: f(rows.values) }, g.sizes);
}
/** The sum of the rows' squares, which stands for the gradient's square. */
export const squares = (g: Tensor): Tensor | undefined => byRows(g, ops.square);
/** A function of a gradient, of its rows if it has some: it stays a sum of rows. */
export const inRows = (g: Tensor, f: (t: Tensor) => Tensor): Tensor => byRows(g, f) ?? f(g);
