import { Tensor as CoreTensor, currentTracer, Graph, isFloating, nn, ops } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { define } from './define';
import { as_dtype, type DType, type DTypeLike } from './dtypes';
import { InvalidArgumentError, kernelError, valueError } from './errors';
import { needType } from './kernels';
import * as math from './math';
import { wholes } from './places';
import { dimsOf, shapeOf, symbolName } from './spec';
import { Tensor, type TensorLike, toTensor } from './tensor';
import { step, writesItsOwnSteps } from './tracing';

/** The first elements of a tensor, as an assertion's text shows them. */
const summary = (t: CoreTensor): string => {
  const flat = (ops.reshape(t, [-1]) as Tensor).tolist() as unknown[];
  return flat
    .slice(0, 3)
    .map((v) => (typeof v === 'boolean' ? (v ? '1' : '0') : String(Number(v))))
    .join(' ')
    .concat(flat.length > 3 ? '...' : '');
};
const names = [
  'assert_equal',
  'assert_none_equal',
  'assert_greater',
  'assert_greater_equal',
  'assert_less',
  'assert_less_equal',
  'assert_near',
  'assert_positive',
  'assert_negative',
  'assert_non_negative',
  'assert_non_positive',
  'assert_all_finite',
  'Assert',
  'check_numerics',
];
writesItsOwnSteps(...names);

const numbersOf = (t: CoreTensor): { readonly shown: string } => ({ shown: summary(t) });
/** Sees to a condition now, or whenever the graph that is being written runs. */
function seeTo(inputs: readonly Tensor[], check: (values: readonly Tensor[]) => void): null {
  if (currentTracer() instanceof Graph && inputs.some((t) => t.symbolic))
    step('Assert', inputs, [], (values) => {
      check(values as Tensor[]);
      return [];
    });
  else check(inputs);
  return null;
}

const labels = (x: CoreTensor, y: CoreTensor): [string, string] => [
  x.symbolic ? `x (${symbolName(x)})` : 'x (shape=',
  y.symbolic ? `y (${symbolName(y)})` : 'y (shape=',
];

/** A comparison that must hold for every element. */
const comparison = (name: string, sign: string, holds: (a: Tensor, b: Tensor) => CoreTensor) =>
  define(
    `tf.debugging.${name}`,
    'x, y, message=None, summarize=None, name=None',
    (x: TensorLike, y: TensorLike, message?: string | null): null => {
      const [a, b] = math.operands(x, y) as [Tensor, Tensor];
      const eager = !a.symbolic && !b.symbolic;
      const named = labels(a, b);
      return seeTo([a, b], ([p, q]) => {
        const truth = holds(p!, q!);
        if (Number((ops.all(truth) as Tensor).item())) return;
        const head = message === undefined || message === null ? '' : `${message}\n`;
        if (!eager)
          throw new InvalidArgumentError(
            `assertion failed: [${message ?? ''}] [Condition x ${sign} y did not hold element-wise:] [${named[0]} = ] [${summary(p!)}] [${named[1]} = ] [${summary(q!)}]`,
          );
        const flat = (ops.reshape(truth, [-1]) as Tensor).tolist() as boolean[];
        const bad = flat.flatMap((ok, i) => (ok ? [] : [i]));
        const sizes = truth.sizes;
        const places = bad.slice(0, 3).map((i) => {
          let rest = i;
          const at = [...sizes].reverse().map((d) => {
            const k = rest % d;
            rest = Math.floor(rest / d);
            return k;
          });
          return `[${at.reverse().join(' ')}]`;
        });
        const show = (t: Tensor): string => {
          const wide = (ops.reshape(ops.contiguous(ops.expand(t, sizes)), [-1]) as Tensor).tolist() as unknown[];
          return `[${bad
            .slice(0, 3)
            .map((i) => `<tf.Tensor: shape=(), dtype=${t.scalarType}, numpy=${String(wide[i])}>`)
            .join(', ')}]`;
        };
        throw new InvalidArgumentError(
          `${head}Condition x ${sign} y did not hold.\nIndices of first ${Math.min(3, bad.length)} different values:\n[${places.join('\n ')}]\nCorresponding x values:\n${show(p!)}\nCorresponding y values:\n${show(q!)}\nFirst 3 elements of x:\n[${summary(p!)}]\nFirst 3 elements of y:\n[${summary(q!)}]`,
        );
      });
    },
  );
export const assert_equal = comparison('assert_equal', '==', ops.equal);
export const assert_none_equal = comparison('assert_none_equal', '!=', ops.notEqual);
export const assert_greater = comparison('assert_greater', '>', ops.greater);
export const assert_greater_equal = comparison('assert_greater_equal', '>=', ops.greaterEqual);
export const assert_less = comparison('assert_less', '<', ops.less);
export const assert_less_equal = comparison('assert_less_equal', '<=', ops.lessEqual);

export const assert_near = define(
  'tf.debugging.assert_near',
  'x, y, rtol=None, atol=None, message=None, summarize=None, name=None',
  (x: TensorLike, y: TensorLike, rtol?: number | null, atol?: number | null, message?: string | null): null => {
    const [a, b] = math.operands(x, y) as [Tensor, Tensor];
    const own =
      { float64: 2.220446049250313e-15, float16: 0.009765625, bfloat16: 0.078125 }[a.scalarType as string] ??
      1.1920929e-6;
    const [relative, absolute] = [rtol, atol].map((v) => toTensor(v ?? own, a.scalarType)) as [Tensor, Tensor];
    return seeTo([a, b], ([p, q]) => {
      const near = nn.isNear(p!, q!, Number(relative.item()), Number(absolute.item()));
      if (Number((ops.all(near) as Tensor).item())) return;
      const said = [
        message ?? '',
        `x and y not equal to tolerance rtol = ${relative}, atol = ${absolute}`,
        `x (shape=${p!.shape} dtype=${p!.scalarType}) = `,
        numbersOf(p!),
        `y (shape=${q!.shape} dtype=${q!.scalarType}) = `,
        numbersOf(q!),
      ];
      throw new InvalidArgumentError(
        `Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: ${said.map((s) => (typeof s === 'string' ? `b${pyRepr(s)}` : s.shown)).join('\n')}`,
      );
    });
  },
);

const ofSign = (name: string, text: string, holds: (x: CoreTensor) => CoreTensor) =>
  define(
    `tf.debugging.${name}`,
    'x, message=None, summarize=None, name=None',
    (x: TensorLike, message?: string | null): null => {
      const t = toTensor(x);
      return seeTo([t], ([p]) => {
        if (Number((ops.all(holds(p!)) as Tensor).item())) return;
        throw new InvalidArgumentError(
          name === 'assert_non_positive'
            ? `${message ?? ''}\n${text}x (shape=${p!.shape} dtype=${p!.scalarType}) = \n[${summary(p!)
                .split(' ')
                .map((v) => `'${v}'`)
                .join(', ')}]`
            : `${message === undefined || message === null ? '' : `${message}\n`}${text}\nx (shape=${p!.shape} dtype=${p!.scalarType}) = \n${summary(p!)}`,
        );
      });
    },
  );
export const assert_positive = ofSign('assert_positive', 'Condition x > 0 did not hold element-wise:', (x) =>
  ops.greater(x, 0),
);
export const assert_negative = ofSign('assert_negative', 'Condition x < 0 did not hold element-wise:', (x) =>
  ops.less(x, 0),
);
export const assert_non_negative = ofSign('assert_non_negative', 'Condition x >= 0 did not hold element-wise:', (x) =>
  ops.greaterEqual(x, 0),
);
export const assert_non_positive = ofSign('assert_non_positive', 'Condition x <= 0 did not hold element-wise:', (x) =>
  ops.lessEqual(x, 0),
);

/** The tensor itself; an error where it holds NaN or an infinity. */
export const check_numerics = define(
  'tf.debugging.check_numerics',
  'tensor, message, name=None',
  (tensor: TensorLike, message: string): Tensor => {
    const t = toTensor(tensor);
    needType('CheckNumerics', t.scalarType);
    seeTo([t], ([p]) => {
      const nan = Number((ops.any(ops.isNaN(p!)) as Tensor).item()) > 0;
      const finite = Number((ops.all(ops.isFinite(p!)) as Tensor).item()) > 0;
      if (finite) return;
      const inf = Number((ops.any(ops.isInf(p!)) as Tensor).item()) > 0;
      throw kernelError(
        'CheckNumerics',
        `${message} : Tensor had ${nan && inf ? 'Inf and NaN' : nan ? 'NaN' : 'Inf'} values`,
      );
    });
    return t;
  },
);
export const assert_all_finite = define(
  'tf.debugging.assert_all_finite',
  'x, message, name=None',
  (x: TensorLike, message: string): Tensor => check_numerics(x, message),
);

/** An error that shows `data` unless the condition holds. */
export const Assert = define(
  'tf.debugging.Assert',
  'condition, data, summarize=None, name=None',
  (condition: TensorLike, data: readonly unknown[]): null => {
    const t = toTensor(condition);
    const shown = data.map((d) => (d instanceof CoreTensor ? (d as Tensor) : null));
    return seeTo([t, ...shown.filter((d): d is Tensor => d !== null)], ([p, ...values]) => {
      if (Number((ops.all(p!) as Tensor).item())) return;
      let i = 0;
      const texts = data.map((d, k) => {
        if (shown[k] !== null) return summary(values[i++]!);
        return Array.isArray(d) ? d.map(String).join(' ') : String(d);
      });
      const eager = !t.symbolic;
      throw new InvalidArgumentError(
        eager
          ? `Expected '${typeof condition === 'boolean' ? (condition ? 'True' : 'False') : String(p)}' to be true. Summarized data: ${texts.join('\n')}`
          : `assertion failed: ${texts.map((s) => `[${s}]`).join(' ')}`,
      );
    });
  },
);

/** Sizes that must be as said, as far as they are known. */
export const assert_shapes = define(
  'tf.debugging.assert_shapes',
  'shapes, data=None, summarize=None, message=None, name=None',
  (shapes: unknown, _data?: unknown, _summarize?: unknown, message?: string | null): null => {
    const pairs = (shapes instanceof Map ? [...shapes] : [...(shapes as unknown[])]) as [TensorLike, unknown][];
    const known = new Map<string, { size: number; by: string; axis: number }>();
    const head = message === undefined || message === null ? '' : message;
    for (const [value, wanted] of pairs) {
      const t = toTensor(value);
      const named = t.symbolic ? symbolName(t) : `shape=${t.shape} dtype=${t.scalarType}`;
      const want = Array.isArray(wanted) ? wanted : [wanted];
      if (want.length !== t.rank)
        throw valueError(
          `${head}.  Tensor ${named} must have rank ${want.length}.  Received rank ${t.rank}, shape ${t.shape}`,
        );
      want.forEach((w, i) => {
        const size = t.sizes[i]!;
        if (w === null || w === '*') return;
        const given = typeof w === 'string' && !/^\d+$/.test(w) ? known.get(w) : { size: Number(w), by: '', axis: 0 };
        if (given === undefined) known.set(w as string, { size, by: named, axis: i });
        else if (given.size !== size)
          throw valueError(
            `${head}.  ${given.by === '' ? 'Specified explicitly' : `Specified by tensor ${given.by} dimension ${given.axis}`}.  Tensor ${named} dimension ${i} must have size ${given.size}.  Received size ${size}, shape ${t.shape}`,
          );
      });
    }
    return null;
  },
);
export const assert_rank = define(
  'tf.debugging.assert_rank',
  'x, rank, message=None, name=None',
  (x: TensorLike, rank: unknown, message?: string | null): null => {
    const t = toTensor(x);
    const want = Number(toTensor(rank as TensorLike).item());
    const dims = dimsOf(t);
    if (dims !== null && dims.length !== want)
      throw valueError(
        `${message ? `${message}.  ` : ''}Tensor ${t.symbolic ? symbolName(t) : ''} must have rank ${want}.  Received rank ${dims.length}, shape ${shapeOf(dims)}`,
      );
    return null;
  },
);
export const assert_rank_in = define(
  'tf.debugging.assert_rank_in',
  'x, ranks, message=None, name=None',
  (x: TensorLike, ranks: unknown, message?: string | null): null => {
    const t = toTensor(x);
    const wanted = wholes(ranks);
    const dims = dimsOf(t);
    if (dims !== null && !wanted.includes(dims.length))
      throw valueError(
        `${message ? `${message}.  ` : ''}Tensor ${t.symbolic ? symbolName(t) : ''} must have rank in (${wanted.join(', ')}${wanted.length === 1 ? ',' : ''}).  Received rank ${dims.length}, shape ${shapeOf(dims)}`,
      );
    return null;
  },
);
export const assert_rank_at_least = define(
  'tf.debugging.assert_rank_at_least',
  'x, rank, message=None, name=None',
  (x: TensorLike, rank: unknown, message?: string | null): null => {
    const t = toTensor(x);
    const want = Number(toTensor(rank as TensorLike).item());
    if (t.rank < want)
      throw valueError(
        `${message ? `${message}.  ` : ''}Tensor ${t.symbolic ? symbolName(t) : ''} must have rank at least ${want}.  Received rank ${t.rank}, shape ${t.shape}`,
      );
    return null;
  },
);
export const assert_scalar = define(
  'tf.debugging.assert_scalar',
  'tensor, message=None, name=None',
  (tensor: TensorLike, message?: string | null): Tensor => {
    const t = toTensor(tensor);
    if (t.rank !== 0) throw valueError(`${message ? `${message} ` : ''}Expected scalar shape, saw shape: ${t.shape}.`);
    return t;
  },
);
export const assert_type = define(
  'tf.debugging.assert_type',
  'tensor, tf_type, message=None, name=None',
  (tensor: TensorLike, tf_type: unknown, message?: string | null): null => {
    const t = toTensor(tensor);
    const want = String((tf_type as { name?: string }).name ?? tf_type);
    if (t.scalarType !== want)
      throw new TypeError(`${message ? `${message} ` : ''}tensor must be of type tf.${want}; got tf.${t.scalarType}`);
    return null;
  },
);
export const assert_integer = define(
  'tf.debugging.assert_integer',
  'x, message=None, name=None',
  (x: TensorLike, message?: string | null): null => {
    const t = toTensor(x);
    if (isFloating(t.scalarType) || t.scalarType === 'bool')
      throw new TypeError(
        `${message ? `${message}  ` : ''}Expected "x" to be integer type.  Found: ${t.symbolic ? symbolName(t) : `tensor of dtype ${t.dtype}`}`,
      );
    return null;
  },
);
/** Whether a value is a tensor of numbers. */
export const is_numeric_tensor = (tensor: unknown): boolean => tensor instanceof Tensor && tensor.scalarType !== 'bool';
export const assert_proper_iterable = define(
  'tf.debugging.assert_proper_iterable',
  'values',
  (values: unknown): null => {
    const refuse = (what: string): Error =>
      new TypeError(`Expected argument "values" to be ${what}.  Found: ${pyTypeText(values)}`);
    if (values instanceof CoreTensor || typeof values === 'string') throw refuse('a "proper" iterable');
    if (typeof values !== 'object' || values === null || !(Symbol.iterator in values)) throw refuse('iterable');
    return null;
  },
);
const pyTypeText = (x: unknown): string =>
  x instanceof CoreTensor
    ? "<class 'tensorflow.python.framework.ops.EagerTensor'>"
    : `<class '${typeof x === 'string' ? 'str' : typeof x === 'boolean' ? 'bool' : Number.isInteger(x) ? 'int' : typeof x === 'number' ? 'float' : x === null ? 'NoneType' : 'object'}'>`;
/** The one dtype of tensors, which must be floating; float32 of none. */
export const assert_same_float_dtype = define(
  'tf.debugging.assert_same_float_dtype',
  'tensors=None, dtype=None',
  (tensors?: readonly TensorLike[] | null, dtype?: DTypeLike | null): DType => {
    const list = [...(tensors ?? [])].map((x) => toTensor(x));
    const wanted = dtype === undefined || dtype === null ? (list[0]?.dtype ?? as_dtype('float32')) : as_dtype(dtype);
    const other = list.find((t) => t.dtype !== wanted);
    if (other !== undefined) {
      const like = dtype === undefined || dtype === null ? ` as ${String(list[0])}` : '';
      throw valueError(
        `${String(other)}, type=${String(other.dtype)}, must be of the same type (${String(wanted)})${like}.`,
      );
    }
    if (!wanted.is_floating) throw valueError(`Expected floating point type, got ${String(wanted)}.`);
    return wanted;
  },
);
