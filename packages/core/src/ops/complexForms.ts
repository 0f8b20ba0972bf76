import { type ComplexForm, dispatch, provideComplexForms, run } from '../autograd/record';
import { DTypeError } from '../errors';
import { type DType, isComplex, partOf } from '../tensor/dtype';
import { numel } from '../tensor/strides';
import type { Tensor } from '../tensor/tensor';
import { angle, complexOf, imagPart, polar, realPart, viewAsComplex, viewAsReal } from './complex';
import { matrixForms } from './complexMatrices';
import type { AnyOp } from './define';
import * as e from './elementwise';
import { hypot } from './numeric';
import * as shape from './shape';

// Ops on complex numbers are made of ops on their parts, and have their gradients: dL/d(re) + i dL/d(im).

interface Parts {
  readonly re: Tensor;
  readonly im: Tensor;
}
const parts = (z: Tensor): Parts => ({ re: realPart(z), im: imagPart(z) });
const both = (f: (part: (z: Tensor) => Tensor) => Tensor): Tensor => complexOf(f(realPart), f(imagPart));
const checked = (inputs: readonly Tensor[], attrs: object, op: AnyOp): void => {
  op.infer(inputs, attrs);
};

/** Ops that do to both parts the same: real inputs beside the complex ones (indices, masks) stay as they are. */
const linear: ComplexForm = (inputs, attrs, op) => {
  const values = inputs.filter((t) => t.storage.paired || t.scalarType.startsWith('float'));
  const odd = values.find((t) => t.scalarType !== values[0]!.scalarType);
  if (odd !== undefined)
    throw new DTypeError(
      `operands have different dtypes ${values[0]!.scalarType} and ${odd.scalarType}: cast one of them`,
      {
        op: op.name,
        kind: 'mismatch',
        dtypes: [values[0]!.scalarType, odd.scalarType],
      },
    );
  return both((p) =>
    run(
      op,
      inputs.map((t) => (t.storage.paired ? p(t) : t)),
      attrs,
    ),
  );
};
/** (a + bi)(c + di) for any product of two that is linear in both. */
const product: ComplexForm = (inputs, attrs, op) => {
  checked(inputs, attrs, op);
  const [x, y] = [parts(inputs[0]!), parts(inputs[1]!)];
  const of = (a: Tensor, b: Tensor): Tensor => run(op, [a, b], attrs);
  return complexOf(e.sub(of(x.re, y.re), of(x.im, y.im)), e.add(of(x.re, y.im), of(x.im, y.re)));
};
const multiply = (a: Tensor, b: Tensor): Tensor => e.mul(a, b);
const divide: ComplexForm = (inputs, attrs, op) => {
  checked(inputs, attrs, op);
  const [a, b] = [parts(inputs[0]!), parts(inputs[1]!)];
  const size = e.add(e.square(b.re), e.square(b.im));
  return complexOf(
    e.div(e.add(e.mul(a.re, b.re), e.mul(a.im, b.im)), size),
    e.div(e.sub(e.mul(a.im, b.re), e.mul(a.re, b.im)), size),
  );
};
/** |z|, whose slope at 0 is 0. */
const length = (z: Tensor): Tensor => {
  const { re, im } = parts(z);
  const zero = e.logicalAnd(e.equal(re, 0), e.equal(im, 0));
  return e.where(zero, 0, hypot(e.where(zero, 1, re), im));
};
const scaled = (z: Tensor, by: Tensor): Tensor => both((p) => e.mul(p(z), by));
const exponential = (z: Tensor): Tensor => polar(e.exp(realPart(z)), imagPart(z));
const logarithm = (z: Tensor): Tensor => complexOf(e.log(length(z)), angle(z));
const inverse = (z: Tensor): Tensor => e.div(e.scalarLike(1, z), z);
/** The root with a real part that is not negative. */
const root = (z: Tensor): Tensor => {
  const { re, im } = parts(z);
  const zero = e.logicalAnd(e.equal(re, 0), e.equal(im, 0));
  const t = e.sqrt(e.mul(e.where(zero, 1, e.add(e.abs(re), length(z))), 0.5));
  const other = e.div(im, e.mul(t, 2));
  const right = e.greaterEqual(re, 0);
  const below = e.less(im, 0);
  return complexOf(
    e.where(zero, 0, e.where(right, t, e.abs(other))),
    e.where(zero, 0, e.where(right, other, e.where(below, e.neg(t), t))),
  );
};
const sine = (z: Tensor): Tensor => {
  const { re, im } = parts(z);
  return complexOf(e.mul(e.sin(re), e.cosh(im)), e.mul(e.cos(re), e.sinh(im)));
};
const cosine = (z: Tensor): Tensor => {
  const { re, im } = parts(z);
  return complexOf(e.mul(e.cos(re), e.cosh(im)), e.neg(e.mul(e.sin(re), e.sinh(im))));
};
const hyperbolicSine = (z: Tensor): Tensor => {
  const { re, im } = parts(z);
  return complexOf(e.mul(e.sinh(re), e.cos(im)), e.mul(e.cosh(re), e.sin(im)));
};
const hyperbolicCosine = (z: Tensor): Tensor => {
  const { re, im } = parts(z);
  return complexOf(e.mul(e.cosh(re), e.cos(im)), e.mul(e.sinh(re), e.sin(im)));
};
/** i z and -i z. */
const turnedLeft = (z: Tensor): Tensor => complexOf(e.neg(imagPart(z)), realPart(z));
const turnedRight = (z: Tensor): Tensor => complexOf(imagPart(z), e.neg(realPart(z)));
const plus = (z: Tensor, n: number): Tensor => e.add(z, e.scalarLike(n, z));
/** ln(z + √(z² + 1)). */
const areaSine = (z: Tensor): Tensor => logarithm(e.add(z, root(plus(multiply(z, z), 1))));
/** ln(z + √(z + 1) √(z - 1)). */
const areaCosine = (z: Tensor): Tensor => logarithm(e.add(z, multiply(root(plus(z, 1)), root(plus(z, -1)))));
/** (ln(1 + z) - ln(1 - z)) / 2. */
const areaTangent = (z: Tensor): Tensor =>
  scaled(e.sub(logarithm(plus(z, 1)), logarithm(plus(e.neg(z), 1))), e.scalarLike(0.5, realPart(z)));
const arcSine = (z: Tensor): Tensor => turnedRight(areaSine(turnedLeft(z)));
/** The small whole number that an exponent is, if it is one that nothing depends on. */
function wholeConstant(b: Tensor): number | null {
  if (b.symbolic || b.rank > 0 || b.requiresGrad || b.tapes !== null || b.autoWatch) return null;
  const [re, im] = [b.storage.array[2 * b.offset]!, b.storage.array[2 * b.offset + 1]!];
  return im === 0 && Number.isInteger(re) && Math.abs(Number(re)) <= 16 ? Number(re) : null;
}
/** a^b: products for small whole powers, else e^(b ln a), 0 for a = 0 and b not 0. */
const power = (a: Tensor, b: Tensor): Tensor => {
  const n = wholeConstant(b);
  if (n !== null) {
    let out = n === 0 ? e.add(e.mul(a, e.scalarLike(0, a)), e.scalarLike(1, a)) : a;
    for (let i = 1; i < Math.abs(n); i++) out = multiply(out, a);
    return n < 0 ? inverse(out) : out;
  }
  const zero = e.equal(a, e.scalarLike(0, a));
  const value = exponential(multiply(b, logarithm(e.where(zero, e.scalarLike(1, a), a))));
  const none = e.equal(b, e.scalarLike(0, b));
  return e.where(e.logicalAnd(zero, e.logicalNot(none)), e.scalarLike(0, a), value);
};
const unary =
  (f: (z: Tensor) => Tensor): ComplexForm =>
  ([z]) =>
    f(z!);
const compared =
  (join: (a: Tensor, b: Tensor) => Tensor): ComplexForm =>
  (inputs, attrs, op) => {
    checked(inputs, attrs, op);
    const [x, y] = [parts(inputs[0]!), parts(inputs[1]!)];
    return join(run(op, [x.re, y.re], attrs), run(op, [x.im, y.im], attrs));
  };

const convert: ComplexForm = ([z], { to }: { to: DType }) => {
  if (isComplex(to)) return both((p) => e.cast(p(z!), partOf(to)));
  if (to === 'bool') return e.notEqual(z!, e.scalarLike(0, z!));
  return e.cast(realPart(z!), to);
};

/** Rules of optimizers treat the parts as numbers of their own. */
const apart: ComplexForm = (inputs, attrs, op) => {
  const out = dispatch(
    op,
    inputs.map((t) => (t.storage.paired ? viewAsReal(t) : t)),
    attrs as object,
  );
  return Array.isArray(out) ? (out as readonly Tensor[]).map(viewAsComplex) : viewAsComplex(out as Tensor);
};

/** A complex matrix as a real one of twice the size: products and inverses of such are those of the complex ones. */
const block = ({ re, im }: Parts): Tensor =>
  shape.concat([shape.concat([re, e.neg(im)], re.rank - 1), shape.concat([im, re], re.rank - 1)], re.rank - 2);
const unblocked = (m: Tensor, n: number): Tensor => {
  const left = shape.slice(m, m.rank - 1, 0, m.sizes.at(-1)! / 2);
  return complexOf(shape.slice(left, m.rank - 2, 0, n), shape.slice(left, m.rank - 2, n, 2 * n));
};
/** Inverses and solutions of complex matrices by way of real ones. */
const byBlocks: ComplexForm = (inputs, attrs, op) => {
  op.infer(
    inputs.map((t) => ({ sizes: t.sizes, scalarType: partOf(t.scalarType) })),
    attrs,
  );
  return unblocked(
    run(
      op,
      inputs.map((t) => block(parts(t))),
      attrs as object,
    ),
    inputs[0]!.sizes.at(-1)!,
  );
};

const unlessZero = (a: Tensor, value: () => Tensor): Tensor =>
  e.where(e.equal(a, e.scalarLike(0, a)), e.scalarLike(0, a), value());

const forms = new Map<string, ComplexForm | null>([
  ...'realPart imagPart viewAsReal viewAsComplex clone stopGradient identities'
    .split(' ')
    .map((name) => [name, null] as const),
  ...(
    'neg add sub sum mean concat triangle take takeGrad gather gatherGrad sliceGrad affineViewGrad windowGrad windowPut ' +
    'cumsum where scatterSet axisMap planeScatter planeGather'
  )
    .split(' ')
    .map((name) => [name, linear] as const),
  ...(
    'sgdUpdate momentumUpdate velocityUpdate adamUpdate rmspropUpdate adagradUpdate adadeltaUpdate adamaxUpdate ' +
    'nadamUpdate radamUpdate averagedUpdate'
  )
    .split(' ')
    .map((name) => [name, apart] as const),
  ['mul', product],
  ['matmul', product],
  // x w + b: the bias joins one product of each part
  [
    'linear',
    ([x, w, b], attrs, op) => {
      op.infer([x!, w!, ...(b ? [b] : [])], attrs);
      const [p, q] = [parts(x!), parts(w!)];
      const bias = b ? parts(b) : null;
      const of = (s: Tensor, t: Tensor, own: Tensor | undefined): Tensor => run(op, own ? [s, t, own] : [s, t], attrs);
      return complexOf(
        e.sub(of(p.re, q.re, bias?.re), of(p.im, q.im, undefined)),
        e.add(of(p.re, q.im, bias?.im), of(p.im, q.re, undefined)),
      );
    },
  ],
  ...['logicalAnd', 'logicalOr', 'logicalXor'].map((name): [string, ComplexForm] => [
    name,
    (inputs, attrs, op) =>
      run(
        op,
        inputs.map((t) => e.cast(t, 'bool')),
        attrs,
      ),
  ]),
  ['log2', unary((z) => scaled(logarithm(z), e.scalarLike(1 / Math.LN2, realPart(z))))],
  ['log10', unary((z) => scaled(logarithm(z), e.scalarLike(1 / Math.LN10, realPart(z))))],
  ['exp2', unary((z) => exponential(scaled(z, e.scalarLike(Math.LN2, realPart(z)))))],
  ['inverse', byBlocks],
  ['solve', byBlocks],
  ...matrixForms,
  ['div', divide],
  ['equal', compared(e.logicalAnd)],
  ['notEqual', compared(e.logicalOr)],
  ['abs', unary(length)],
  [
    'sign',
    unary((z) =>
      scaled(z, e.where(e.equal(length(z), 0), 0, e.reciprocal(e.where(e.equal(length(z), 0), 1, length(z))))),
    ),
  ],
  ['square', unary((z) => multiply(z, z))],
  ['reciprocal', unary(inverse)],
  ['sqrt', unary(root)],
  ['rsqrt', unary((z) => inverse(root(z)))],
  ['exp', unary(exponential)],
  ['expm1', unary((z) => e.sub(exponential(z), e.scalarLike(1, z)))],
  ['log', unary(logarithm)],
  ['log1p', unary((z) => logarithm(e.add(z, e.scalarLike(1, z))))],
  ['sin', unary(sine)],
  ['cos', unary(cosine)],
  ['tan', unary((z) => e.div(sine(z), cosine(z)))],
  ['sinh', unary(hyperbolicSine)],
  ['cosh', unary(hyperbolicCosine)],
  ['asinh', unary(areaSine)],
  ['acosh', unary(areaCosine)],
  ['atanh', unary(areaTangent)],
  ['asin', unary(arcSine)],
  ['acos', unary((z) => plus(e.neg(arcSine(z)), Math.PI / 2))],
  ['atan', unary((z) => turnedRight(areaTangent(turnedLeft(z))))],
  ['tanh', unary((z) => e.div(hyperbolicSine(z), hyperbolicCosine(z)))],
  ['sigmoid', unary((z) => inverse(e.add(exponential(e.neg(z)), e.scalarLike(1, z))))],
  [
    'pow',
    (inputs, attrs, op) => {
      checked(inputs, attrs, op);
      return power(inputs[0]!, inputs[1]!);
    },
  ],
  ['powOfPositive', ([a, b]) => power(a!, b!)],
  ['divNoNan', ([a, b]) => e.where(e.equal(b!, e.scalarLike(0, b!)), e.scalarLike(0, a!), e.div(a!, b!))],
  ['mulNoNan', ([a, b]) => e.where(e.equal(b!, e.scalarLike(0, b!)), e.scalarLike(0, a!), e.mul(a!, b!))],
  ['divUnlessZero', ([a, b]) => unlessZero(a!, () => e.div(a!, b!))],
  ['logUnlessZero', ([a, b]) => unlessZero(a!, () => e.mul(a!, e.log(b!)))],
  ['log1pUnlessZero', ([a, b]) => unlessZero(a!, () => e.mul(a!, e.log1p(b!)))],
  ['cumprod', ([z], { axis }: { axis: number }) => runningProduct(z!, axis)],
  ['cast', convert],
  ['isNaN', ([z]) => e.logicalOr(e.isNaN(realPart(z!)), e.isNaN(imagPart(z!)))],
  ['isInf', ([z]) => e.logicalOr(e.isInf(realPart(z!)), e.isInf(imagPart(z!)))],
  ['isFinite', ([z]) => e.logicalAnd(e.isFinite(realPart(z!)), e.isFinite(imagPart(z!)))],
  ['logicalNot', ([z]) => e.equal(z!, e.scalarLike(0, z!))],
  // what is filled in has no imaginary part
  [
    'pad',
    ([z], attrs: { value: number }, op) =>
      complexOf(run(op, [realPart(z!)], attrs), run(op, [imagPart(z!)], { ...attrs, value: 0 })),
  ],
  ['prod', ([z], attrs: { axes: readonly number[]; keepDims: boolean }) => productOver(z!, attrs.axes, attrs.keepDims)],
]);

/** The products up to each place of an axis. */
function runningProduct(z: Tensor, axis: number): Tensor {
  const out: Tensor[] = [];
  for (let i = 0; i < z.sizes[axis]!; i++) {
    const next = shape.slice(z, axis, i, i + 1);
    out.push(i === 0 ? next : multiply(out[i - 1]!, next));
  }
  return out.length === 0 ? z : shape.concat(out, axis);
}

/** The product along axes, one after the other. */
function productOver(z: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  const kept = z.sizes.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const rows = numel(kept.map((i) => z.sizes[i]!));
  const count = numel(axes.map((i) => z.sizes[i]!));
  const lines = shape.reshape(shape.permute(z, [...kept, ...axes]), [rows, count]);
  let out = shape.fullLike(z, 1, [rows]);
  for (let i = 0; i < count; i++) out = multiply(out, shape.select(lines, 1, i));
  const sizes = keepDims ? z.sizes.map((d, i) => (axes.includes(i) ? 1 : d)) : kept.map((i) => z.sizes[i]!);
  return shape.reshape(out, sizes);
}

/** Whether an op takes complex numbers. */
export const takesComplex = (op: AnyOp): boolean => forms.has(op.name) || op.view === true;

provideComplexForms((op, dtype) => {
  const form = forms.get(op.name);
  if (form !== undefined) return form;
  if (op.view) return null;
  throw new DTypeError(`there is no such op on ${dtype}: take the real and the imaginary parts first`, {
    op: op.name,
    kind: 'noComplex',
    dtypes: [dtype],
  });
});
