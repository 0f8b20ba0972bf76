import { declareAttributes, identityOf, isNumber, pythonIndex, Tensor } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import { pyRepr } from '@stele/core/printing';
import { notImplemented, typeError, valueError } from '../errors';
import * as elementwise from '../ops/elementwise';
import { matmul } from '../ops/linear';
import { get_item } from '../ops/selection';
import { showTuple } from '../tensors';
import { current, Variable } from '../variable';
import { Layer } from './layer';
import { isTensorish } from './structure';
import { KerasTensor } from './symbolic';

type Binary = (a: unknown, b: unknown) => unknown;
const operators: Readonly<Record<string, Binary>> = {
  add: elementwise.add,
  sub: elementwise.subtract,
  mul: elementwise.multiply,
  truediv: elementwise.divide,
  floordiv: elementwise.floor_divide,
  mod: elementwise.mod,
  pow: elementwise.power,
  matmul,
};
const comparisons: Readonly<Record<string, Binary>> = {
  lt: elementwise.less,
  le: elementwise.less_equal,
  gt: elementwise.greater,
  ge: elementwise.greater_equal,
};
/** What may stand beside a symbolic tensor; anything else is for the other operand to say. */
const isOperand = (x: unknown): boolean =>
  x instanceof KerasTensor || isNumber(x) || typeof x === 'boolean' || isTensorish(x) || Array.isArray(x);
type Dunders = Record<string, (this: any, ...args: any[]) => unknown>;
const define = (owner: object, members: Dunders): void => {
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
};
for (const [dunder, op] of Object.entries({ ...operators, ...comparisons }))
  define(KerasTensor.prototype, {
    [`__${dunder}__`](this: KerasTensor, other: unknown) {
      return isOperand(other) ? op(this, other) : undefined;
    },
    [`__r${dunder}__`](this: KerasTensor, other: unknown) {
      return isOperand(other) ? op(other, this) : undefined;
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
    return elementwise.negative(this);
  },
  __abs__(this: KerasTensor) {
    return elementwise.absolute(this);
  },
  __getitem__(this: KerasTensor, index: unknown) {
    const parts = pythonIndex(index, () => typeError('a KerasTensor takes whole numbers, slices, ... and None'));
    const takes = parts.filter((p) => p.kind === 'int' || p.kind === 'slice').length;
    if (takes > this.shape.length)
      throw valueError(
        `Array has shape ${showTuple(this.shape)} but slice has to many indices. Received: \`${Array.isArray(index) ? `(${index.map((part) => pyRepr(part)).join(', ')})` : pyRepr(index)}\``,
      );
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
    return get_item(this, index);
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
const typeOf = (x: Tensor | NDArray): string => (x instanceof Tensor ? x.scalarType : x.dtype);
const promoting: Readonly<Record<string, Binary | undefined>> = Object.fromEntries(
  Object.entries(operators).flatMap(([name, f]) => [
    [`__${name}__`, f],
    [`__r${name}__`, f],
  ]),
);
type Operators = Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>;
define(
  Variable.prototype,
  Object.fromEntries(
    passed.map((name) => [
      name,
      function (this: Variable, ...args: unknown[]) {
        const other = args.map((a) => (a instanceof Variable ? current(a) : a));
        const value = current(this);
        const op = promoting[name];
        const [beside] = other;
        // beside an array of another type Keras' own rules hold
        if (
          op !== undefined &&
          (beside instanceof Tensor || beside instanceof NDArray) &&
          typeOf(beside) !== value.scalarType
        )
          return name.startsWith('__r') ? op(beside, value) : op(value, beside);
        return (value as unknown as Operators)[name]?.apply(value, other);
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
