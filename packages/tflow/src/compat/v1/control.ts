import { isFloating } from '@stele/core';
import { holds } from '../../control/branch';
import { provideStaticControl } from '../../control/static';
import * as creation from '../../creation';
import { leavesOf, mapLeaves } from '../../nest';
import { dimsOf } from '../../spec';
import { type TensorLike, toTensor } from '../../tensor';
import { specOf } from '../../tracing';
import { GraphTensor, isNode, nodesIn, resolve } from './graph';
import { executing_eagerly, get_default_graph, running } from './mode';
import { nodeFor } from './nodes';
import { Placeholder } from './placeholders';
import { makeRun } from './session';

provideStaticControl({
  active: () => running === 0 && !executing_eagerly(),
  cond(pred, yes, no) {
    const test = isNode(pred)
      ? pred
      : (nodeFor('constant', (v: TensorLike) => toTensor(v), [pred], null) as GraphTensor);
    const [a, b] = [yes(), no()].map((v) =>
      mapLeaves(v, (leaf) => (leaf === null || isNode(leaf) ? leaf : creation.constant(leaf as TensorLike))),
    ) as [unknown, unknown];
    const others = leavesOf(b);
    let i = 0;
    return mapLeaves(a, (leaf) => {
      const other = others[i++];
      if (!isNode(leaf) || !isNode(other)) return leaf;
      if (leaf.scalarType !== other.scalarType)
        throw new TypeError(
          `true_fn and false_fn arguments to tf.cond must have the same number, type, and overall structure of return values.`,
        );
      const dims = dimsOf(leaf);
      return new GraphTensor(
        get_default_graph(),
        'cond',
        (run) => (holds(run.get(test)) ? run.get(leaf) : run.get(other)),
        [test, leaf, other],
        { ...specOf(leaf), dims: String(dims) === String(dimsOf(other)) ? dims : null },
        'If',
      );
    });
  },
  call(name, inputs, specs, run) {
    const graph = get_default_graph();
    const first = specs[0] ?? specOf(creation.constant(0));
    const whole = new GraphTensor(
      graph,
      name,
      (r) => run(inputs.map((t) => r.get(t))),
      inputs,
      first,
      'StatefulPartitionedCall',
      specs.length === 0,
    );
    return specs.map(
      (spec, i) =>
        new GraphTensor(
          graph,
          `${name}/output`,
          (r) => (r.get(whole) as unknown[])[i],
          [whole],
          spec,
          'StatefulPartitionedCall',
        ),
    );
  },
  loop(test, body, vars, limit) {
    const graph = get_default_graph();
    const start = mapLeaves(vars, (leaf) =>
      leaf === null || isNode(leaf) ? leaf : creation.constant(leaf as TensorLike),
    );
    const initial = leavesOf(start) as GraphTensor[];
    const slots = initial.map((n) => new Placeholder(graph, 'while/loop_var', () => null, [], specOf(n), 'LoopVar'));
    let i = 0;
    const inner = mapLeaves(start, (leaf) => (isNode(leaf) ? slots[i++] : leaf));
    const args = Array.isArray(inner) ? inner : [inner];
    const again = test(...args) as GraphTensor;
    const next = leavesOf(body(...args)).map((v) =>
      isNode(v) ? v : (creation.constant(v as TensorLike) as GraphTensor),
    );
    const inside = new Map<GraphTensor, boolean>();
    const depends = (node: GraphTensor): boolean => {
      const known = inside.get(node);
      if (known !== undefined) return known;
      inside.set(node, slots.includes(node as Placeholder));
      const found =
        slots.includes(node as Placeholder) || [...nodesIn(node.inputs), ...nodesIn(node.after)].some(depends);
      inside.set(node, found);
      return found;
    };
    const most = limit === undefined || limit === null ? null : limit;
    const outer = (node: GraphTensor): GraphTensor[] => (depends(node) ? nodesIn(node.inputs).flatMap(outer) : [node]);
    const reads = [...new Set([again, ...next].flatMap(outer))];
    const whole = new GraphTensor(
      graph,
      'while',
      (run) => {
        let current = initial.map((n) => run.get(n));
        let left = most === null ? Number.POSITIVE_INFINITY : Number(toTensor(resolve(most, run) as TensorLike).item());
        for (;;) {
          const turn = makeRun(run.session, new Map(slots.map((s, k) => [s as object, current[k]])), (node) =>
            depends(node) ? undefined : { value: run.get(node) },
          );
          if (left-- <= 0 || !holds(turn.get(again))) return current;
          current = next.map((n) => turn.get(n));
        }
      },
      [...initial, ...reads],
      // a gradient passes where any variable of the loop has one
      specOf(initial.find((n) => isFloating(n.scalarType)) ?? initial[0]!),
      'While',
    );
    let k = 0;
    const out = mapLeaves(start, (leaf) => {
      if (!isNode(leaf)) return leaf;
      const place = k++;
      return new GraphTensor(
        graph,
        'while/exit',
        (run) => (run.get(whole) as unknown[])[place],
        [whole],
        specOf(leaf),
        'Exit',
      );
    });
    return out;
  },
});
