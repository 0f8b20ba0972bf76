import { type Tensor as CoreTensor, customGradient, isKeywords, ops, Tape, unrecorded } from '@stele/core';
import { define } from './define';
import { valueError } from './errors';
import { entriesOf, mapEntries } from './nest';
import { type Tensor, type TensorLike, toTensor } from './tensor';
import { Variable } from './variable';

type Structure = unknown;
const isTensorLike = (x: unknown): boolean =>
  x !== null && (typeof x === 'number' || typeof x === 'boolean' || typeof x === 'object') && !isKeywords(x);

/** The tensors of a result: one, or several in a list or a record. */
function leaves(structure: Structure, out: CoreTensor[] = []): CoreTensor[] {
  if (Array.isArray(structure)) for (const part of structure) leaves(part, out);
  else if (entriesOf(structure) !== null) for (const [, part] of entriesOf(structure)!) leaves(part, out);
  else if (structure !== null && structure !== undefined) out.push(toTensor(structure as TensorLike));
  return out;
}
function refill(structure: Structure, next: () => unknown): unknown {
  if (Array.isArray(structure)) {
    const filled = structure.map((part) => refill(part, next));
    // tuples stay tuples
    return Object.getPrototypeOf(structure) === Array.prototype
      ? filled
      : Object.assign(Object.create(Object.getPrototypeOf(structure)) as object, filled, { length: filled.length });
  }
  if (entriesOf(structure) !== null) return mapEntries(structure, (part) => refill(part, next));
  return structure === null || structure === undefined ? structure : next();
}

/** The result and its gradient function, as Python unpacks two values. */
function pairOf(given: unknown): readonly unknown[] {
  if (given === null || given === undefined) throw new TypeError('cannot unpack non-iterable NoneType object');
  const parts = [...(given as Iterable<unknown>)];
  if (parts.length > 2) throw valueError('too many values to unpack (expected 2)');
  if (parts.length < 2) throw valueError(`not enough values to unpack (expected 2, got ${parts.length})`);
  return parts;
}
type GradFunction = (...grads: unknown[]) => unknown;

/**
 * A function with a gradient of its own: `f` returns its result and a function from the result's gradients to the
 * arguments'. If `f` reads variables, that function also gets them as `variables` and returns their gradients too.
 *
 * ```ts
 * const halved = tf.custom_gradient((x: tf.Tensor) => [x.mul(2), (dy: tf.Tensor) => dy]);
 * String(halved(tf.constant(3, tf.float32))); // 'tf.Tensor(6.0, shape=(), dtype=float32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/custom_gradient
 */
export const custom_gradient = define(
  'tf.custom_gradient',
  'f=None',
  <A extends readonly unknown[], R>(f: (...args: A) => readonly [R, (...grads: any[]) => unknown]) =>
    (...given: A): R => {
      const args = given.map((x) => (isTensorLike(x) && !(x instanceof Variable) ? toTensor(x as TensorLike) : x));
      const inputs = args.filter((x): x is Tensor => isTensorLike(x)) as unknown as CoreTensor[];
      let result: R;
      let grad: GradFunction;
      const reading = new Tape(false, true);
      const compute = (): CoreTensor[] => {
        reading.start();
        try {
          const pair = pairOf(f(...(args as unknown as A))) as readonly [R, GradFunction];
          result = pair[0];
          grad = pair[1] as GradFunction;
        } finally {
          reading.stop();
        }
        return leaves(result).map((t) => ops.clone(t));
      };
      // what is read is known only after the first run, which records nothing
      const outputs = unrecorded(compute);
      const variables = ([...reading.accessed] as unknown as Variable[]).filter(
        (v) => v.trainable && !inputs.includes(v as unknown as CoreTensor),
      );
      const all = [...inputs, ...(variables as unknown as CoreTensor[])];
      const made = customGradient(
        'IdentityN',
        all,
        () => outputs,
        (grads) => {
          const upstream = outputs.map((o, i) => grads[i] ?? ops.fullLike(o, 0));
          if (variables.length === 0) return asList(grad(...upstream), inputs.length);
          const back = callWithVariables(grad, upstream, variables) as readonly [unknown, unknown];
          return [...asList(back[0], inputs.length), ...asList(back[1], variables.length)];
        },
      );
      let i = 0;
      return refill(result!, () => made[i++]) as R;
    },
);

function asList(grads: unknown, count: number): (CoreTensor | null)[] {
  const list = Array.isArray(grads) ? grads : [grads];
  if (list.length !== count)
    throw Object.assign(
      new Error(`custom_gradient function expected to return ${count} gradients, but returned ${list.length} instead.`),
      { name: 'ValueError' },
    );
  return list.map((g) => (g === null || g === undefined ? null : toTensor(g as TensorLike)));
}
function callWithVariables(grad: GradFunction, upstream: readonly unknown[], variables: readonly Variable[]): unknown {
  try {
    return grad(...upstream, { variables });
  } catch (error) {
    if (
      error instanceof Error &&
      /unexpected keyword argument 'variables'|takes \d+ positional argument/.test(error.message)
    )
      throw new TypeError(
        `@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function uses variables: [${variables.map(String).join(', ')}]`,
      );
    throw error;
  }
}

/** The function itself: what it saves is memory, which there is no need to save here. */
export const recompute_grad = define('tf.recompute_grad', 'f', <F extends (...args: any[]) => unknown>(f: F): F => f);

/** An op for which TensorFlow has no gradient: asking for one is an error. */
export function withoutGradient(kernel: string, inputs: readonly CoreTensor[], compute: () => CoreTensor): Tensor {
  const [out] = customGradient(
    kernel,
    inputs,
    () => [compute()],
    () => {
      throw Object.assign(new Error(`gradient registry has no entry for: ${kernel}`), { name: 'LookupError' });
    },
  );
  return out as Tensor;
}
