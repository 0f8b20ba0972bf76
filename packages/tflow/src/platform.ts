import { Tensor as CoreTensor, namespace, warn } from '@stele/core';
import { executing_eagerly } from './compat/v1/mode';
import { compose } from './define';
import { functions_run_eagerly, run_functions_eagerly } from './function/polymorphic';
import { mapLeaves } from './nest';
import { TensorShape } from './shape';
import { Tensor, toTensor } from './tensor';

// what programs ask of the machine, TensorFlow's version and their own tensors; there is one device here

type Loose = any;

export const __version__ = '2.21.0';
/** @see https://www.tensorflow.org/api_docs/python/tf/version */
export const version = namespace('tf.version', {
  VERSION: __version__,
  GRAPH_DEF_VERSION: 2458,
  GRAPH_DEF_VERSION_MIN_CONSUMER: 0,
  GRAPH_DEF_VERSION_MIN_PRODUCER: 0,
});

/** A device as programs list them. */
export class Device {
  constructor(
    readonly name: string,
    readonly device_type: string,
    private readonly kind: string,
  ) {}
  toString(): string {
    return `${this.kind}(name='${this.name}', device_type='${this.device_type}')`;
  }
  __repr__(): string {
    return this.toString();
  }
}
const physical = new Device('/physical_device:CPU:0', 'CPU', 'PhysicalDevice');
const logical = new Device('/device:CPU:0', 'CPU', 'LogicalDevice');
const listing = (name: string, device: Device) =>
  compose(`tf.config.${name}`, 'device_type=None', (type?: Loose): Device[] =>
    type === undefined || type === null || type === device.device_type ? [device] : [],
  );
const setting = <T>(name: string, parameter: string, first: T) => {
  let value = first;
  return {
    [`get_${name}`]: () => value,
    [`set_${name}`]: compose(`set_${name}`, parameter, (next: T): null => {
      value = next;
      return null;
    }),
  };
};
const list_physical_devices = listing('list_physical_devices', physical);
const list_logical_devices = listing('list_logical_devices', logical);
let visible: readonly Device[] = [physical];
let deterministic = false;
/** @see https://www.tensorflow.org/api_docs/python/tf/config */
export const config = namespace('tf.config', {
  run_functions_eagerly,
  functions_run_eagerly,
  experimental_run_functions_eagerly: run_functions_eagerly,
  experimental_functions_run_eagerly: functions_run_eagerly,
  list_physical_devices,
  list_logical_devices,
  get_visible_devices: compose('get_visible_devices', 'device_type=None', (type?: Loose): Device[] =>
    visible.filter((d) => type === undefined || type === null || d.device_type === type),
  ),
  set_visible_devices: compose('set_visible_devices', 'devices, device_type=None', (devices: Loose, type?: Loose) => {
    const list = [devices].flat() as Device[];
    if (type === undefined || type === null || type === 'CPU') visible = list;
    return null;
  }),
  ...setting('soft_device_placement', 'enabled', false),
  threading: namespace('tf.config.threading', {
    ...setting('inter_op_parallelism_threads', 'num_threads', 0),
    ...setting('intra_op_parallelism_threads', 'num_threads', 0),
  }),
  optimizer: namespace('tf.config.optimizer', {
    ...setting('jit', 'enabled', ''),
    ...setting('experimental_options', 'options', {}),
  }),
  experimental: namespace('tf.config.experimental', {
    list_physical_devices,
    list_logical_devices,
    set_memory_growth: compose('set_memory_growth', 'device, enable', (): null => null),
    get_memory_growth: compose('get_memory_growth', 'device', (): boolean => false),
    // the same numbers at every run is all there is
    enable_op_determinism: (): null => {
      deterministic = true;
      return null;
    },
    is_op_determinism_enabled: () => deterministic,
    ...setting('synchronous_execution', 'enable', true),
    ...setting('tensor_float_32_execution', 'enabled', true),
  }),
});
/** @see https://www.tensorflow.org/api_docs/python/tf/test */
export const test = namespace('tf.test', {
  is_gpu_available: (..._rest: readonly unknown[]) => false,
  is_built_with_cuda: () => false,
  is_built_with_gpu_support: () => false,
  is_built_with_rocm: () => false,
  is_built_with_xla: () => false,
  gpu_device_name: () => '',
});

/** A block that changes nothing: there is one device. */
export const device = compose('tf.device', 'device_name', (name: Loose) => {
  const of = typeof name === 'string' ? /(?:^|[/:])(?:device:)?([A-Za-z_]+):?\d*$/.exec(name)?.[1] : 'CPU';
  if (of !== undefined && !/^(cpu|gpu|tpu|xla_\w+|localhost|task|replica|job)$/i.test(of))
    warn(`tf.device('${name}'): there is no such device; Stele computes on the CPU`);
  return { __enter__: () => null, __exit__: () => false, [Symbol.dispose]: () => {} };
});

/** Whether a value is one of TensorFlow's tensors or variables. */
export const is_tensor = compose('tf.is_tensor', 'x', (x: unknown): boolean => x instanceof CoreTensor);
export const is_symbolic_tensor = compose(
  'tf.is_symbolic_tensor',
  'tensor',
  (x: unknown): boolean => x instanceof CoreTensor && (x.symbolic || (!executing_eagerly() && !(x instanceof Tensor))),
);
/** A tensor's value where it is known before anything runs. */
export const get_static_value = compose('tf.get_static_value', 'tensor, partial=False', (x: Loose): unknown =>
  x instanceof Tensor && !x.symbolic ? x.numpy() : null,
);
/** The tensors, none of which is there before all are. */
const together = compose('tf.tuple', 'tensors, control_inputs=None, name=None', (tensors: Loose): unknown[] =>
  (tensors as readonly unknown[]).map((t) => (t === null ? null : mapLeaves(t, (v) => toTensor(v as Loose)))),
);

export { together as tuple };
/** The shape that two known ones broadcast to. */
export const broadcast_static_shape = compose(
  'tf.broadcast_static_shape',
  'shape_x, shape_y',
  (a: TensorShape, b: TensorShape): TensorShape => {
    const [x, y] = [a, b].map((s) => [...(s.as_list() as (number | null)[])]) as [(number | null)[], (number | null)[]];
    const rank = Math.max(x.length, y.length);
    const at = (dims: (number | null)[], i: number): number | null =>
      i < rank - dims.length ? 1 : dims[i - rank + dims.length]!;
    const out = Array.from({ length: rank }, (_, i) => {
      const [p, q] = [at(x, i), at(y, i)];
      if (p === 1) return q;
      if (q === 1 || p === q) return p;
      if (p === null || q === null) return p ?? q;
      const error = new Error(`Incompatible shapes for broadcasting: ${a} and ${b}`);
      error.name = 'ValueError';
      throw error;
    });
    return TensorShape.from_dims(out as number[]);
  },
);

const levels = { DEBUG: 10, INFO: 20, WARN: 30, WARNING: 30, ERROR: 40, FATAL: 50 } as const;
let threshold: number = levels.WARN;
const levelOf = (level: unknown): number =>
  typeof level === 'string' ? levels[level.toUpperCase() as keyof typeof levels] : Number(level);
const says =
  (name: keyof typeof levels) =>
  (message: unknown, ...args: readonly unknown[]): null => {
    let next = 0;
    const text = String(message).replace(/%[sdrfg]/g, () => String(args[next++]));
    if (levels[name] >= threshold) warn(`${name === 'WARN' ? 'WARNING' : name}:tensorflow:${text}`);
    return null;
  };
const logger = {
  name: 'tensorflow',
  setLevel: (level: unknown): null => {
    threshold = levelOf(level);
    return null;
  },
  get level(): number {
    return threshold;
  },
  debug: says('DEBUG'),
  info: says('INFO'),
  warning: says('WARN'),
  warn: says('WARN'),
  error: says('ERROR'),
  critical: says('FATAL'),
};
const logAt = (level: unknown, message: unknown, ...args: readonly unknown[]): null =>
  says(nameOfLevel(levelOf(level)))(message, ...args);
const nameOfLevel = (level: number): keyof typeof levels =>
  (Object.keys(levels) as (keyof typeof levels)[]).find((name) => levels[name] >= level) ?? 'FATAL';
/** What TensorFlow's messages go through: `setLevel` says which are shown. */
export const get_logger = (): typeof logger => logger;
/** @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/logging */
export const logging = namespace('tf.compat.v1.logging', {
  ...levels,
  set_verbosity: logger.setLevel,
  get_verbosity: () => threshold,
  debug: logger.debug,
  info: logger.info,
  warn: logger.warn,
  warning: logger.warn,
  error: logger.error,
  fatal: logger.critical,
  log: logAt,
  vlog: logAt,
  log_if: (level: unknown, message: unknown, condition: unknown, ...args: readonly unknown[]): null =>
    condition ? logAt(level, message, ...args) : null,
});
