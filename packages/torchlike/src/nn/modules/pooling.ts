import { bind } from '@stele/core';
import { z } from 'zod';
import { sizeText } from '../../errors';
import type { Tensor } from '../../tensor';
import { avg_pool2d, max_pool2d, type Pair } from '../functional';
import { pyBool } from './linear';
import { Module } from './module';

const size = z.union([z.int(), z.array(z.int())]);
const maxSchema = z.strictObject({
  kernel_size: size,
  stride: size.nullable().default(null),
  padding: size.default(0),
  dilation: size.default(1),
  return_indices: z.literal(false).default(false),
  ceil_mode: z.boolean().default(false),
});
const avgSchema = z.strictObject({
  kernel_size: size,
  stride: size.nullable().default(null),
  padding: size.default(0),
  ceil_mode: z.boolean().default(false),
  count_include_pad: z.boolean().default(true),
  divisor_override: z.int().nullable().default(null),
});
const text = (p: Pair): string => (typeof p === 'number' ? String(p) : sizeText(p));

/** Largest element of each window; the stride is the window unless given. */
export class MaxPool2d extends Module {
  readonly options: z.infer<typeof maxSchema>;
  constructor(
    kernel_size: Pair,
    stride?: Pair | null | { stride?: Pair; padding?: Pair; dilation?: Pair; ceil_mode?: boolean },
    padding?: Pair,
  );
  constructor(...args: unknown[]) {
    super();
    this.options = bind('MaxPool2d.__init__()', maxSchema, 1, args);
  }
  forward(input: Tensor): Tensor {
    return max_pool2d(input, this.options.kernel_size, this.options);
  }
  override extra_repr(): string {
    const o = this.options;
    return `kernel_size=${text(o.kernel_size)}, stride=${text(o.stride ?? o.kernel_size)}, padding=${text(o.padding)}, dilation=${text(o.dilation)}, ceil_mode=${pyBool(o.ceil_mode)}`;
  }
}
/** Mean of each window. */
export class AvgPool2d extends Module {
  readonly options: z.infer<typeof avgSchema>;
  constructor(
    kernel_size: Pair,
    stride?:
      | Pair
      | null
      | {
          stride?: Pair;
          padding?: Pair;
          ceil_mode?: boolean;
          count_include_pad?: boolean;
          divisor_override?: number | null;
        },
    padding?: Pair,
  );
  constructor(...args: unknown[]) {
    super();
    this.options = bind('AvgPool2d.__init__()', avgSchema, 1, args);
  }
  forward(input: Tensor): Tensor {
    return avg_pool2d(input, this.options.kernel_size, this.options);
  }
  override extra_repr(): string {
    const o = this.options;
    return `kernel_size=${text(o.kernel_size)}, stride=${text(o.stride ?? o.kernel_size)}, padding=${text(o.padding)}`;
  }
}
