import { ByteReader, decodeText, FormatError } from '../bytes';
import { checkNesting } from './nesting';
import { quoted, rawUnicodeEscape } from './text';
import { GlobalReference, kindOf, OrderedDict, type PickleGlobal, Tuple, tupleOf, UnpicklingError } from './values';

export interface UnpickleOptions {
  /** The names a pickle may use; every other one is refused. Nothing is ever looked up anywhere else. */
  readonly globals: ReadonlyMap<string, PickleGlobal>;
  /** Gives the object for a persistent id; without it such ids are refused. */
  readonly persistentLoad?: (id: unknown) => unknown;
  /** Sets a state on an instance (BUILD) and returns true, or returns false to refuse. OrderedDict is handled before. */
  readonly build?: (instance: unknown, state: unknown) => boolean;
  /** Words the refusal of a name. */
  readonly refusal?: (module: string, name: string) => UnpicklingError;
  /** What a float becomes, where a whole one must not be taken for an int; a number by itself. */
  readonly float?: (value: number) => unknown;
  readonly maxDepth?: number;
  readonly maxMemo?: number;
}

const py2Modules: ReadonlyMap<string, string> = new Map([
  ['__builtin__', 'builtins'],
  ['copy_reg', 'copyreg'],
]);
const maxIntegerBytes = 4096;

const defaultRefusal = (module: string, name: string): UnpicklingError =>
  new UnpicklingError(
    `Unsupported global: GLOBAL ${module}.${name} was not an allowed global`,
    'global',
    `${module}.${name}`,
  );

const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
};

const simplify = (value: bigint): number | bigint =>
  value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;

const pythonText = (bytes: Uint8Array): string => decodeText(bytes, 'a string in the pickle');

class Unpickler {
  private stack: unknown[] = [];
  private readonly outer: unknown[][] = [];
  private readonly memo = new Map<number, unknown>();
  private readonly reader: ByteReader;
  private readonly options: UnpickleOptions;

  constructor(reader: ByteReader, options: UnpickleOptions) {
    this.reader = reader;
    this.options = options;
  }

  private float(value: number): unknown {
    return this.options.float?.(value) ?? value;
  }

  private pop(): unknown {
    if (!this.stack.length) throw new UnpicklingError('the pickle takes from an empty stack', 'type');
    return this.stack.pop();
  }

  private top(): unknown {
    if (!this.stack.length) throw new UnpicklingError('the pickle looks at an empty stack', 'type');
    return this.stack[this.stack.length - 1];
  }

  private popMark(): unknown[] {
    const items = this.stack;
    const below = this.outer.pop();
    if (!below) throw new UnpicklingError('the pickle closes a group that it never opened', 'type');
    this.stack = below;
    return items;
  }

  private popMany(count: number): unknown[] {
    if (this.stack.length < count) throw new UnpicklingError('the pickle takes from an empty stack', 'type');
    return this.stack.splice(this.stack.length - count);
  }

  private integer(bytes: Uint8Array): number | bigint {
    if (bytes.length > maxIntegerBytes) {
      throw new UnpicklingError(`an integer of ${bytes.length} bytes is too long`, 'limit');
    }
    if (!bytes.length) return 0;
    let hex = '';
    for (const byte of bytes) hex = byte.toString(16).padStart(2, '0') + hex;
    return simplify(BigInt.asIntN(8 * bytes.length, BigInt(`0x${hex}`)));
  }

  private decimal(line: Uint8Array): number | bigint | boolean {
    const text = latin1(line).replace(/L$/, '');
    if (!/^\s*[+-]?\d+\s*$/.test(text) || text.length > maxIntegerBytes) {
      throw new UnpicklingError(`"${text.slice(0, 40)}" is not an integer`, 'type');
    }
    return simplify(BigInt(text.trim().replace(/^\+/, '')));
  }

  private length8(): number {
    return this.reader.u64();
  }

  private global(module: string, name: string): unknown {
    const known = py2Modules.get(module) ?? module;
    const path = `${known}.${name}`;
    const target = this.options.globals.get(path);
    if (!target) throw (this.options.refusal ?? defaultRefusal)(known, name);
    return 'value' in target ? target.value : new GlobalReference(path, target);
  }

  private args(value: unknown): readonly unknown[] {
    if (!(value instanceof Tuple)) {
      throw new UnpicklingError(`a call needs a tuple of arguments, but got ${kindOf(value)}`, 'type');
    }
    return value;
  }

  private call(fn: unknown, args: readonly unknown[]): unknown {
    if (!(fn instanceof GlobalReference && fn.target.call)) {
      throw new UnpicklingError(`Trying to call reduce for unrecognized function ${kindOf(fn)}`, 'type');
    }
    return fn.target.call(args);
  }

  private create(cls: unknown, args: readonly unknown[]): unknown {
    const make = cls instanceof GlobalReference ? (cls.target.create ?? cls.target.call) : undefined;
    if (!make) {
      throw new UnpicklingError(`Can only create new object for allowlisted classes but got ${kindOf(cls)}`, 'type');
    }
    return make(args);
  }

  private build(): void {
    const state = this.pop();
    const instance = this.top();
    if (instance instanceof OrderedDict) {
      if (!(state instanceof Map)) throw new UnpicklingError('the state of an OrderedDict must be a dict', 'type');
      instance.attributes = new Map([...(instance.attributes ?? []), ...state]);
      return;
    }
    if (!this.options.build?.(instance, state)) {
      throw new UnpicklingError(
        `Can only build Tensor, Parameter, OrderedDict or allowlisted types, but got ${kindOf(instance)}`,
        'type',
      );
    }
  }

  private list(opcode: string): unknown[] {
    const target = this.top();
    if (!Array.isArray(target) || target instanceof Tuple) {
      throw new UnpicklingError(`Can only ${opcode} lists, but got ${kindOf(target)}`, 'type');
    }
    return target;
  }

  private setItems(opcode: string, items: readonly unknown[]): void {
    const target = this.top();
    if (!(target instanceof Map)) {
      throw new UnpicklingError(
        `Can only ${opcode} for dict, collections.OrderedDict, collections.Counter, but got ${kindOf(target)}`,
        'type',
      );
    }
    this.fill(target, items);
  }

  private fill(target: Map<unknown, unknown>, items: readonly unknown[]): void {
    if (items.length % 2) throw new UnpicklingError('a dict is given a key without a value', 'type');
    for (let i = 0; i < items.length; i += 2) target.set(hashable(items[i]), items[i + 1]);
  }

  private recall(index: number): unknown {
    if (!this.memo.has(index)) throw new UnpicklingError(`memo slot ${index} was never set`, 'memo');
    return this.memo.get(index);
  }

  private remember(index: number): void {
    if (this.memo.size >= (this.options.maxMemo ?? 10_000_000))
      throw new UnpicklingError('the memo is too large', 'limit');
    this.memo.set(index, this.top());
  }

  private persistent(id: unknown): unknown {
    if (!this.options.persistentLoad) throw new UnpicklingError('unsupported persistent id encountered', 'type');
    return this.options.persistentLoad(id);
  }

  load(): unknown {
    const { reader } = this;
    for (;;) {
      if (!reader.remaining) throw new UnpicklingError('the pickle ends without a STOP', 'truncated');
      const opcode = reader.u8();
      if (opcode === 0x2e) return this.pop();
      this.step(opcode);
    }
  }

  private step(opcode: number): unknown {
    const { reader } = this;
    const push = (value: unknown): void => {
      this.stack.push(value);
    };
    switch (opcode) {
      case 0x80: {
        const protocol = reader.u8();
        if (protocol > 5) throw new UnpicklingError(`pickle protocol ${protocol} is not known`, 'opcode');
        return;
      }
      case 0x95: // FRAME
        reader.advance(8);
        return;
      case 0x28: // MARK
        this.outer.push(this.stack);
        if (this.outer.length > (this.options.maxDepth ?? 1000)) {
          throw new UnpicklingError(`more than ${this.outer.length - 1} groups are nested`, 'limit');
        }
        this.stack = [];
        return;
      case 0x30: // POP; on an empty frame it takes back a MARK
        if (this.stack.length) this.stack.pop();
        else this.popMark();
        return;
      case 0x31:
        this.popMark();
        return;
      case 0x32:
        return push(this.top());
      // numbers
      case 0x4e:
        return push(null);
      case 0x88:
        return push(true);
      case 0x89:
        return push(false);
      case 0x4b:
        return push(reader.u8());
      case 0x4d:
        return push(reader.u16());
      case 0x4a:
        return push(reader.i32());
      case 0x47:
        return push(this.float(reader.f64be()));
      case 0x8a:
        return push(this.integer(reader.take(reader.u8())));
      case 0x8b:
        return push(this.integer(reader.take(reader.i32())));
      case 0x49: {
        const line = reader.line();
        const text = latin1(line);
        return push(text === '00' ? false : text === '01' ? true : this.decimal(line));
      }
      case 0x4c:
        return push(this.decimal(reader.line()));
      case 0x46: {
        const text = latin1(reader.line()).trim();
        const special: Record<string, number> = { inf: Infinity, '-inf': -Infinity, nan: NaN };
        const value = Object.hasOwn(special, text) ? special[text]! : Number(text || 'x');
        if (Number.isNaN(value) && text !== 'nan') {
          throw new UnpicklingError(`"${text.slice(0, 40)}" is not a float`, 'type');
        }
        return push(this.float(value));
      }
      // text and bytes
      case 0x58:
        return push(pythonText(reader.take(reader.u32())));
      case 0x8c:
        return push(pythonText(reader.take(reader.u8())));
      case 0x8d:
        return push(pythonText(reader.take(this.length8())));
      case 0x56:
        return push(rawUnicodeEscape(latin1(reader.line())));
      case 0x55:
        return push(latin1(reader.take(reader.u8())));
      case 0x54:
        return push(latin1(reader.take(reader.i32())));
      case 0x53:
        return push(quoted(latin1(reader.line())));
      case 0x43:
        return push(reader.take(reader.u8()).slice());
      case 0x42:
        return push(reader.take(reader.u32()).slice());
      case 0x8e:
      case 0x96:
        return push(reader.take(this.length8()).slice());
      // containers
      case 0x29:
        return push(new Tuple());
      case 0x85:
        return push(tupleOf(this.popMany(1)));
      case 0x86:
        return push(tupleOf(this.popMany(2)));
      case 0x87:
        return push(tupleOf(this.popMany(3)));
      case 0x74:
        return push(tupleOf(this.popMark()));
      case 0x5d:
        return push([]);
      case 0x6c:
        return push(this.popMark());
      case 0x61: {
        const item = this.pop();
        this.list('append to').push(item);
        return;
      }
      case 0x65: {
        const items = this.popMark();
        const list = this.list('extend');
        for (const item of items) list.push(item);
        return;
      }
      case 0x7d:
        return push(new Map());
      case 0x64: {
        const dict = new Map();
        this.fill(dict, this.popMark());
        return push(dict);
      }
      case 0x73:
        return this.setItems('SETITEM', this.popMany(2));
      case 0x75:
        return this.setItems('SETITEMS', this.popMark());
      case 0x8f:
        return push(new Set());
      case 0x90: {
        const items = this.popMark();
        const set = this.top();
        if (!(set instanceof Set)) throw new UnpicklingError(`Can only add to sets, but got ${kindOf(set)}`, 'type');
        for (const item of items) set.add(hashable(item));
        return;
      }
      case 0x91:
        return push(new Set(this.popMark().map(hashable)));
      // memo
      case 0x67:
        return push(this.recall(Number(this.decimal(reader.line()))));
      case 0x68:
        return push(this.recall(reader.u8()));
      case 0x6a:
        return push(this.recall(reader.u32()));
      case 0x70:
        return this.remember(Number(this.decimal(reader.line())));
      case 0x71:
        return this.remember(reader.u8());
      case 0x72:
        return this.remember(reader.u32());
      case 0x94:
        return this.remember(this.memo.size);
      // names, and what may be done with them
      case 0x63:
        return push(this.global(pythonText(reader.line()), pythonText(reader.line())));
      case 0x93: {
        const [module, name] = this.popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') {
          throw new UnpicklingError('STACK_GLOBAL requires two strings', 'type');
        }
        return push(this.global(module, name));
      }
      case 0x69: {
        // INST: a name and a call in one
        const target = this.global(pythonText(reader.line()), pythonText(reader.line()));
        return push(this.call(target, this.popMark()));
      }
      case 0x6f: {
        const [target, ...args] = this.popMark();
        return push(this.call(target, args));
      }
      case 0x52: {
        const args = this.args(this.pop());
        return push(this.call(this.pop(), args));
      }
      case 0x81: {
        const args = this.args(this.pop());
        return push(this.create(this.pop(), args));
      }
      case 0x92: {
        const [cls, args, named] = this.popMany(3);
        if (!(named instanceof Map && named.size === 0)) {
          throw new UnpicklingError('objects with keyword arguments are not supported', 'type');
        }
        return push(this.create(cls, this.args(args)));
      }
      case 0x62:
        return this.build();
      case 0x50:
        return push(this.persistent(latin1(reader.line())));
      case 0x51:
        return push(this.persistent(this.pop()));
      default:
        throw new UnpicklingError(`Unsupported operand ${opcode}`, 'opcode');
    }
  }
}

function hashable(key: unknown): unknown {
  if ((Array.isArray(key) && !(key instanceof Tuple)) || key instanceof Map || key instanceof Set) {
    throw new UnpicklingError(`unhashable type: '${kindOf(key)}'`, 'type');
  }
  return key;
}

/**
 * Reads one pickle (protocols 0 to 5) without ever running code: names must be in `options.globals`, everything else
 * is refused with an UnpicklingError. Dicts become Maps, tuples `Tuple`, bytes Uint8Array, integers beyond 2^53 bigint.
 *
 * ```ts
 * unpickle(new Uint8Array([0x80, 2, 0x4b, 7, 0x2e]), { globals: new Map() }); // 7
 * ```
 */
export function unpickle(source: Uint8Array | ByteReader, options: UnpickleOptions): unknown {
  const reader = source instanceof ByteReader ? source : new ByteReader(source, 'pickle');
  try {
    const value = new Unpickler(reader, options).load();
    checkNesting(value, options.maxDepth ?? 1000);
    return value;
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new UnpicklingError(`the pickle is damaged (${(error as Error).message})`, 'type');
  }
}
