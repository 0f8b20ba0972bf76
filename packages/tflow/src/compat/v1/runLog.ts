import { entriesOf } from '../../nest';
import { type AnyMessage, RunMetadata, RunOptions } from '../../protos/config';
import { typeName } from './feeds';
import { type GraphTensor, nodesIn } from './graph';

const names = ['feed_dict', 'options', 'run_metadata'] as const;
type Settings = { readonly [K in (typeof names)[number]]?: any };

/** What `run` was given behind its fetches, by place or by name. */
export function runSettings(args: readonly unknown[]): Settings {
  const last = args.at(-1);
  const named =
    typeof last === 'object' &&
    last !== null &&
    !(last instanceof Map) &&
    Object.getPrototypeOf(last) === Object.prototype
      ? (entriesOf(last) ?? [])
      : [];
  const isNamed = named.length > 0 && named.every(([key]) => (names as readonly unknown[]).includes(key));
  const found: Settings = {
    ...Object.fromEntries((isNamed ? args.slice(0, -1) : args).map((value, i) => [names[i], value])),
    ...(isNamed ? (last as object) : {}),
  };
  const lacks = (value: unknown, method: string): Error =>
    Object.assign(new Error(`'${typeName(value)}' object has no attribute '${method}'`), { name: 'AttributeError' });
  if (found.options && !(found.options instanceof RunOptions)) throw lacks(found.options, 'SerializeToString');
  if (found.run_metadata && !(found.run_metadata instanceof RunMetadata))
    throw lacks(found.run_metadata, 'ParseFromString');
  return found;
}

/** When each node of a run was computed. */
export class RunLog {
  private readonly nodes: (readonly [GraphTensor, begun: number, ended: number])[] = [];

  /** Microseconds. */
  now(): number {
    return Math.round((performance.timeOrigin + performance.now()) * 1000);
  }
  add(node: GraphTensor, begun: number): void {
    this.nodes.push([node, begun, this.now()]);
  }
  fill(metadata: AnyMessage): void {
    metadata.Clear();
    const device = metadata.step_stats.dev_stats.add({ device: '/job:localhost/replica:0/task:0/device:CPU:0' });
    for (const [node, begun, ended] of this.nodes)
      device.node_stats.add({
        node_name: node.op_name,
        all_start_micros: begun,
        op_end_rel_micros: ended - begun,
        all_end_rel_micros: ended - begun,
        timeline_label: `${node.op_name} = ${node.type}(${nodesIn(node.inputs)
          .map((n) => n.op_name)
          .join(', ')})`,
        scheduled_micros: begun,
      });
  }
}
