import { toNumbers } from '@stele/core';
import { growingHistogram, type SummaryValue, writeSummary } from '@stele/core/formats/events';
import { bind } from '../../dispatch';
import { runtimeError } from '../../errors';
import { type Tensor, type TensorLike, toTensor } from '../../tensor';
import { GraphKeys, get_collection } from './collections';
import { GraphTensor, isNode, type Run } from './graph';
import { executing_eagerly, get_default_graph } from './mode';

/** A serialised summary as the value of a node. */
class Serialised {
  readonly values: readonly SummaryValue[];
  constructor(values: readonly SummaryValue[]) {
    this.values = values;
  }
  numpy(): Uint8Array {
    return writeSummary(this.values);
  }
}
const valuesOf = (run: Run, node: GraphTensor): readonly SummaryValue[] => (run.get(node) as Serialised).values;

function summaryNode(
  type: string,
  name: string,
  inputs: readonly unknown[],
  make: (run: Run) => readonly SummaryValue[],
) {
  if (executing_eagerly())
    throw runtimeError(`tf.summary.${name} needs a graph: use tf.summary of TensorFlow 2 in eager mode`);
  return new GraphTensor(get_default_graph(), name, (run) => new Serialised(make(run)), inputs, 'float32', type);
}
/** A summary of one tensor, among those that `merge_all` finds. */
const ofTensor =
  (call: string, type: string, names: readonly string[], value: (tag: string, t: Tensor) => SummaryValue) =>
  (...args: readonly unknown[]): GraphTensor => {
    const o = bind(call, names, args);
    const source = (o.tensor ?? o.values) as unknown;
    const label = String(o.name).replace(/[^\w.\-/]/g, '_');
    const scope = get_default_graph().scope;
    const tag = String(o.family ?? '') === '' ? label : `${String(o.family)}/${label}`;
    const node: GraphTensor = summaryNode(type, label, [source], (run) => {
      const t = isNode(source) ? (run.get(source) as Tensor) : toTensor(source as TensorLike);
      return [value(scope === '' ? tag : `${scope}/${tag}`, t)];
    });
    const keys = (o.collections as string[] | null | undefined) ?? [GraphKeys.SUMMARIES];
    for (const key of keys) get_default_graph().add_to_collection(key, node);
    return node;
  };
export const scalar = ofTensor('scalar', 'ScalarSummary', ['name', 'tensor', 'collections', 'family'], (tag, t) => ({
  tag,
  simple: Number(t.item()),
}));
export const histogram = ofTensor(
  'histogram',
  'HistogramSummary',
  ['name', 'values', 'collections', 'family'],
  (tag, t) => ({ tag, histogram: growingHistogram(Float64Array.from(toNumbers(t))) }),
);
/** Several summaries as one. */
export function merge(...args: readonly unknown[]): GraphTensor {
  const { inputs, name } = bind('merge', ['inputs', 'collections', 'name'], args);
  const nodes = [...(inputs as Iterable<GraphTensor>)];
  return summaryNode('MergeSummary', (name as string | null) ?? 'Merge/MergeSummary', nodes, (run) =>
    nodes.flatMap((n) => valuesOf(run, n)),
  );
}
/** All summaries of the graph as one; null where there are none. */
export function merge_all(...args: readonly unknown[]): GraphTensor | null {
  const { key, scope, name } = bind('merge_all', ['key', 'scope', 'name'], args);
  const nodes = get_collection((key as string | null) ?? GraphKeys.SUMMARIES, (scope as string | null) ?? null);
  return nodes.length === 0 ? null : merge(nodes, { name: name ?? null });
}
