import { Tensor as CoreTensor, nn } from '@stele/core';
import { bind } from '../../../dispatch';
import { type Tensor, toTensor } from '../../../tensor';
import { GraphTensor, isNode, type Run, resolve } from '../graph';
import { get_default_graph } from '../mode';
import { random_normal } from '../random';
import { isConstant } from '../session';

const { cosineDecay, decaysMade, exponentialDecay, inverseDecay, linearCosine, noiseAt, pieceAt } = nn.schedules;
const { polynomialDecay, restartPart } = nn.schedules;
type Round = nn.schedules.Round;
const roundingOf = (t: unknown): Round =>
  t instanceof CoreTensor && t.scalarType === 'float64' ? (x) => x : Math.fround;

/** Whether a divisor is a constant of the graph, whose reciprocal is multiplied with instead. */
const isFixed = (value: unknown): boolean => !isNode(value) || isConstant(value);

/** A node whose value a formula makes of the values of its arguments, in the type of the learning rate. */
function scheduled(
  name: string,
  rate: unknown,
  args: readonly unknown[],
  formula: (numbers: readonly number[], round: Round) => number,
): GraphTensor {
  // plain numbers are tensors of single precision before they are cast to the rate's type
  const number = (run: Run, value: unknown): number => {
    const got = resolve(value, run);
    return got instanceof Object && 'item' in got ? Number((got as Tensor).item()) : Math.fround(Number(got));
  };
  const scalarType = rate instanceof CoreTensor ? rate.scalarType : 'float32';
  const round = roundingOf(rate);
  return new GraphTensor(
    get_default_graph(),
    name,
    (run) =>
      toTensor(
        formula(
          args.map((a) => number(run, a)),
          round,
        ),
        scalarType,
      ),
    [...args],
    { sizes: [], scalarType, dims: [] },
  );
}
const decay =
  (name: string, formula: typeof exponentialDecay, shareOf: (given: number, round: Round) => number = (x) => x) =>
  (
    learning_rate: unknown,
    global_step: unknown,
    decay_steps: unknown,
    decay_rate: unknown,
    ...more: readonly unknown[]
  ): GraphTensor => {
    const { staircase } = bind(name, ['staircase', 'name'], more);
    const fixed = isFixed(decay_steps);
    const own = roundingOf(decay_rate);
    return scheduled(
      name,
      learning_rate,
      [learning_rate, global_step, decay_steps, decay_rate],
      ([rate, step, steps, share], r) =>
        formula(rate!, shareOf(share!, own), decaysMade(step!, steps!, Boolean(staircase), r, fixed), r),
    );
  };
/** rate * decay_rate^(step / decay_steps). */
export const exponential_decay = decay('exponential_decay', exponentialDecay);
/** rate * exp(-decay_rate)^(step / decay_steps). */
export const natural_exp_decay = decay('natural_exp_decay', exponentialDecay, (x, r) => r(Math.exp(-x)));
/** rate / (1 + decay_rate step / decay_steps). */
export const inverse_time_decay = decay('inverse_time_decay', inverseDecay);

export const polynomial_decay = (
  learning_rate: unknown,
  global_step: unknown,
  decay_steps: unknown,
  ...more: readonly unknown[]
): GraphTensor => {
  const o = bind('polynomial_decay', ['end_learning_rate', 'power', 'cycle', 'name'], more);
  return scheduled(
    'polynomial_decay',
    learning_rate,
    [learning_rate, global_step, decay_steps, o.end_learning_rate ?? 0.0001, o.power ?? 1],
    ([rate, step, steps, end, power], r) =>
      polynomialDecay(
        rate!,
        end!,
        { steps: steps!, power: power!, cycle: Boolean(o.cycle) },
        step!,
        r,
        isFixed(decay_steps),
      ),
  );
};
/** Waves are constants of single precision, which rates of another type do not fit. */
function refuseOther(rate: unknown): void {
  if (rate instanceof CoreTensor && rate.scalarType !== 'float32')
    throw new TypeError(
      `Input 'y' of 'Mul' Op has type ${rate.scalarType} that does not match type float32 of argument 'x'.`,
    );
}
export const cosine_decay = (
  learning_rate: unknown,
  global_step: unknown,
  decay_steps: unknown,
  ...more: readonly unknown[]
): GraphTensor => {
  const o = bind('cosine_decay', ['alpha', 'name'], more);
  refuseOther(learning_rate);
  return scheduled(
    'cosine_decay',
    learning_rate,
    [learning_rate, global_step, decay_steps, o.alpha ?? 0],
    ([rate, step, steps, alpha], r) =>
      cosineDecay(rate!, alpha!, decaysMade(Math.min(step!, steps!), steps!, false, r, isFixed(decay_steps)), 1, r),
  );
};
/** A cosine wave that starts anew, each run `t_mul` times as long and `m_mul` times as high as the one before. */
export const cosine_decay_restarts = (
  learning_rate: unknown,
  global_step: unknown,
  first_decay_steps: unknown,
  ...more: readonly unknown[]
): GraphTensor => {
  const o = bind('cosine_decay_restarts', ['t_mul', 'm_mul', 'alpha', 'name'], more);
  refuseOther(learning_rate);
  return scheduled(
    (o.name as string | null | undefined) ?? 'SGDRDecay',
    learning_rate,
    [learning_rate, global_step, first_decay_steps, o.t_mul ?? 2, o.m_mul ?? 1, o.alpha ?? 0],
    ([rate, step, steps, times, height, floor], r) => {
      const { run, part } = restartPart(decaysMade(step!, steps!, false, r, isFixed(first_decay_steps)), times!);
      return cosineDecay(rate!, floor!, part, r(r(height!) ** run), r);
    },
  );
};
const waveNames = ['num_periods', 'alpha', 'beta', 'name'];
interface Waves {
  readonly rate: unknown;
  readonly at: unknown;
  readonly steps: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
}
/** A line with a wave, and with noise on the line where there is some. */
function wave(name: string, { rate, at, steps, settings: o }: Waves, noise: readonly unknown[] = []): GraphTensor {
  refuseOther(rate);
  return scheduled(
    (o.name as string | null | undefined) ?? name,
    rate,
    [rate, at, steps, o.num_periods ?? 0.5, o.alpha ?? 0, o.beta ?? 0.001, ...noise],
    ([base, step, all, periods, floor, least, drawn, variance, power], r) => {
      const done = Math.min(step!, all!);
      const fixed = isFixed(steps);
      const line = decaysMade(r(r(all!) - r(done)), all!, false, r, fixed);
      const noisy = drawn === undefined ? line : r(line + r(drawn * noiseAt(variance!, power!, done, r)));
      const part = decaysMade(done, all!, false, r, fixed);
      return linearCosine(base!, noisy, part, { periods: periods!, floor: floor!, least: least! }, r);
    },
  );
}
export const linear_cosine_decay = (
  learning_rate: unknown,
  global_step: unknown,
  decay_steps: unknown,
  ...more: readonly unknown[]
): GraphTensor =>
  wave('LinearCosineDecay', {
    rate: learning_rate,
    at: global_step,
    steps: decay_steps,
    settings: bind('linear_cosine_decay', waveNames, more),
  });
/** As `linear_cosine_decay`, with normal noise on the line whose variance is initial_variance / (1 + step)^variance_decay. */
export const noisy_linear_cosine_decay = (
  learning_rate: unknown,
  global_step: unknown,
  decay_steps: unknown,
  ...more: readonly unknown[]
): GraphTensor => {
  const settings = bind('noisy_linear_cosine_decay', ['initial_variance', 'variance_decay', ...waveNames], more);
  return wave('NoisyLinearCosineDecay', { rate: learning_rate, at: global_step, steps: decay_steps, settings }, [
    random_normal([]),
    settings.initial_variance ?? 1,
    settings.variance_decay ?? 0.55,
  ]);
};
export const piecewise_constant = (
  x: unknown,
  boundaries: readonly unknown[],
  values: readonly unknown[],
  ..._rest: readonly unknown[]
): GraphTensor => {
  const bounds = [...boundaries].map(Number);
  return scheduled('PiecewiseConstant', values[0], [x, ...values], ([step, ...list]) => list[pieceAt(bounds, step!)]!);
};
export const piecewise_constant_decay = piecewise_constant;
