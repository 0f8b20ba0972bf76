import { PyDict } from './dict';
import { setErrorMaker } from './raise';
import { Stopped, state } from './state';
import { builtin, builtinType, className, isSubclass, objectClass, type PyClass, typeInfo, typeOf } from './types';
import { isPlain, type PyTuple, tuple } from './values';

/** One place of a traceback. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  readonly name: string;
}

/** A raised or raisable Python exception. */
export interface PyException extends Error {
  $args: PyTuple;
  $frames: Frame[];
  $cause?: PyException | null;
  $context?: PyException | null;
  $suppress?: boolean;
  /** The next frame that sees it has recorded itself already. */
  $again?: boolean;
  /** The JavaScript error that it stands for. */
  $js?: unknown;
}

/** Child: parent, parents first. */
const HIERARCHY: readonly (readonly [string, string])[] = [
  ['SystemExit', 'BaseException'],
  ['KeyboardInterrupt', 'BaseException'],
  ['GeneratorExit', 'BaseException'],
  ['Exception', 'BaseException'],
  ['StopIteration', 'Exception'],
  ['StopAsyncIteration', 'Exception'],
  ['ArithmeticError', 'Exception'],
  ['FloatingPointError', 'ArithmeticError'],
  ['OverflowError', 'ArithmeticError'],
  ['ZeroDivisionError', 'ArithmeticError'],
  ['AssertionError', 'Exception'],
  ['AttributeError', 'Exception'],
  ['BufferError', 'Exception'],
  ['EOFError', 'Exception'],
  ['ImportError', 'Exception'],
  ['ModuleNotFoundError', 'ImportError'],
  ['LookupError', 'Exception'],
  ['IndexError', 'LookupError'],
  ['KeyError', 'LookupError'],
  ['MemoryError', 'Exception'],
  ['NameError', 'Exception'],
  ['UnboundLocalError', 'NameError'],
  ['OSError', 'Exception'],
  ['BlockingIOError', 'OSError'],
  ['ConnectionError', 'OSError'],
  ['FileExistsError', 'OSError'],
  ['FileNotFoundError', 'OSError'],
  ['InterruptedError', 'OSError'],
  ['IsADirectoryError', 'OSError'],
  ['NotADirectoryError', 'OSError'],
  ['PermissionError', 'OSError'],
  ['TimeoutError', 'OSError'],
  ['ReferenceError', 'Exception'],
  ['RuntimeError', 'Exception'],
  ['NotImplementedError', 'RuntimeError'],
  ['RecursionError', 'RuntimeError'],
  ['SyntaxError', 'Exception'],
  ['IndentationError', 'SyntaxError'],
  ['TabError', 'IndentationError'],
  ['SystemError', 'Exception'],
  ['TypeError', 'Exception'],
  ['ValueError', 'Exception'],
  ['UnicodeError', 'ValueError'],
  ['UnicodeDecodeError', 'UnicodeError'],
  ['UnicodeEncodeError', 'UnicodeError'],
  ['Warning', 'Exception'],
  ['DeprecationWarning', 'Warning'],
  ['FutureWarning', 'Warning'],
  ['PendingDeprecationWarning', 'Warning'],
  ['RuntimeWarning', 'Warning'],
  ['SyntaxWarning', 'Warning'],
  ['UserWarning', 'Warning'],
  ['ResourceWarning', 'Warning'],
  ['ImportWarning', 'Warning'],
  ['UnicodeWarning', 'Warning'],
  ['BytesWarning', 'Warning'],
];

/** The names of all exception classes. */
export const exceptionNames: readonly string[] = ['BaseException', ...HIERARCHY.map(([name]) => name)];

function exceptionClass(name: string, base: PyClass, prototype: object): PyClass {
  const cls: PyClass = builtinType(
    name,
    (...args: unknown[]) => {
      if (isPlain(args[args.length - 1])) {
        const named = args.pop() as Record<string, unknown>;
        if (
          name !== 'ImportError' &&
          name !== 'ModuleNotFoundError' &&
          name !== 'NameError' &&
          name !== 'AttributeError'
        )
          throw makeError('TypeError', `${name}() takes no keyword arguments`);
        const made = allocateException(cls, args);
        for (const k of Object.keys(named)) (made as any)[k] = named[k];
        return made;
      }
      return allocateException(cls, args);
    },
    [base],
    prototype,
  );
  return cls;
}

const basePrototype = Object.create(Error.prototype) as object;
Object.defineProperties(basePrototype, {
  name: {
    get(this: object) {
      return className(typeOf(this));
    },
    configurable: true,
  },
  message: {
    get(this: PyException) {
      return exceptionText(this);
    },
    configurable: true,
  },
  stack: {
    get(this: PyException) {
      return `${this.name}: ${this.message}`;
    },
    configurable: true,
  },
});
exceptionClass('BaseException', objectClass, basePrototype);
for (const [name, parent] of HIERARCHY) {
  const base = builtin(parent);
  exceptionClass(name, base, Object.create(base.prototype) as object);
}

const hidden = { writable: true, configurable: true, enumerable: false };

/** An exception object with its arguments, before `__init__`. */
export function allocateException(cls: PyClass, args: unknown[]): PyException {
  const made = Object.create(cls.prototype) as PyException;
  Object.defineProperties(made, {
    $args: { value: tuple([...args]), ...hidden },
    $frames: { value: [], ...hidden },
    $context: { value: null, ...hidden },
  });
  return made;
}

/** The text of an exception, set by the operations since it calls `__str__`. */
export const exceptionHooks: { text: (e: PyException) => string } = { text: (e) => String(e.$args?.[0] ?? '') };
const exceptionText = (e: PyException): string => exceptionHooks.text(e);

function makeError(name: string, message: string | null, args?: readonly unknown[]): PyException {
  const cls = builtin(name) ?? builtin('RuntimeError');
  const made = allocateException(cls, args ? [...args] : message === null ? [] : [message]);
  if (state.handled !== null) made.$context = state.handled as PyException;
  return made;
}
setErrorMaker(makeError);

/** Whether a value is an exception object of Python. */
export const isException = (x: unknown): x is PyException =>
  typeof x === 'object' && x !== null && (x as any).$args !== undefined && (x as any).$frames !== undefined;

const adopted = new WeakMap<object, PyException>();
const foreignClasses = new Map<string, PyClass>();

/** JavaScript's own errors and the engine's, by the Python class that says the same. */
const ALIASES: Readonly<Record<string, string>> = {
  ShapeError: 'ValueError',
  DTypeError: 'TypeError',
  GradError: 'RuntimeError',
  RangeError: 'ValueError',
  Error: 'RuntimeError',
  InternalError: 'RecursionError',
};

/** The Python exception that any thrown thing stands for. */
export function toException(e: unknown): PyException {
  if (isException(e)) return e;
  if (e instanceof Stopped) throw e;
  if (typeof e === 'object' && e !== null) {
    const known = adopted.get(e);
    if (known !== undefined) return known;
  }
  const thrown = e instanceof Error ? e : new Error(String(e));
  let made: PyException;
  if (isStackOverflow(thrown)) {
    made = makeError('RecursionError', 'maximum recursion depth exceeded');
  } else if (thrown instanceof RangeError && /BigInt|Invalid (string|array) length|allocation/i.test(thrown.message)) {
    made = makeError('MemoryError', null);
  } else {
    const cls = foreignErrorClass(thrown);
    made = allocateException(cls, [thrown.message]);
    if (state.handled !== null) made.$context = state.handled as PyException;
  }
  Object.defineProperty(made, '$js', { value: e, ...hidden });
  adopted.set(thrown, made);
  return made;
}

const isStackOverflow = (e: Error): boolean =>
  (e instanceof RangeError && e.message.includes('call stack')) || e.name === 'InternalError';

function foreignErrorClass(e: Error): PyClass {
  const name = ALIASES[e.name] ?? e.name;
  const known = builtin(name);
  if (known !== undefined && isSubclass(known, builtin('BaseException'))) return known;
  let cls = foreignClasses.get(name);
  if (cls === undefined) {
    const base = builtin('RuntimeError');
    cls = exceptionClass(name, base, Object.create(base.prototype) as object);
    foreignClasses.set(name, cls);
  }
  return cls;
}

/** Whether `except cls` catches `e`; `cls` may be a tuple. */
export function matches(e: PyException, cls: unknown): boolean {
  if (Array.isArray(cls)) return cls.some((c) => matches(e, c));
  if (typeof cls !== 'function')
    throw makeError('TypeError', 'catching classes that do not inherit from BaseException is not allowed');
  if (typeInfo(cls) === undefined) {
    // a facade's error class: the JavaScript error itself is asked
    const js = e.$js;
    return typeof js === 'object' && js !== null && js instanceof (cls as any);
  }
  if (!isSubclass(cls as PyClass, builtin('BaseException'))) {
    throw makeError('TypeError', 'catching classes that do not inherit from BaseException is not allowed');
  }
  return isSubclass(typeOf(e), cls as PyClass);
}

/** What `raise x` throws: a class is called, anything but an exception is refused. */
export function raised(x: unknown, from?: unknown): PyException {
  let made = x;
  if (typeof x === 'function') {
    const info = typeInfo(x);
    made = info !== undefined || /^class/.test(Function.prototype.toString.call(x)) ? constructAny(x as PyClass) : x;
  }
  if (!isException(made)) {
    if (made instanceof Error) made = toException(made);
    else throw makeError('TypeError', 'exceptions must derive from BaseException');
  }
  const e = made as PyException;
  if (from !== undefined) {
    e.$cause = from === null ? null : raised(from);
    e.$suppress = true;
  }
  const handled = state.handled as PyException | null;
  if (handled !== null && handled !== e) {
    // no ring of contexts
    for (let c: PyException | null | undefined = handled; c; c = c.$context) {
      if (c.$context === e) {
        c.$context = null;
        break;
      }
    }
    e.$context = handled;
  }
  return e;
}
const constructAny = (cls: PyClass): unknown => (typeInfo(cls) === undefined ? new (cls as any)() : (cls as any)());

/** Adds a frame to what was thrown, once per activation. */
export function trace(e: unknown, frame: { file: string; name: string }, line: number): unknown {
  if (e instanceof Stopped) {
    if (e.frames.length < 100) e.frames.push({ file: frame.file, line, name: frame.name });
    return e;
  }
  const exception = toException(e);
  if (exception.$again) exception.$again = false;
  else if (exception.$frames.length < 3000) exception.$frames.push({ file: frame.file, line, name: frame.name });
  return exception;
}

/** The exception as an `except` block sees it, with the frame of the block's function. */
export function caught(e: unknown, frame: { file: string; name: string }, line: number): PyException {
  if (e instanceof Stopped) throw e;
  const exception = toException(e);
  if (exception.$again) exception.$again = false;
  else if (exception.$frames.length < 3000) exception.$frames.push({ file: frame.file, line, name: frame.name });
  return exception;
}

/** Lets an exception go on from the frame that has recorded it. */
export function again(e: PyException): PyException {
  e.$again = true;
  return e;
}

/** `sys.exc_info`-like: the arguments as Python's dict of attributes; kept here so that exceptions know no operations. */
export const exceptionDict = (e: PyException): PyDict => PyDict.from(Object.fromEntries(Object.entries(e)));
