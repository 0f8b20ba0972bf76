import { type GraphTensor, isNode, Operation } from './graph';
import { get_default_graph, scopeOf } from './mode';
import { effectNode } from './nodes';

/** Ops run for their effects only. */
export const group = (...given: readonly unknown[]): GraphTensor => {
  const last = given.at(-1);
  const named = isNode(last) || last instanceof Operation ? null : (last as { name?: string } | null)?.name;
  const nodes = given
    .flat()
    .map((v) => (v instanceof Operation ? v.node : v))
    .filter(isNode);
  return effectNode(named ?? 'group_deps', nodes, (run) => {
    for (const node of nodes) run.get(node);
  });
};
export const no_op = (...given: readonly unknown[]): GraphTensor => {
  const [first] = given;
  const name = typeof first === 'string' ? first : (first as { name?: string } | undefined)?.name;
  return effectNode(name ?? 'NoOp', [], () => {});
};
/** What is made until the end of the block is computed after these. */
export const control_dependencies = (inputs: readonly unknown[] | null) => {
  const graph = get_default_graph();
  // nothing at all: what is made is computed after none of those around
  if (inputs === null || inputs === undefined) {
    let around: (readonly unknown[])[] = [];
    return scopeOf(
      () => {
        around = graph.dependencies.splice(0);
      },
      () => void graph.dependencies.unshift(...around),
    );
  }
  return scopeOf(
    () => void graph.dependencies.push(inputs.map((v) => (v instanceof Operation ? v.node : v))),
    () => void graph.dependencies.pop(),
  );
};
/** Names of what is made until the end of the block begin with this one. */
export const name_scope = (...args: readonly unknown[]) => {
  const name = args.find((a): a is string => typeof a === 'string') ?? '';
  const graph = get_default_graph();
  const before = graph.scope;
  return scopeOf(
    () => {
      // a name that ends in a slash is a scope that was made before
      graph.scope = name === '' ? '' : name.endsWith('/') ? name.slice(0, -1) : graph.unique(name);
      return name === '' ? '' : `${graph.scope}/`;
    },
    () => {
      graph.scope = before;
    },
  );
};
