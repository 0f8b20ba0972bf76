import { type DType, fromArray } from '@stele/core';
import { fillFullIntegers, Philox } from '@stele/core/random';
import { uniform as drawUniform, normal, truncated_normal } from '../../random/draws';
import { bell, cutBell, type Fill, filled, flat, stateless } from '../../random/fills';
import { type Tensor, tfFamily } from '../../tensor';
import { type Kernel, type Kernels, list, number } from './common';

const words = (t: unknown): bigint[] => Array.from((t as Tensor).numpy().data as BigUint64Array, BigInt);
const join = (low: number, high: number): bigint => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
const part = (value: bigint, high: boolean): number => Number(BigInt.asIntN(32, high ? value >> 32n : value));
const wide = (values: readonly bigint[]): Tensor =>
  fromArray(tfFamily, BigUint64Array.from(values), [values.length], 'uint64') as Tensor;
/** The generator that a key and a counter of a graph stand for. */
function streamOf(key: unknown, counter: unknown): Philox {
  const [k] = words(key) as [bigint];
  const [low, high] = words(counter) as [bigint, bigint];
  return new Philox(
    part(k, false),
    part(k, true),
    part(low, false),
    part(low, true),
    part(high, false),
    part(high, true),
  );
}
const typeOf = (attrs: Parameters<Kernel>[1]): DType => attrs.type('dtype', 'float32');
const keyed =
  (fill: Fill, low: number, high: number): Kernel =>
  ([sizes, key, counter], attrs) =>
    filled(list(sizes), typeOf(attrs), (out) => fill(streamOf(key, counter), out, typeOf(attrs), low, high));
const seeded =
  (fill: Fill, low: number, high: number): Kernel =>
  ([sizes, seed], attrs) =>
    filled(list(sizes), typeOf(attrs), (out) => fill(stateless(seed as Tensor), out, typeOf(attrs), low, high));

/** Draws: of a seed that the graph gives, or new ones at each run. */
export const randomKernels: Kernels = {
  StatelessRandomGetKeyCounter: ([seed]) => {
    const at = stateless(seed as Tensor);
    return [wide([join(at.key0, at.key1)]), wide([join(at.counter0, at.counter1), join(at.counter2, at.counter3)])];
  },
  StatelessRandomGetAlg: () => fromArray(tfFamily, Int32Array.of(1), [], 'int32'),
  StatelessRandomUniformV2: keyed(flat, 0, 1),
  StatelessRandomNormalV2: keyed(bell, 0, 1),
  StatelessTruncatedNormalV2: keyed(cutBell, 0, 1),
  StatelessRandomUniformIntV2: ([sizes, key, counter, , low, high], attrs) =>
    filled(list(sizes), typeOf(attrs), (out) =>
      flat(streamOf(key, counter), out, typeOf(attrs), number(low), number(high)),
    ),
  StatelessRandomUniformFullIntV2: ([sizes, key, counter], attrs) =>
    filled(list(sizes), typeOf(attrs), (out) => fillFullIntegers(streamOf(key, counter), out as Int32Array)),
  StatelessRandomUniform: seeded(flat, 0, 1),
  StatelessRandomNormal: seeded(bell, 0, 1),
  StatelessTruncatedNormal: seeded(cutBell, 0, 1),
  StatelessRandomUniformInt: ([sizes, seed, low, high], attrs) =>
    filled(list(sizes), typeOf(attrs), (out) =>
      flat(stateless(seed as Tensor), out, typeOf(attrs), number(low), number(high)),
    ),
  RandomUniform: ([sizes], attrs) => drawUniform(list(sizes), 0, 1, typeOf(attrs)),
  RandomStandardNormal: ([sizes], attrs) => normal(list(sizes), 0, 1, typeOf(attrs)),
  TruncatedNormal: ([sizes], attrs) => truncated_normal(list(sizes), 0, 1, typeOf(attrs)),
  RandomUniformInt: ([sizes, low, high], attrs) =>
    drawUniform(list(sizes), number(low), number(high), attrs.type('Tout', 'int32')),
};
