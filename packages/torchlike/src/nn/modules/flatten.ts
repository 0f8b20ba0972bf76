import type { Tensor } from '../../tensor';
import { Module } from './module';

/** Joins the dims from start_dim to end_dim; the batch is kept by default. */
export class Flatten extends Module {
  start_dim: number;
  end_dim: number;
  constructor(start_dim: number | { start_dim?: number; end_dim?: number } = 1, end_dim = -1) {
    super();
    const o = typeof start_dim === 'number' ? { start_dim, end_dim } : { start_dim: 1, end_dim, ...start_dim };
    this.start_dim = o.start_dim;
    this.end_dim = o.end_dim;
  }
  forward(input: Tensor): Tensor {
    return input.flatten(this.start_dim, this.end_dim);
  }
  override extra_repr(): string {
    return `start_dim=${this.start_dim}, end_dim=${this.end_dim}`;
  }
}
