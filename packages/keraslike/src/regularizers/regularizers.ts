import { CallableBase, fromArray, nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, givenTo, type Keywords, read, signature } from '../arguments';
import { epsilon } from '../config/config';
import { notImplemented, show, valueError } from '../errors';
import { identified } from '../saving/identifiers';
import { deserialize_keras_object, fromConfig, savedSetting, serialize_keras_object } from '../saving/objects';
import { convert, showTuple, type TensorLike, tensorFamily } from '../tensors';

export interface Regularizer {
  (x: TensorLike): Tensor;
  get_config(): Record<string, unknown>;
}
/** Base of the penalties on weights and outputs. @see https://keras.io/api/layers/regularizers/ */
export class Regularizer extends CallableBase {
  __call__(_x: TensorLike): Tensor {
    return fromArray(tensorFamily(), new Float32Array(1), [], 'float32');
  }
  get_config(): Record<string, unknown> {
    throw notImplemented(`${this.toString()} does not implement get_config()`);
  }
  static from_config(config: unknown): unknown {
    // biome-ignore lint/complexity/noThisInStatic: the class that was asked, which may be a subclass
    return fromConfig(this as never, config);
  }
  override toString(): string {
    return `<${this.constructor.name}>`;
  }
}
Object.defineProperty(Regularizer.prototype, 'entry', { value: '__call__', configurable: true });

function factor(value: unknown, name: string, given: unknown = value): number {
  if (typeof value === 'number' && Number.isNaN(value))
    throw valueError(`Invalid value for argument ${name}: expected a non-negative float.Received: ${name}=nan`);
  const n = Number(value);
  if (typeof value === 'boolean' || !Number.isFinite(n) || n < 0)
    throw valueError(
      `Invalid value for argument ${name}: expected a non-negative float.Received: ${name}=${show(given)}`,
    );
  return n;
}
const any = z.any();
const sum = (parts: readonly Tensor[], x: Tensor): Tensor =>
  parts.length === 0
    ? // nothing to add up, but still a function of x
      ops.sum(ops.where(ops.fullLike(x, 0, x.sizes, 'bool'), x, 0))
    : parts.reduce((a, b) => ops.add(a, b));

const both = signature(0, { l1: any.default(0), l2: any.default(0) });
/** l1 sum(|x|) + l2 sum(x^2). */
export class L1L2 extends Regularizer {
  readonly l1: number;
  readonly l2: number;
  constructor(...args: Call<[], [l1: number, l2: number], Keywords<typeof both>>) {
    super();
    const p = read('L1L2.__init__()', both, args);
    this.l1 = factor(p.l1 ?? 0, 'l1', givenTo(args, 'l1', 0));
    this.l2 = factor(p.l2 ?? 0, 'l2', givenTo(args, 'l2', 1));
  }
  override __call__(x: TensorLike): Tensor {
    const t = convert(x);
    const parts = [
      ...(this.l1 === 0 ? [] : [nn.absolutePenalty(t, this.l1)]),
      ...(this.l2 === 0 ? [] : [nn.squaredPenalty(t, this.l2)]),
    ];
    return sum(parts, t);
  }
  override get_config(): Record<string, unknown> {
    return { l1: savedSetting('l1', this.l1), l2: savedSetting('l2', this.l2) };
  }
}
const first = signature(0, { l1: any.default(0.01) });
/** l1 sum(|x|). */
export class L1 extends Regularizer {
  readonly l1: number;
  constructor(...args: Call<[], [l1: number], Keywords<typeof first>>) {
    super();
    this.l1 = Math.fround(factor(read('L1.__init__()', first, args).l1 ?? 0.01, 'l1', givenTo(args, 'l1', 0)));
  }
  override __call__(x: TensorLike): Tensor {
    return nn.absolutePenalty(convert(x), this.l1);
  }
  override get_config(): Record<string, unknown> {
    return { l1: savedSetting('l1', this.l1) };
  }
}
const second = signature(0, { l2: any.default(0.01) });
/** l2 sum(x^2). */
export class L2 extends Regularizer {
  readonly l2: number;
  constructor(...args: Call<[], [l2: number], Keywords<typeof second>>) {
    super();
    this.l2 = factor(read('L2.__init__()', second, args).l2 ?? 0.01, 'l2', givenTo(args, 'l2', 0));
  }
  override __call__(x: TensorLike): Tensor {
    return nn.squaredPenalty(convert(x), this.l2);
  }
  override get_config(): Record<string, unknown> {
    return { l2: savedSetting('l2', this.l2) };
  }
}
const orthogonal = signature(0, { factor: any.default(0.01), mode: z.string().default('rows') });
/** The mean of the absolute products of different rows (or columns) of a matrix, each of length one. */
export class OrthogonalRegularizer extends Regularizer {
  readonly factor: number;
  readonly mode: string;
  constructor(...args: Call<[], [factor: number, mode: string], Keywords<typeof orthogonal>>) {
    super();
    const p = read('OrthogonalRegularizer.__init__()', orthogonal, args);
    this.factor = Math.fround(factor(p.factor, 'factor'));
    if (p.mode !== 'rows' && p.mode !== 'columns')
      throw valueError(
        `Invalid value for argument \`mode\`. Expected one of {"rows", "columns"}. Received: mode=${p.mode}`,
      );
    this.mode = p.mode;
  }
  override __call__(x: TensorLike): Tensor {
    const t = convert(x);
    if (t.rank !== 2)
      throw valueError(
        `Inputs to OrthogonalRegularizer must have rank 2. Received: inputs.shape=${showTuple(t.sizes)}`,
      );
    return nn.overlapPenalty(t, this.factor, this.mode === 'rows', epsilon());
  }
  override get_config(): Record<string, unknown> {
    return { factor: savedSetting('factor', this.factor), mode: this.mode };
  }
}

const classes = { Regularizer, L1, L2, L1L2, OrthogonalRegularizer };
const names: Readonly<Record<string, keyof typeof classes>> = {
  regularizer: 'Regularizer',
  l1: 'L1',
  l2: 'L2',
  l1_l2: 'L1L2',
  l1l2: 'L1L2',
  orthogonal_regularizer: 'OrthogonalRegularizer',
};

export { L1 as l1, L1L2 as l1_l2, L2 as l2, OrthogonalRegularizer as orthogonal_regularizer };

export type RegularizerIdentifier = string | Regularizer | ((x: Tensor) => Tensor) | object | null | undefined;
export type Penalty = Regularizer | ((x: Tensor) => Tensor);
const find = identified<Regularizer>('regularizer', Regularizer, classes, names);
/** A regularizer by name, configuration or as it is; null is none. @throws ValueError for a name that is not there. */
export const get = (identifier: RegularizerIdentifier): Penalty | null => find(identifier);
export const serialize = (regularizer: unknown): unknown => serialize_keras_object(regularizer);
export const deserialize = (config: unknown, custom_objects: Record<string, unknown> | null = null): unknown =>
  deserialize_keras_object(config, custom_objects);
