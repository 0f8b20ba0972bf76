import {
  Complex,
  Tensor as CoreTensor,
  copyData,
  EngineError,
  identityOf,
  isFloating,
  ops,
  pythonIndex,
  sameNumbers,
} from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { PyFloat, pyRepr } from '@stele/core/printing';
import { Variable as KerasVariable } from '@stele/keraslike';
import { arithmetic } from './arithmeticNames';
import { inGraphFunction } from './autograph';
import { invert } from './bitwise';
import { asOperator, buildingGraph, op } from './dispatch';
import { as_dtype, DType, kernelName } from './dtypes';
import { InvalidArgumentError, kernelError, runtimeError, typeMismatch, valueError } from './errors';
import * as math from './math';
import { leavesOf } from './nest';
import { TensorShape } from './shape';
import { IndexedSlices } from './slices';
import { isNamed, nodeType, symbolName } from './spec';
import { bytesText, readText, StringTensor, stringTensor } from './strings';
import { Tensor, type TensorLike, toTensor } from './tensor';
import { Variable } from './variable';

type Binary = (a: TensorLike, b: TensorLike) => Tensor;
type Dunders = Record<string, (this: Tensor, ...args: any[]) => unknown>;
const define = (members: Dunders, owner: object = Tensor.prototype): void => {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
};
/** Whether TensorFlow takes a value as an operand; what it does not is left to the value's own operators. */
const known = (x: unknown): x is TensorLike =>
  typeof x !== 'function' &&
  (typeof x !== 'object' ||
    x === null ||
    x instanceof CoreTensor ||
    x instanceof NDArray ||
    x instanceof PyFloat ||
    x instanceof Complex ||
    x instanceof StringTensor ||
    Array.isArray(x));

/** A NumPy scalar is Python's number: it takes the tensor's dtype. */
function plain(x: TensorLike, like: Tensor): TensorLike {
  if (x instanceof NDArray && isFloating(x.dtype) && isFloating(like.scalarType))
    return toTensor(x.astype(like.scalarType));
  return x;
}
const kernels: Readonly<Record<string, string>> = {
  add: 'AddV2',
  sub: 'Sub',
  mul: 'Mul',
  pow: 'Pow',
  floordiv: 'FloorDiv',
  mod: 'FloorMod',
};

/** A number with a fraction does not become a whole one: TensorFlow's complaint names both dtypes. */
function refuseFraction(name: string, self: Tensor, other: unknown): void {
  const kernel = kernels[name];
  const fraction = other instanceof PyFloat || (typeof other === 'number' && !Number.isInteger(other));
  if (kernel === undefined || !fraction || isFloating(self.scalarType) || self.scalarType === 'bool') return;
  if (self.symbolic)
    throw new TypeError(
      `Input 'y' of '${kernel}' Op has type float32 that does not match type ${self.scalarType} of argument 'x'.`,
    );
  if (name === 'add') throw typeMismatch(kernel, 1, self.scalarType, 'float32');
  throw new TypeError(`Cannot convert ${pyRepr(other)} to EagerTensor of dtype ${self.scalarType}`);
}

const bits = (name: string, onBools: Binary, f: (a: CoreTensor, b: CoreTensor) => CoreTensor): Binary =>
  op(name, (a: TensorLike, b: TensorLike): Tensor => {
    const [x, y] = math.operands(a, b);
    if (x.scalarType === 'bool') return onBools(x, y);
    if (isFloating(x.scalarType)) {
      const kernel = name.replace(/(^|_)(\w)/g, (_, __, c: string) => c.toUpperCase());
      throw new InvalidArgumentError(
        `Value for attr 'T' of ${kernelName(x.scalarType)} is not in the list of allowed values: int8, int16, int32, int64, uint8, uint16, uint32, uint64\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}] name: `,
      );
    }
    return f(x, y) as Tensor;
  });

/** A value of Python beside a tensor, of its type; in a graph as an array, of which the function writes a constant. */
function beside(value: TensorLike, like: Tensor): TensorLike {
  const t = toTensor(value, like.scalarType);
  if (!like.symbolic && !buildingGraph()) return t;
  return new NDArray({ dtype: t.scalarType, shape: t.sizes, data: copyData(t) });
}
const operators: Readonly<Record<string, Binary>> = {
  ...arithmetic,
  matmul: math.matmul,
  and: bits('bitwise_and', math.logical_and, ops.bitwiseAnd),
  or: bits('bitwise_or', math.logical_or, ops.bitwiseOr),
  xor: bits('bitwise_xor', math.logical_xor, ops.bitwiseXor),
};
for (const [name, f] of Object.entries(operators))
  define({
    [`__${name}__`](other: unknown) {
      // Keras' variables of another type follow Keras' rules
      if (other instanceof KerasVariable && other.scalarType !== this.scalarType)
        return (other as unknown as Record<string, (x: unknown) => unknown>)[`__r${name}__`]!(this);
      if (!known(other) || this instanceof IndexedSlices) return undefined;
      refuseFraction(name, this, other);
      return asOperator(name, () => f(this, plain(other, this)));
    },
    [`__r${name}__`](other: unknown) {
      if (!known(other) || this instanceof IndexedSlices) return undefined;
      // a value that stands first becomes of the tensor's type
      const first = other instanceof CoreTensor ? other : beside(plain(other, this), this);
      return asOperator(name, () => f(first, this));
    },
  });

const comparisons: Readonly<Record<string, Binary>> = {
  lt: math.less,
  le: math.less_equal,
  gt: math.greater,
  ge: math.greater_equal,
};
for (const [name, f] of Object.entries(comparisons))
  define({
    [`__${name}__`](other: unknown) {
      return known(other) && !(this instanceof IndexedSlices) ? f(this, plain(other, this)) : undefined;
    },
  });

/** Elementwise equality; shapes that do not broadcast are simply not equal. */
function equality(self: Tensor, other: unknown, wanted: boolean): Tensor | boolean | undefined {
  if (buildingGraph()) return (self === other) === wanted;
  if (other === null) return !wanted;
  if (!known(other)) return undefined;
  if (other instanceof StringTensor || typeof other === 'string')
    return wanted ? math.equal(self, other as never) : math.not_equal(self, other as never);
  const [x, y] = math.operands(self, plain(other, self));
  const rank = Math.max(x.rank, y.rank);
  const fits = Array.from({ length: rank }, (_, i) => [x.sizes.at(-1 - i) ?? 1, y.sizes.at(-1 - i) ?? 1]).every(
    ([a, b]) => a === b || a === 1 || b === 1,
  );
  if (!fits) return toTensor(!wanted, 'bool');
  return wanted ? math.equal(x, y) : math.not_equal(x, y);
}

const notIndex = (part: unknown): Error =>
  new TypeError(
    `Only integers, slices (\`:\`), ellipsis (\`...\`), tf.newaxis (\`None\`) and scalar tf.int32/tf.int64 tensors are valid indices, got ${typeof part === 'string' ? `'${part}'` : part instanceof Tensor ? part.__repr__() : Array.isArray(part) ? pyRepr(part) : String(part)}`,
  );
const sliceError = (what: string): Error =>
  kernelError('StridedSlice', what, InvalidArgumentError, { name: 'strided_slice/' });

/** `t[...]`: numbers, slices, `...`, new axes, rank-0 integer tensors; or one mask. */
function indexParts(t: Tensor, index: unknown): ops.IndexPart[] {
  if (leavesOf(index).some((leaf) => leaf instanceof CoreTensor && leaf.symbolic))
    throw new EngineError('the index is a tensor of a graph, which has no value yet', { op: 'read', kind: 'symbolic' });
  const given =
    Array.isArray(index) && Object.getPrototypeOf(index) === Array.prototype ? Object.assign(new List(), index) : index;
  const found = pythonIndex(given, notIndex);
  if (found.filter((p) => p.kind === 'rest').length > 1)
    throw sliceError('Multiple ellipses in slice spec not allowed');
  const still = found.findIndex((p) => p.kind === 'slice' && p.step === 0);
  if (still >= 0) throw sliceError(`strides[${still}] must be non-zero`);
  let axis = 0;
  const takes = found.filter((p) => p.kind !== 'new' && p.kind !== 'rest').length;
  const parts = found.map((part): ops.IndexPart => {
    if (part.kind === 'truth') throw valueError('mask cannot be scalar.');
    if (part.kind === 'array') {
      const array = part.value instanceof CoreTensor ? (part.value as Tensor) : toTensor(part.value as TensorLike);
      if (array.scalarType === 'bool' && found.length === 1) return { kind: 'tensor', value: array };
      if (array.rank > 0 || isFloating(array.scalarType)) throw notIndex(part.value);
      axis++;
      return { kind: 'int', value: Number(array.item()) };
    }
    if (part.kind === 'rest') axis += t.rank - takes;
    if (part.kind === 'int') {
      const size = t.sizes[axis];
      if (size !== undefined && (part.value < -size || part.value >= size))
        throw sliceError(
          `slice index ${part.value < 0 ? part.value + size : part.value} of dimension ${axis} out of bounds.`,
        );
    }
    if (part.kind === 'int' || part.kind === 'slice') axis++;
    return part;
  });
  if (takes > t.rank && parts[0]?.kind !== 'tensor')
    throw sliceError(
      t.rank === 0
        ? 'Attempting to slice scalar input.'
        : `Index out of range using input dim ${t.rank}; input has only ${t.rank} dims`,
    );
  return parts;
}
const strided_slice = op('strided_slice', (t: Tensor, index: unknown): Tensor => {
  const own = toTensor(t);
  return ops.pick(own, indexParts(own, index)).result as Tensor;
});
class List extends Array<unknown> {}
/** An index whose slices show their bounds, among which tensors are found. */
function openSlices(index: unknown): unknown {
  if (Array.isArray(index)) {
    const out = Array.from(index, openSlices);
    return Object.setPrototypeOf(out, Object.getPrototypeOf(index));
  }
  const isSlice = typeof index === 'object' && index !== null && 'start' in index && 'stop' in index && 'step' in index;
  if (!isSlice) return index;
  const { start, stop, step } = index as { start: unknown; stop: unknown; step: unknown };
  return [start, stop, step].some((b) => b instanceof CoreTensor) ? { start, stop, step } : index;
}

const resolutions =
  'You can attempt the following resolutions to the problem: If you are running in Graph mode, use Eager execution mode or decorate this function with @tf.function. If you are using AutoGraph, you can try decorating this function with @tf.function. If that does not work, then you may be using an unsupported feature or your source code may not be visible to AutoGraph. See https://www.tensorflow.org/guide/autograph/limitations#access_to_source_code for more information.';
const scalar = (t: Tensor, into: string): number | bigint | boolean => {
  if (t.symbolic) throw new TypeError(into.replace('%', "'SymbolicTensor'"));
  if (t.rank > 0) throw new TypeError('only 0-dimensional arrays can be converted to Python scalars');
  const value = t.item();
  // the imaginary part is dropped, as NumPy does with a warning
  return value instanceof Complex ? value.re : value;
};
/** What keeps a tensor as a key: equal to the references of the same tensor. */
class Reference {
  private readonly tensor: Tensor;
  constructor(tensor: Tensor) {
    this.tensor = tensor;
  }
  deref(): Tensor {
    return this.tensor;
  }
  __eq__(other: unknown): boolean {
    return other instanceof Reference && other.tensor === this.tensor;
  }
  __hash__(): number {
    return identityOf(this.tensor);
  }
}

define({
  __eq__(other: unknown) {
    return equality(this, other, true);
  },
  __ne__(other: unknown) {
    return equality(this, other, false);
  },
  __neg__() {
    if (this instanceof IndexedSlices)
      return new IndexedSlices(math.negative(this.values), this.indices, this.dense_shape);
    return math.negative(this);
  },
  __pos__() {
    return this;
  },
  __abs__() {
    return math.abs(this);
  },
  __invert__() {
    return this.scalarType === 'bool' ? math.logical_not(this) : invert(this);
  },
  __getitem__(index: unknown) {
    return strided_slice(this, openSlices(index));
  },
  __setitem__() {
    throw new TypeError("'tensorflow.python.framework.ops.EagerTensor' object does not support item assignment");
  },
  __len__() {
    if (this.symbolic)
      throw new TypeError(
        `len is not well defined for a symbolic Tensor (${symbolName(this)}). Please call \`x.shape\` rather than \`len(x)\` for shape information.`,
      );
    if (this.rank === 0) throw new TypeError('Scalar tensor has no `len()`');
    return this.sizes[0];
  },
  __iter__() {
    if (this.symbolic)
      throw Object.assign(new TypeError(`Iterating over a symbolic \`tf.Tensor\` is not allowed. ${resolutions}`), {
        name: 'OperatorNotAllowedInGraphError',
      });
    return this[Symbol.iterator]();
  },
  __bool__() {
    if (this.symbolic) {
      const error = new TypeError(`Using a symbolic \`tf.Tensor\` as a Python \`bool\` is not allowed. ${resolutions}`);
      error.name = 'OperatorNotAllowedInGraphError';
      throw error;
    }
    if (this.elementCount > 1)
      throw valueError('The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()');
    return this.elementCount === 1 && Boolean(Number(this.item()));
  },
  /** What `float(t)` and `int(t)` give instead of a number of Python's; undefined: nothing else. */
  __convert__(type: string) {
    if (!inGraphFunction()) return undefined;
    return type === 'float' ? math.cast(this, 'float32') : type === 'int' ? math.cast(this, 'int32') : undefined;
  },
  __complex__() {
    return this.item();
  },
  __float__() {
    return Number(scalar(this, 'float() argument must be a string or a real number, not %'));
  },
  __int__() {
    const value = scalar(this, 'int() argument must be a string, a bytes-like object or a real number, not %');
    return typeof value === 'bigint' ? value : Math.trunc(Number(value));
  },
  __index__() {
    if (this.symbolic) throw new TypeError("'SymbolicTensor' object cannot be interpreted as an integer");
    if (isFloating(this.scalarType) || this.rank > 0)
      throw new TypeError('only integer scalar arrays can be converted to a scalar index');
    return (scalar(this, '') as number | bigint | boolean) === true ? 1 : Number(scalar(this, ''));
  },
  __str__() {
    return this.toString();
  },
  __hash__() {
    if (buildingGraph()) return identityOf(this);
    throw new TypeError('Tensor is unhashable. Instead, use tensor.ref() as the key.');
  },
  ref() {
    return new Reference(this);
  },
});
/** What would give a variable's name to a tensor: what is to be written instead, and the name TensorFlow writes it with. */
const inPlace: Readonly<Record<string, readonly [sign: string, instead: string, out: string]>> = {
  __iadd__: ['+', 'variable.assign_add(value)', 'variable + value'],
  __isub__: ['-', 'variable.assign_sub(value)', 'variable * value'],
  __imul__: ['*', 'var.assign(var * value)', 'var * value'],
  __itruediv__: ['/', 'var.assign(var / value)', 'var / value'],
  __ipow__: ['**', 'var.assign(var ** value)', 'var ** value'],
};
const refusedInPlace = Object.entries(inPlace).map(([method, [sign, instead, out]]) => {
  const refuse = (): never => {
    throw runtimeError(
      `\`${out.split(' ')[0]} ${sign}= value\` with \`tf.Variable\`s is not supported. Use \`${instead}\` to modify the variable, or \`out = ${out}\` if you need to get a new output Tensor.`,
    );
  };
  return [method, refuse] as const;
});
define(
  {
    __hash__() {
      throw new TypeError(
        `Variable is unhashable. Instead, use variable.ref() as the key. (Variable: ${this.toString()})`,
      );
    },
    __len__() {
      throw new TypeError("object of type 'ResourceVariable' has no len()");
    },
    __setitem__() {
      throw new TypeError("'ResourceVariable' object does not support item assignment");
    },
    ...Object.fromEntries(refusedInPlace),
    __copy__() {
      return (this as Variable).copied();
    },
    __deepcopy__() {
      return (this as Variable).copied();
    },
    /** A part of the value; `assign` on it changes that part of the variable. */
    __getitem__(index: unknown) {
      const variable = this as Variable;
      const part = strided_slice(variable, index);
      const change = (name: string, combine: (old: Tensor, value: Tensor) => Tensor): void => {
        Object.defineProperty(part, name, {
          value: (given: TensorLike) => {
            const value = toTensor(given, given instanceof Tensor ? null : variable.scalarType);
            const next = combine(strided_slice(variable, index), value);
            const [own, wanted] = [next.sizes, part.sizes];
            const fits =
              own.length <= wanted.length &&
              own.every((d, i) => d === 1 || d === wanted[i - own.length + wanted.length]);
            if (!fits)
              throw kernelError(
                'ResourceStridedSliceAssign',
                `Cannot broadcast input shape [${own.join(',')}] into final shape [${wanted.join(',')}]`,
                InvalidArgumentError,
                { name: 'strided_slice/_assign' },
              );
            return variable.assign(ops.replaced(variable, indexParts(variable, index), next) as Tensor);
          },
        });
      };
      change('assign', (_old, value) => value);
      change('assign_add', (old, value) => math.add(old, value));
      change('assign_sub', (old, value) => math.subtract(old, value));
      return part;
    },
  },
  Variable.prototype,
);

const textScalar = (t: StringTensor): Uint8Array => {
  if (t.rank > 0) throw new TypeError('only 0-dimensional arrays can be converted to Python scalars');
  return t.item();
};
type TextOperator = (this: StringTensor, ...args: any[]) => unknown;
const asTensor = (t: StringTensor): Tensor => t as unknown as Tensor;
const notNumber = (what: string, t: StringTensor): Error => {
  const text = bytesText(textScalar(t));
  return valueError(
    what === 'int' ? `invalid literal for int() with base 10: ${text}` : `could not convert string to float: ${text}`,
  );
};
/** The operators of numbers on texts: what they say is the functions' own. */
const ofTexts: Record<string, TextOperator> = {
  __neg__() {
    return math.negative(asTensor(this));
  },
  __abs__() {
    return math.abs(asTensor(this));
  },
  __invert__() {
    return invert(asTensor(this));
  },
  __eq__(other: unknown) {
    return equalTexts(this, other, true);
  },
  __ne__(other: unknown) {
    return equalTexts(this, other, false);
  },
  __getitem__(index: unknown) {
    return strided_slice(asTensor(this), openSlices(index));
  },
  __hash__() {
    throw new TypeError('Tensor is unhashable. Instead, use tensor.ref() as the key.');
  },
  __float__() {
    throw notNumber('float', this);
  },
  __int__() {
    throw notNumber('int', this);
  },
  __bool__() {
    if (this.values.length > 1)
      throw valueError('The truth value of an array with more than one element is ambiguous. Use a.any() or a.all()');
    return (this.values[0]?.length ?? 0) > 0;
  },
};
for (const [name, f] of [...Object.entries(operators), ...Object.entries(comparisons)]) {
  ofTexts[`__${name}__`] = function (other: unknown) {
    return known(other) ? f(asTensor(this), other as TensorLike) : undefined;
  };
  ofTexts[`__r${name}__`] = function (other: unknown) {
    if (!known(other)) return undefined;
    return f(other instanceof CoreTensor ? other : toTextTensor(other), asTensor(this));
  };
}
/** A value of Python that stands before texts is text. */
const toTextTensor = (value: unknown): Tensor => readText(value) ?? toTensor(value as TensorLike, 'string');
/** Which texts are equal; shapes that do not broadcast are not. */
function equalTexts(self: StringTensor, other: unknown, wanted: boolean): unknown {
  if (other === null) return !wanted;
  if (!known(other)) return undefined;
  const that = readText(other);
  if (that === null)
    return wanted
      ? math.equal(asTensor(self), other as TensorLike)
      : math.not_equal(asTensor(self), other as TensorLike);
  const equal = self.equals(that as unknown as StringTensor);
  return wanted ? equal : equal === false ? true : math.logical_not(equal);
}
define(ofTexts as unknown as Dunders, StringTensor.prototype);
math.provideJoin((a, b) => asTensor(stringTensor(a).joined(stringTensor(b))));

const graphOnly = (name: string): Error =>
  Object.assign(new Error(`Tensor.${name} is undefined when eager execution is enabled.`), { name: 'AttributeError' });
/** What only tensors of graphs have. */
const ofGraphs: Readonly<Record<string, (t: Tensor) => unknown>> = {
  name: symbolName,
  graph: () => null,
  op: (t) => {
    const name = symbolName(t).replace(/:\d+$/, '');
    return { name, type: nodeType(t), __repr__: () => `<tf.Operation '${name}' type=${nodeType(t)}>` };
  },
};
for (const [name, read] of Object.entries(ofGraphs))
  Object.defineProperty(Tensor.prototype, name, {
    get(this: Tensor) {
      if (!this.symbolic && !isNamed(this)) throw graphOnly(name);
      return read(this);
    },
    configurable: true,
  });

/** What NumPy's arrays have and TensorFlow's tensors only where that is asked for. */
const likeNumPy = new Set(['T', 'astype', 'ravel', 'transpose', 'reshape', 'clip', 'size', 'tolist', 'data']);
/** Methods that stand for Python's operators and protocols in TypeScript; Python's tensors do not have them. */
const inTypeScript = new Set([
  'item',
  'at',
  'add',
  'sub',
  'mul',
  'div',
  'matmul',
  'pow',
  'lt',
  'le',
  'gt',
  'ge',
  'neg',
]);
Object.defineProperty(Tensor.prototype, '__refuse_attribute__', {
  value(this: Tensor, name: string): Error | null {
    if ((name === 'graph' || name === 'value_index') && !this.symbolic && !isNamed(this)) return graphOnly(name);
    if (!likeNumPy.has(name) && !inTypeScript.has(name)) return null;
    const kind = this.symbolic ? 'SymbolicTensor' : 'EagerTensor';
    const text = likeNumPy.has(name)
      ? `${kind} object has no attribute '${name}'. \n        If you are looking for numpy-related methods, please run the following:\n        tf.experimental.numpy.experimental_enable_numpy_behavior()\n      `
      : `'${this.symbolic ? kind : `tensorflow.python.framework.ops.${kind}`}' object has no attribute '${name}'`;
    return Object.assign(new Error(text), { name: 'AttributeError' });
  },
});
Object.defineProperty(Variable.prototype, '__refuse_attribute__', {
  value: (name: string): Error | null =>
    likeNumPy.has(name) || inTypeScript.has(name)
      ? Object.assign(new Error(`'ResourceVariable' object has no attribute '${name}'`), { name: 'AttributeError' })
      : null,
});
/** What slices of rows have; they are no tensors to Python. */
const ofSlices = new Set(['values', 'indices', 'dense_shape', 'shape', 'dtype', 'name', 'device', 'op', 'graph']);
Object.defineProperty(IndexedSlices.prototype, '__refuse_attribute__', {
  value: (name: string): Error | null =>
    ofSlices.has(name) || name.startsWith('_')
      ? null
      : Object.assign(new Error(`'IndexedSlices' object has no attribute '${name}'`), { name: 'AttributeError' }),
});
Object.defineProperty(IndexedSlices.prototype, '__full_name__', { value: 'IndexedSlices' });
Object.defineProperty(Tensor.prototype, '__full_name__', {
  get(this: Tensor) {
    return this !== Tensor.prototype && this.symbolic
      ? 'SymbolicTensor'
      : 'tensorflow.python.framework.ops.EagerTensor';
  },
});
Object.defineProperty(Variable.prototype, '__full_name__', { value: 'ResourceVariable' });

/** Shapes behave like tuples of sizes. */
const dims = (x: unknown): (number | null)[] | null => (Array.isArray(x) ? (x as (number | null)[]) : null);
define(
  {
    __eq__(this: unknown, other: unknown) {
      const b = dims(other);
      return b !== null && sameDims(this as TensorShape, b);
    },
    __ne__(this: unknown, other: unknown) {
      const b = dims(other);
      return b === null || !sameDims(this as TensorShape, b);
    },
    __add__(this: unknown, other: unknown) {
      const b = dims(other);
      return b === null ? undefined : TensorShape.from_dims([...(this as TensorShape), ...b]);
    },
    __radd__(this: unknown, other: unknown) {
      const b = dims(other);
      return b === null ? undefined : TensorShape.from_dims([...b, ...(this as TensorShape)]);
    },
    __getitem__(this: unknown, index: unknown) {
      const shape = this as TensorShape;
      const [part] = pythonIndex(index, notIndex);
      if (part?.kind === 'int') {
        const found = shape.at(part.value);
        if (found === undefined) {
          const error = new Error('tuple index out of range');
          error.name = 'IndexError';
          throw error;
        }
        return found;
      }
      if (part?.kind !== 'slice') throw notIndex(index);
      const step = part.step ?? 1;
      const { start, count } = ops.sliceBounds(shape.length, part.start, part.stop, step);
      return TensorShape.from_dims(Array.from({ length: count }, (_, i) => shape[start + i * step]!));
    },
    __len__(this: unknown) {
      if ((this as TensorShape).rankless) throw valueError('Cannot take the length of shape with unknown rank.');
      return (this as TensorShape).length;
    },
    __bool__() {
      return true;
    },
    __repr__(this: unknown) {
      if ((this as TensorShape).rankless) return 'TensorShape(None)';
      return `TensorShape([${(this as TensorShape).map((d) => (d === null ? 'None' : String(d))).join(', ')}])`;
    },
    __str__(this: unknown) {
      return String(this);
    },
    __hash__(this: unknown) {
      return (this as TensorShape).reduce<number>((h, d) => (h * 31 + (d ?? -1) + 7) | 0, 17);
    },
  } as unknown as Dunders,
  TensorShape.prototype,
);
const sameDims = (a: readonly (number | null)[], b: readonly (number | null)[]): boolean =>
  sameNumbers(
    a.map((d) => d ?? -1),
    b.map((d) => (d === null ? -1 : Number(d))),
  );

define(
  {
    __eq__(this: unknown, other: unknown) {
      if (other instanceof DType) return other === this;
      if (typeof other !== 'string' && !(typeof other === 'object' && other !== null && 'name' in other)) return false;
      try {
        return as_dtype(typeof other === 'string' ? other : String((other as { name: unknown }).name)) === this;
      } catch {
        return false;
      }
    },
    __ne__(this: unknown, other: unknown) {
      return !(this as { __eq__(o: unknown): boolean }).__eq__(other);
    },
    __hash__(this: unknown) {
      return identityOf(this as object);
    },
    __str__(this: unknown) {
      return String(this);
    },
    __repr__(this: unknown) {
      return `tf.${(this as DType).name}`;
    },
  } as unknown as Dunders,
  DType.prototype,
);
