import { isKeywords, Tensor } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { KerasTensor } from './symbolic';

/** Whether a value is one tensor, with values or symbolic, or an array. */
export const isTensorish = (x: unknown): boolean =>
  x instanceof Tensor || x instanceof KerasTensor || x instanceof NDArray || isArrayParts(x);
const isArrayParts = (x: unknown): boolean =>
  typeof x === 'object' && x !== null && 'data' in x && 'shape' in x && 'dtype' in x;

/** Whether a value is a list or dictionary that holds tensors, at any depth. */
export function holdsTensors(x: unknown): boolean {
  if (Array.isArray(x)) return x.some((v) => isTensorish(v) || holdsTensors(v));
  if (x instanceof Map) return [...x.values()].some((v) => isTensorish(v) || holdsTensors(v));
  return isKeywords(x) && !isArrayParts(x) && Object.values(x).some((v) => isTensorish(v) || holdsTensors(v));
}

/** The tensors of a structure in order. */
export function tensorsOf(x: unknown): unknown[] {
  if (isTensorish(x)) return [x];
  if (Array.isArray(x)) return x.flatMap(tensorsOf);
  if (x instanceof Map) return [...x.values()].flatMap(tensorsOf);
  return isKeywords(x) ? Object.values(x).flatMap(tensorsOf) : [];
}
/** The same structure with each of its tensors replaced. */
export function mapTensors(x: any, f: (t: any) => unknown): any {
  if (isTensorish(x)) return f(x);
  if (Array.isArray(x)) return x.map((v) => mapTensors(v, f));
  if (x instanceof Map) return new Map([...x].map(([k, v]) => [k, mapTensors(v, f)]));
  if (isKeywords(x)) return Object.fromEntries(Object.entries(x).map(([k, v]) => [k, mapTensors(v, f)]));
  return x;
}
export const isSymbolic = (x: unknown): boolean =>
  x instanceof KerasTensor || (!(x instanceof Tensor) && tensorsOf(x).some((t) => t instanceof KerasTensor));
