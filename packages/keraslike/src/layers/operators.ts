import { declareAttributes, identityOf, isNumber, ops, pythonIndex, Tensor } from '@stele/core';
import { notImplemented, typeError, valueError } from '../errors';
import { convert, showTuple, type TensorLike } from '../tensors';
import { Variable } from '../variable';
import { Layer } from './layer';
import { KerasTensor } from './symbolic';

type Values = readonly (Tensor | number)[];
type Formula = (...values: Values) => Tensor;

/** An operator of Python in a functional model: a layer without weights. */
class Operation extends Layer {
  private readonly formula: Formula;
  /** Where the symbolic operands stand among the constants. */
  private readonly places: readonly (Tensor | number | null)[];

  constructor(name: string, formula: Formula, places: readonly (Tensor | number | null)[]) {
    super({ name });
    this.formula = formula;
    this.places = places;
  }
  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const given = (Array.isArray(inputs) ? inputs : [inputs]) as Tensor[];
    let i = 0;
    const values = this.places.map((p) => p ?? given[i++]!);
    const first = values.find((v): v is Tensor => v instanceof Tensor)!;
    return this.formula(...values.map((v) => (v instanceof Tensor ? ops.cast(v, first.scalarType) : v)));
  }
}
let made = 0;
/** The operator on symbolic tensors and constants, as a node of the model. */
function apply(name: string, formula: Formula, operands: readonly unknown[]): KerasTensor | undefined {
  const symbolic: KerasTensor[] = [];
  const places: (Tensor | number | null)[] = [];
  for (const operand of operands) {
    if (operand instanceof KerasTensor) {
      symbolic.push(operand);
      places.push(null);
    } else if (isNumber(operand) || typeof operand === 'boolean') places.push(Number(operand));
    else if (
      operand instanceof Tensor ||
      Array.isArray(operand) ||
      (typeof operand === 'object' && operand !== null && 'data' in operand)
    )
      places.push(convert(operand as TensorLike));
    else return undefined;
  }
  const layer = new Operation(made === 0 ? name : `${name}_${made}`, formula, places);
  made++;
  return layer(symbolic.length === 1 ? symbolic[0]! : symbolic) as KerasTensor;
}

const two = (f: (a: Tensor, b: Tensor) => Tensor): Formula => f as Formula;
const operators: Readonly<Record<string, readonly [string, Formula]>> = {
  add: ['add', two(ops.add)],
  sub: ['subtract', two(ops.sub)],
  mul: ['multiply', two(ops.mul)],
  truediv: ['true_divide', two(ops.div)],
  floordiv: ['floor_divide', two(ops.floorDiv)],
  mod: ['mod', two(ops.remainder)],
  pow: ['power', two(ops.pow)],
  matmul: ['matmul', two(ops.matmulAny)],
};
const comparisons: Readonly<Record<string, readonly [string, Formula]>> = {
  lt: ['less', two(ops.less)],
  le: ['less_equal', two(ops.lessEqual)],
  gt: ['greater', two(ops.greater)],
  ge: ['greater_equal', two(ops.greaterEqual)],
};
type Dunders = Record<string, (this: any, ...args: any[]) => unknown>;
const define = (owner: object, members: Dunders): void => {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
};
for (const [dunder, [name, formula]] of Object.entries({ ...operators, ...comparisons }))
  define(KerasTensor.prototype, {
    [`__${dunder}__`](this: KerasTensor, other: unknown) {
      return apply(name, formula, [this, other]);
    },
    [`__r${dunder}__`](this: KerasTensor, other: unknown) {
      return apply(name, formula, [other, this]);
    },
  });
const noIteration = (): never => {
  throw notImplemented('Iterating over a symbolic KerasTensor is not supported.');
};
const noNumber = (what: string) => (): never => {
  throw valueError(
    `A KerasTensor is symbolic: it's a placeholder for a shape an a dtype. It doesn't have any actual numerical value. You cannot convert it to ${what}.`,
  );
};
define(KerasTensor.prototype, {
  __neg__(this: KerasTensor) {
    return apply('negative', ops.neg as Formula, [this]);
  },
  __abs__(this: KerasTensor) {
    return apply('absolute', ops.abs as Formula, [this]);
  },
  __getitem__(this: KerasTensor, index: unknown) {
    const parts = pythonIndex(index, () => typeError('a KerasTensor takes whole numbers, slices, ... and None'));
    const takes = parts.filter((p) => p.kind === 'int' || p.kind === 'slice').length;
    let axis = 0;
    for (const part of parts) {
      if (part.kind === 'array' || part.kind === 'truth')
        throw notImplemented('a KerasTensor cannot be indexed by arrays in Stele');
      if (part.kind === 'rest') axis += this.shape.length - takes;
      else if (part.kind !== 'new') {
        const size = this.shape[axis++];
        if (part.kind === 'int' && typeof size === 'number' && (part.value < -size || part.value >= size))
          throw valueError(
            `Array has shape ${showTuple(this.shape)} but out-of-bounds index ${part.value} was requested.`,
          );
      }
    }
    return apply('get_item', (x) => ops.pick(x as Tensor, parts as ops.IndexPart[]).result, [this]);
  },
  __iter__: noIteration,
  __len__() {
    throw typeError("object of type 'KerasTensor' has no len()");
  },
  __bool__() {
    throw typeError('A symbolic KerasTensor cannot be used as a boolean.');
  },
  __float__: noNumber('a float'),
  __int__: noNumber('an int'),
  __hash__(this: KerasTensor) {
    return identityOf(this);
  },
});
declareAttributes(KerasTensor.prototype, { shape: 'tuple' });
declareAttributes(Layer.prototype, { input_shape: 'tuple', output_shape: 'tuple' });

// a variable takes part with its value, under the operators of the tensors that it holds
const names = [...Object.keys(operators), 'and', 'or', 'xor'];
const passed = [
  ...names.flatMap((name) => [`__${name}__`, `__r${name}__`]),
  ...Object.keys(comparisons).map((name) => `__${name}__`),
  ...['__eq__', '__ne__', '__neg__', '__pos__', '__abs__', '__invert__', '__getitem__', '__float__', '__int__'],
];
type Operators = Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>;
define(
  Variable.prototype,
  Object.fromEntries(
    passed.map((name) => [
      name,
      function (this: Variable, ...args: unknown[]) {
        const other = args.map((a) => (a instanceof Variable ? a.value : a));
        return (this.value as unknown as Operators)[name]?.apply(this.value, other);
      },
    ]),
  ),
);
define(Variable.prototype, {
  __bool__() {
    throw typeError('A Keras Variable cannot be used as a boolean.');
  },
  __len__() {
    throw typeError("object of type 'Variable' has no len()");
  },
  __hash__() {
    throw typeError("unhashable type: 'Variable'");
  },
  __format__(this: Variable, spec: string) {
    if (spec !== '') throw typeError('unsupported format string passed to Variable.__format__');
    return this.toString();
  },
});
declareAttributes(Variable.prototype, { shape: 'tuple' });
