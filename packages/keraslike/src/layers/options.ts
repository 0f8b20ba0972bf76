import { parseOptions } from '@stele/core';
import { z } from 'zod';
import type { Activation } from '../activations/index';
import type { InitializerIdentifier } from '../initializers/index';

/** Options that every layer takes. */
export const base = {
  name: z.string().optional(),
  trainable: z.boolean().optional(),
  dtype: z.string().optional(),
  input_shape: z.array(z.number().nullable()).readonly().optional(),
  input_dim: z.int().optional(),
};
export const activation = z.custom<string | Activation | null>(
  (v) => v === null || typeof v === 'string' || typeof v === 'function',
  'expected a name, a function or null',
);
export const initializer = z.custom<InitializerIdentifier>(
  (v) => v === null || ['string', 'function', 'object'].includes(typeof v),
);
export const seed = z.number().nullable().default(null);
/** One size for both axes, or one for each. */
export const pair = z.union([z.int().positive(), z.tuple([z.int().positive(), z.int().positive()]).readonly()]);
export const padding = z
  .string()
  .transform((v) => v.toLowerCase())
  .pipe(z.enum(['valid', 'same']));
export const dataFormat = z.enum(['channels_last', 'channels_first']).nullable().default(null);

/** Splits what positional arguments gave from the options object. */
export function read<T>(layer: string, schema: z.ZodType<T>, positional: Record<string, unknown>, options: unknown): T {
  const given: Record<string, unknown> = { ...(options as object | undefined) };
  for (const [key, value] of Object.entries(positional)) if (value !== undefined) given[key] = value;
  return parseOptions(`${layer}.__init__()`, schema, given);
}
export const both = (v: number | readonly [number, number]): readonly [number, number] =>
  typeof v === 'number' ? [v, v] : v;
