import { valueError } from '../../../errors';
import { toTensor } from '../../../tensor';
import { GraphKeys } from '../collections';
import { get_default_graph } from '../mode';
import { GraphVariable } from '../variables';

/** The counter of steps of the graph, made at the first call. */
export function get_or_create_global_step(graph?: unknown): GraphVariable {
  void graph;
  return get_global_step() ?? create_global_step();
}
export function create_global_step(): GraphVariable {
  if (get_global_step() !== null) throw valueError('"global_step" already exists.');
  const made = new GraphVariable(toTensor(0, 'int64').numpy(), {
    name: 'global_step',
    trainable: false,
    collections: [GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
  });
  return made;
}
/** The step's value in a session. */
export const global_step = (sess: { run(fetch: unknown): unknown }, step: GraphVariable): number =>
  Number((sess.run(step) as { item(): unknown }).item());
export const get_global_step = (): GraphVariable | null =>
  (get_default_graph().get_collection(GraphKeys.GLOBAL_STEP)[0] as GraphVariable | undefined) ?? null;
