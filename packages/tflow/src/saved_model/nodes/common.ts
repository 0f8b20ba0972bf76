import { type Tensor as CoreTensor, copyData } from '@stele/core';
import type { GraphHost } from '@stele/core/formats/savedmodel';
import type { StringTensor } from '../../strings';
import type { Tensor } from '../../tensor';

/** What a kind of nodes does, by the functions of the namespace. */
export type Kernel = GraphHost['kernels'][string];
export type Kernels = Readonly<Record<string, Kernel>>;

export const number = (t: unknown): number => Number((t as Tensor).item());
export const list = (t: unknown): number[] => Array.from(copyData(t as CoreTensor) as Int32Array, Number);
export const texts = (t: unknown): StringTensor => t as StringTensor;
/** A function that takes the first inputs as they are. */
export const plain =
  (f: (...args: any[]) => unknown, count = 1): Kernel =>
  (inputs) =>
    f(...inputs.slice(0, count));
