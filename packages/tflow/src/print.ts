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
function listText(value: unknown, most: number, indent: string): string {
  if (!Array.isArray(value)) return typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
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
    console.log(values.map((v) => shown(v, summarize)).join(String(options.sep ?? ' ')) + end);
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
