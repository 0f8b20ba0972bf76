import { type DType, floatResult, fromArray, isKeywords, isNumber, Tensor, toNumbers } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { typeError, valueError } from '../errors';
import { KerasTensor } from '../layers/symbolic';
import { convert, tensorFamily } from '../tensors';
import {
  CustomObjectScope,
  get_registered_name,
  get_registered_object,
  homeOf,
  isInner,
  isRegistered,
  type Named,
  publicMember,
} from './registry';

/** What an object is in a configuration. */
export interface Serialized {
  readonly module: string | null;
  readonly class_name: string;
  readonly config: Record<string, unknown>;
  readonly registered_name: string | null;
  build_config?: unknown;
  compile_config?: unknown;
}
type Config = Readonly<Record<string, unknown>>;
interface Configured {
  get_config?(): Record<string, unknown>;
  get_build_config?(): Record<string, unknown> | null;
  get_compile_config?(): Record<string, unknown> | null;
  build_from_config?(config: unknown): void;
  compile_from_config?(config: unknown): void;
  built?: boolean;
}

/** Python's dictionaries arrive as maps; inside files they are plain objects. */
export function plainConfig(value: unknown): any {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), plainConfig(v)]));
  if (Array.isArray(value)) return value.map(plainConfig);
  if (isKeywords(value)) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plainConfig(v)]));
  return value;
}
const isTensorParts = (value: object): boolean => 'data' in value && 'shape' in value && 'dtype' in value;

/**
 * An object as a configuration: module, class name, what `get_config` gives, and what it was built with.
 *
 * ```ts
 * serialize_keras_object(new layers.ReLU()).class_name; // 'ReLU'
 * ```
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 */
export function serialize_keras_object(obj: unknown): any {
  if (obj === null || obj === undefined) return null;
  if (typeof obj === 'string' || typeof obj === 'boolean' || isNumber(obj)) return obj;
  if (Array.isArray(obj)) return obj.map(serialize_keras_object);
  if (obj instanceof KerasTensor) {
    const history =
      obj.node === null
        ? null
        : [obj.node.layer.name, obj.node.layer.inbound_nodes.indexOf(obj.node), obj.node.outputs.indexOf(obj)];
    return {
      class_name: '__keras_tensor__',
      config: { shape: [...obj.shape], dtype: obj.dtype, keras_history: history },
    };
  }
  if (obj instanceof Tensor)
    return { class_name: '__tensor__', config: { value: nested(obj.sizes, toNumbers(obj)), dtype: obj.scalarType } };
  if (obj instanceof NDArray)
    return { class_name: '__numpy__', config: { value: nested(obj.shape, [...obj.data]), dtype: obj.dtype } };
  if (obj instanceof Map || isKeywords(obj)) return serialize_dict(obj as Config);
  const part = obj as Record<string, any>;
  if ('start' in part && 'stop' in part && 'step' in part)
    return {
      class_name: '__slice__',
      config: Object.fromEntries(['start', 'stop', 'step'].map((k) => [k, serialize_keras_object(part[k])])),
    };
  if ('__repr__' in part && part['__repr__']() === 'Ellipsis') return { class_name: '__ellipsis__', config: {} };
  if (obj instanceof Uint8Array) return { class_name: '__bytes__', config: { value: new TextDecoder().decode(obj) } };
  const configured = obj as Configured;
  if (typeof configured.get_config !== 'function') {
    if (typeof obj === 'function') return serializeFunction(obj as Named);
    throw typeError(`Cannot serialize object ${String(obj)} of type ${(obj as object).constructor?.name}.`);
  }
  const made = (obj as object).constructor as Named;
  const home = homeOf(made);
  const out: Serialized =
    home === null
      ? {
          module: isRegistered(made) ? get_registered_name(made).split('>')[0]! : null,
          class_name: made.name,
          config: configured.get_config(),
          registered_name: get_registered_name(made),
        }
      : {
          module: home.module,
          class_name: home.name,
          config: configured.get_config(),
          // what has no public name is registered under its own
          registered_name: home.module.startsWith('keras.src.') ? home.name : null,
        };
  const built = configured.get_build_config?.() ?? null;
  if (built !== null) out.build_config = serialize_dict(built);
  const compiled = configured.get_compile_config?.() ?? null;
  if (compiled !== null) out.compile_config = serialize_dict(compiled);
  return out;
}
export const serialize_dict = (obj: Config | ReadonlyMap<unknown, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    [...(obj instanceof Map ? obj : Object.entries(obj))].map(([k, v]) => [String(k), serialize_keras_object(v)]),
  );
function serializeFunction(fn: Named): unknown {
  const home = homeOf(fn);
  if (home !== null)
    return { module: home.module, class_name: 'function', config: home.name, registered_name: home.name };
  if (isRegistered(fn))
    return { module: null, class_name: 'function', config: fn.name, registered_name: get_registered_name(fn) };
  if (fn.name === '' || fn.name === 'anonymous')
    throw typeError(
      'A function without a name cannot be written into a configuration: name it, and register it with keras.saving.register_keras_serializable()',
    );
  return { module: null, class_name: 'function', config: fn.name, registered_name: fn.name };
}
function nested(shape: readonly number[], flat: readonly unknown[]): unknown {
  if (shape.length === 0) return flat[0];
  const step = flat.length / (shape[0] || 1);
  return Array.from({ length: shape[0]! }, (_, i) => nested(shape.slice(1), flat.slice(i * step, (i + 1) * step)));
}

/** Parameters of Keras' classes that are floats: a whole one is written with its point. */
const floatNames = new Set(
  'rate momentum epsilon negative_slope threshold alpha beta gamma delta stddev mean scale gain dropout recurrent_dropout factor l1 l2 mask_value renorm_momentum label_smoothing minval maxval fill_value offset'.split(
    ' ',
  ),
);
/** A constructor's argument as `get_config` gives it. */
export function savedSetting(name: string, value: unknown): unknown {
  if (typeof value === 'number') return floatNames.has(name) ? floatResult(value) : value;
  if (Array.isArray(value)) return value.map((v) => savedSetting(name, v));
  if (value instanceof Tensor || value === null || value === undefined) return value ?? null;
  return typeof value === 'function' || typeof value === 'object' ? serialize_keras_object(value) : value;
}

/**
 * The object of a configuration. No code that a file holds is run: lambdas are refused.
 * @throws ValueError for classes that are neither Keras' nor given in `custom_objects`.
 */
export function deserialize_keras_object(
  config: unknown,
  custom_objects: Config | Map<string, unknown> | null | { custom_objects?: Config | null; safe_mode?: boolean } = null,
  safe_mode = true,
): any {
  const keywords =
    isKeywords(custom_objects) && ('custom_objects' in custom_objects || 'safe_mode' in custom_objects)
      ? (custom_objects as { custom_objects?: Config | null; safe_mode?: boolean })
      : null;
  const custom = (keywords === null ? custom_objects : (keywords.custom_objects ?? null)) as Config | null;
  const safe = keywords?.safe_mode ?? safe_mode;
  const scope = custom === null ? null : new CustomObjectScope(custom).__enter__();
  try {
    return revive(plainConfig(config), safe);
  } finally {
    scope?.__exit__();
  }
}

function revive(config: any, safe: boolean): any {
  if (config === null || config === undefined) return null;
  if (Array.isArray(config)) return config.map((v) => revive(v, safe));
  if (!isKeywords(config)) return config;
  if (!('class_name' in config) || !('config' in config))
    return isTensorParts(config)
      ? config
      : Object.fromEntries(Object.entries(config).map(([k, v]) => [k, revive(v, safe)]));
  const className = String(config['class_name']);
  const inner = (config['config'] ?? {}) as Record<string, any>;
  switch (className) {
    case '__bytes__':
      return new TextEncoder().encode(String(inner['value']));
    case '__tuple__':
      return revive(inner['value'], safe);
    case '__slice__':
      return { start: inner['start'] ?? null, stop: inner['stop'] ?? null, step: inner['step'] ?? null };
    case '__ellipsis__':
      return { __repr__: () => 'Ellipsis' };
    case '__numpy__':
    case '__tensor__': {
      const tensor = convert(inner['value'], inner['dtype'] as DType);
      return className === '__tensor__'
        ? fromArray(tensorFamily(), tensor.storage.array, [...tensor.sizes], tensor.scalarType)
        : NDArray.from(inner['value'] as number[]);
    }
    case '__keras_tensor__':
      return new KerasTensor(inner['shape'], inner['dtype'] as DType);
    case '__lambda__':
      if (safe)
        throw valueError(
          'Requested the deserialization of a Python lambda. This carries a potential risk of arbitrary code execution and thus it is disallowed by default. If you trust the source of the saved model, you can pass `safe_mode=False` to the loading function in order to allow Python lambda deserialization, or call `keras.config.enable_unsafe_deserialization()`.',
        );
      throw valueError(
        'This configuration holds a lambda as Python bytecode, which Stele cannot run: pass the function in `custom_objects`',
      );
  }
  const module = (config['module'] ?? null) as string | null;
  const registeredName = (config['registered_name'] ?? null) as string | null;
  if (className === 'function') {
    const name = String(config['config']);
    const found = find(module, name, registeredName);
    if (found === null)
      throw typeError(
        `Could not locate function '${name}'. Make sure custom classes are decorated with \`@keras.saving.register_keras_serializable()\`. Full object config: ${JSON.stringify(config)}`,
      );
    return found;
  }
  const found = find(module, className, registeredName) as (Named & { from_config?(config: unknown): unknown }) | null;
  if (found === null)
    throw typeError(
      `Could not locate class '${className}'. Make sure custom classes are decorated with \`@keras.saving.register_keras_serializable()\`. Full object config: ${JSON.stringify(config)}`,
    );
  if (typeof found.from_config !== 'function')
    throw typeError(
      `Unable to reconstruct an instance of '${className}' because the class is missing a \`from_config()\` method. Full object config: ${JSON.stringify(config)}`,
    );
  const made = found.from_config(inner) as Configured;
  const built = config['build_config'];
  if (built && made.built !== true && typeof made.build_from_config === 'function') made.build_from_config(built);
  const compiled = config['compile_config'];
  if (compiled && typeof made.compile_from_config === 'function') made.compile_from_config(compiled);
  return made;
}
function find(module: string | null, name: string, registeredName: string | null): Named | null {
  for (const known of [registeredName, name]) {
    const custom = known === null ? null : get_registered_object(known);
    if (custom !== null) return custom;
  }
  const own = module === null ? null : publicMember(module, name);
  if (own !== null || (module !== null && module !== 'builtins' && !isInner(module))) return own;
  // older files name no module, and those inside Keras move
  for (const place of families) {
    const member = publicMember(place, name);
    if (member !== null) return member;
  }
  return null;
}
const families =
  'keras keras.layers keras.initializers keras.regularizers keras.constraints keras.losses keras.metrics keras.optimizers keras.optimizers.schedules keras.models keras.activations'.split(
    ' ',
  );

/** A configuration from which a class makes an object. */
export function fromConfig<T>(type: new (...args: any[]) => T, config: unknown): T {
  return new type(plainConfig(config));
}
