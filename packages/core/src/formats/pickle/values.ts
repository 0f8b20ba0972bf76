import { Tuple } from '../../tuple';
import { FormatError } from '../bytes';

export { Tuple, tupleOf } from '../../tuple';

/** A dict that the pickle says is an OrderedDict, with the attributes (such as `_metadata`) that were set on it. */
export class OrderedDict<K = unknown, V = unknown> extends Map<K, V> {
  attributes: Map<unknown, unknown> | undefined;
}

/** A dict that the pickle says is a Counter. */
export class Counter<K = unknown> extends Map<K, number> {}

/** What a pickle may name: a plain value, or something that may be called, created or given a state. */
export interface PickleGlobal {
  /** The global stands for this value itself. */
  readonly value?: unknown;
  /** What calling it gives (REDUCE). */
  readonly call?: (args: readonly unknown[]) => unknown;
  /** What making an instance without calling it gives (NEWOBJ); `call` serves when this is absent. */
  readonly create?: (args: readonly unknown[]) => unknown;
}

/** A name that a pickle loaded and that is not a plain value; harmless by itself. */
export class GlobalReference {
  readonly path: string;
  readonly target: PickleGlobal;
  constructor(path: string, target: PickleGlobal) {
    this.path = path;
    this.target = target;
  }
}

export type UnpicklingKind = 'global' | 'blocked' | 'opcode' | 'truncated' | 'memo' | 'type' | 'limit';

/** Why a pickle was refused. */
export class UnpicklingError extends FormatError {
  override name = 'UnpicklingError';
  readonly kind: UnpicklingKind;
  /** The name that was refused, where it was a name. */
  readonly path: string | undefined;
  constructor(message: string, kind: UnpicklingKind, path?: string) {
    super(message);
    this.kind = kind;
    this.path = path;
  }
}

/** How a value is called in messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'None';
  if (value === undefined) return 'nothing';
  if (value instanceof Tuple) return 'tuple';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof GlobalReference) return value.path;
  if (value instanceof OrderedDict) return 'OrderedDict';
  if (value instanceof Map) return 'dict';
  if (value instanceof Set) return 'set';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return (value as object).constructor?.name ?? typeof value;
}
