import { Tensor as CoreTensor, currentTracer, Graph } from '@stele/core';
import { bind } from './dispatch';
import { isRecord, leavesOf, mapLeaves } from './nest';
import { StringTensor } from './strings';
import type { Tensor } from './tensor';
import { step } from './tracing';

/** A tensor as tf.print shows it: the outer elements of each axis. */
function shown(value: unknown, summarize: number): string {
  if (value instanceof StringTensor)
    return listText(
      value.nested((b) => new TextDecoder().decode(b)),
      summarize,
      '',
    );
  if (value instanceof CoreTensor) return listText((value as Tensor).tolist(), summarize, '');
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((v) => shown(v, summarize)).join(', ')}]`;
  if (value instanceof Map || isRecord(value)) {
    const entries = value instanceof Map ? [...value] : Object.entries(value);
    return `{${entries.map(([k, v]) => `'${String(k)}': ${shown(v, summarize)}`).join(', ')}}`;
  }
  const repr = (value as { __str__?: () => string }).__str__;
  return typeof repr === 'function' ? repr.call(value) : String(value);
}
/** A number as C++ streams write it: six digits at most, no fraction of zeros. */
function numberText(value: unknown): string {
  const n = Number(value);
  if (typeof value === 'bigint' || Number.isInteger(n)) return String(value instanceof Object ? n : value);
  return Number.isFinite(n)
    ? String(Number(n.toPrecision(9)))
    : String(n).replace('Infinity', 'inf').replace('NaN', 'nan');
}
function listText(value: unknown, most: number, indent: string): string {
  if (!Array.isArray(value))
    return typeof value === 'boolean' ? (value ? '1' : '0') : typeof value === 'string' ? value : numberText(value);
  const inner = `${indent} `;
  const parts = value.map((v) => listText(v, most, inner));
  const kept = most >= 0 && parts.length > 2 * most ? [...parts.slice(0, most), '...', ...parts.slice(-most)] : parts;
  return Array.isArray(value[0]) ? `[${kept.join(`\n${inner}`)}]` : `[${kept.join(' ')}]`;
}

/**
 * Prints values when they are there: in a graph whenever it runs.
 *
 * ```ts
 * tf.print('loss', tf.constant([1.5, 2])); // loss [1.5 2]
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/print
 */
export function print(...args: readonly unknown[]): null {
  const last = args.at(-1);
  const keys = ['output_stream', 'summarize', 'sep', 'end', 'name'];
  const named = isRecord(last) && Object.keys(last).length > 0 && Object.keys(last).every((k) => keys.includes(k));
  const options = named ? bind('print', keys, [last]) : {};
  const inputs = named ? args.slice(0, -1) : args;
  const summarize = Number(options.summarize ?? 3);
  const show = (values: readonly unknown[]): void => {
    const end = String(options.end ?? '\n').replace(/\n$/, '');
    const text = values.map((v) => shown(v, summarize)).join(String(options.sep ?? ' '));
    const stream = options.output_stream as { write?: (text: string) => void } | string | undefined;
    if (typeof stream === 'object' && stream !== null && typeof stream.write === 'function')
      stream.write(`${text}${String(options.end ?? '\n')}`);
    // TensorFlow prints where errors go
    else console.error(text + end);
  };
  const tensors = leavesOf(inputs).filter((leaf): leaf is CoreTensor => leaf instanceof CoreTensor);
  if (!(currentTracer() instanceof Graph)) {
    show(inputs);
    return null;
  }
  step('PrintV2', tensors, [], (values) => {
    let i = 0;
    show(mapLeaves(inputs, (leaf) => (leaf instanceof CoreTensor ? values[i++] : leaf)) as unknown[]);
    return [];
  });
  return null;
}
