import { z } from 'zod';
import type { Rate } from './optimizer';
import { isSavedSchedule, reviveSchedule, type SavedSchedule } from './schedules';

export type { Rate } from './optimizer';
// any value passes here: the base class refuses what is no rate in Keras' words
export const rate = z
  .custom<Rate | SavedSchedule>()
  .transform((v): Rate => (isSavedSchedule(v) ? reviveSchedule(v) : (v as Rate)));
export const nullable = z.number().nullable().default(null);
export const numeric = (value: number) => z.number().default(value);
/** What every optimizer takes after its own parameters, beside weight decay. */
export const rest = {
  clipnorm: nullable,
  clipvalue: nullable,
  global_clipnorm: nullable,
  use_ema: z.boolean().default(false),
  ema_momentum: numeric(0.99),
  ema_overwrite_frequency: nullable,
  loss_scale_factor: nullable,
  gradient_accumulation_steps: nullable,
  name: z.string().nullable().optional(),
};
export const common = { weight_decay: nullable, ...rest };
