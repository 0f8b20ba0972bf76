import {
  type Tensor as CoreTensor,
  currentTracer,
  customGradient,
  functionDescription,
  Graph,
  isKeywords,
  ops,
  Tape,
  unrecorded,
} from '@stele/core';
import { bindOutside, branchOf, outsideOf, replay } from './control/branch';
import { define } from './define';
import { valueError } from './errors';
import { entriesOf, leavesOf, mapEntries, mapLeaves } from './nest';
import { setDims } from './spec';
import { GradientTape } from './tape';
import { type Tensor, type TensorLike, tfFamily, toTensor } from './tensor';
import { specOf, symbolFor } from './tracing';
import { Variable } from './variable';

type Structure = unknown;

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

type Grads = readonly (CoreTensor | null)[];
type GradFunction = (...grads: unknown[]) => unknown;

/** One run of such a function: its result, what it depends on, and how gradients come back. */
interface Forward {
  readonly result: Structure;
  readonly outputs: readonly CoreTensor[];
  /** The tensors among its arguments, then the variables that it read. */
  readonly inputs: readonly CoreTensor[];
  readonly backward: (upstream: readonly CoreTensor[]) => Grads;
}

function forward(f: (...args: any[]) => unknown, args: readonly unknown[], named: readonly unknown[]): Forward {
  const given = leavesOf(args).map((x) => (typeof x === 'string' ? null : toTensor(x as TensorLike)));
  const places = given.flatMap((x, i) => (x === null ? [] : [i]));
  const taken = places.map((i) => given[i]!);
  const reading = new Tape(false, true);
  let result: Structure = null;
  let grad: GradFunction = () => [];
  // what is read is known only after the first run, which records nothing
  const outputs = unrecorded(() => {
    reading.start();
    try {
      [result, grad] = pairOf(f(...args, ...named));
    } finally {
      reading.stop();
    }
    return leaves(result).map((t) => ops.clone(t));
  });
  const variables = ([...reading.accessed] as unknown as Variable[]).filter(
    (v) => v.trainable && !taken.includes(v as unknown as Tensor),
  );
  if (variables.length > 0 && !takesVariables(grad)) throw variablesRefused(variables);
  const backward = (upstream: readonly CoreTensor[]): Grads => {
    const back = variables.length === 0 ? [grad(...upstream), []] : withVariables(grad, upstream, variables);
    const [own, rest] = [gradientsOf(back[0]), gradientsOf(back[1])];
    if (rest.length !== variables.length)
      throw valueError('Must return gradient for each variable from @custom_gradient grad_fn.');
    if (own.length !== given.length)
      throw valueError(
        `custom_gradient function expected to return ${given.length} gradients, but returned ${own.length} instead.`,
      );
    return [...places.map((i) => own[i]!), ...rest];
  };
  return { result, outputs, inputs: [...taken, ...variables], backward };
}
/** The result and its gradient function, as Python unpacks two values. */
function pairOf(given: unknown): [Structure, GradFunction] {
  if (given === null || given === undefined) throw new TypeError('cannot unpack non-iterable NoneType object');
  const parts = [...(given as Iterable<unknown>)];
  if (parts.length > 2) throw valueError('too many values to unpack (expected 2)');
  if (parts.length < 2) throw valueError(`not enough values to unpack (expected 2, got ${parts.length})`);
  return [parts[0], parts[1] as GradFunction];
}
const gradientsOf = (grads: unknown): (CoreTensor | null)[] =>
  leavesOf(grads).map((g) => (g === null || g === undefined ? null : toTensor(g as TensorLike)));

/** Whether a function from Python takes `variables`; of one of JavaScript nobody knows. */
function takesVariables(grad: GradFunction): boolean {
  const about = functionDescription(grad);
  return (
    about === null ||
    about.keywords !== null ||
    [...about.positional, ...about.keywordOnly].some((name) => name === 'variables')
  );
}
const variablesRefused = (variables: readonly Variable[]): Error =>
  new TypeError(
    `@tf.custom_gradient grad_fn must accept keyword argument 'variables', since function uses variables: [${variables.map(String).join(', ')}]`,
  );
const withVariables = (grad: GradFunction, upstream: readonly unknown[], variables: readonly Variable[]): unknown[] =>
  grad(...upstream, { variables }) as unknown[];

/**
 * The same in a graph: the way back is written down beside the way there, so that wherever the graph runs tapes find
 * the gradient that was asked for.
 */
function inGraph({ outputs, inputs, backward }: Forward): readonly CoreTensor[] {
  let seeds: readonly CoreTensor[] = [];
  let failure: { readonly error: unknown } | null = null;
  let missing: readonly boolean[] = [];
  const back = branchOf(() => {
    const graph = currentTracer() as Graph;
    seeds = outputs.map((o) => symbolFor(graph, specOf(o).dims, o.scalarType, o.sizes));
    try {
      const grads = backward(seeds);
      missing = grads.map((g) => g === null);
      return grads.filter((g) => g !== null);
    } catch (error) {
      failure = { error };
      return [];
    }
  });
  const outside = outsideOf(back);
  const specs = outputs.map(specOf);
  const [n, m] = [outputs.length, inputs.length];
  const run = (values: readonly CoreTensor[]): readonly CoreTensor[] =>
    customGradient(
      'IdentityN',
      values.slice(n, n + m),
      () => {
        const tracer = currentTracer();
        if (!(tracer instanceof Graph)) return values.slice(0, n).map((t) => ops.clone(t));
        const made = tracer.call('IdentityN', values, specs, tfFamily, run, {
          kind: 'call',
          name: 'identity_n',
          args: [values.slice(0, n)],
          tensors: values.slice(0, n),
        });
        made.forEach((t, i) => {
          setDims(t, specs[i]!.dims);
        });
        return made;
      },
      (grads) => {
        if (failure !== null) throw failure.error;
        const upstream = values.slice(0, n).map((o, i) => grads[i] ?? ops.fullLike(o, 0));
        const found = replay(back, seeds, upstream, bindOutside(outside, values.slice(n + m), [back]));
        let next = 0;
        return missing.map((none) => (none ? null : found[next++]!));
      },
    );
  return run([...outputs, ...inputs, ...outside]);
}

type CustomGradient = <A extends readonly unknown[], R>(
  f: (...args: A) => readonly [R, (...grads: any[]) => unknown],
) => (...args: A) => R;
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
export const custom_gradient: CustomGradient = define(
  'tf.custom_gradient',
  'f=None',
  <A extends readonly unknown[], R>(f: (...args: A) => readonly [R, (...grads: any[]) => unknown]) => {
    const run = (...given: readonly unknown[]): R => {
      const named = isKeywords(given.at(-1)) ? given.slice(-1) : [];
      const args = given.slice(0, given.length - named.length);
      const traced = currentTracer() instanceof Graph;
      if (traced && named.length > 0)
        throw valueError(
          'The custom_gradient decorator currently supports keywords arguments only when eager execution is enabled.',
        );
      const own = traced
        ? args.map((arg) => mapLeaves(arg, (x) => (x instanceof Variable ? ops.clone(x) : toTensor(x as TensorLike))))
        : args;
      const made = forward(f as (...args: any[]) => unknown, own, named);
      const outputs = traced
        ? inGraph(made)
        : customGradient(
            'IdentityN',
            made.inputs,
            () => made.outputs,
            (grads) => made.backward(made.outputs.map((o, i) => grads[i] ?? ops.fullLike(o, 0))),
          );
      let i = 0;
      return refill(made.result, () => outputs[i++]) as R;
    };
    Object.defineProperty(run, '__takes_keywords__', { value: true });
    return Object.assign(run as (...given: A) => R, {
      __wrapped__: f,
      /** As a method: the instance is no argument that has a gradient. */
      __get__: (self: object): unknown =>
        (custom_gradient as (f: unknown) => unknown)((...args: unknown[]) =>
          (f as unknown as GradFunction)(self, ...args),
        ),
    });
  },
);

/**
 * A function whose steps are not kept for the way back: there it runs once more.
 *
 * ```ts
 * const squared = tf.recompute_grad((x: tf.Tensor) => x.mul(x));
 * String(squared(tf.constant(3, tf.float32))); // 'tf.Tensor(9.0, shape=(), dtype=float32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/recompute_grad
 */
export const recompute_grad = define('tf.recompute_grad', 'f', <F extends (...args: any[]) => unknown>(f: F): F => {
  const inner = (...given: unknown[]): unknown => {
    const named = isKeywords(given.at(-1)) ? given.slice(-1) : [];
    const args = given.slice(0, given.length - named.length);
    const back = (...all: unknown[]): unknown => {
      const last = all.at(-1);
      const variables = isKeywords(last) ? (last.variables as Variable[]) : [];
      const upstream = isKeywords(last) ? all.slice(0, -1) : all;
      const own = args.map((arg) => mapLeaves(arg, (x) => ops.clone(toTensor(x as TensorLike))));
      const [tape, again] = GradientTape.record((t) => {
        t.watch([own, variables]);
        return f(...own, ...named);
      });
      const grads = tape.gradient(again, [...own, ...variables], {
        output_gradients: Array.isArray(again) ? upstream : upstream[0],
        unconnected_gradients: 'zero',
      }) as unknown[];
      return variables.length === 0 ? grads : [grads.slice(0, own.length), grads.slice(own.length)];
    };
    return [f(...given), back];
  };
  return Object.assign(custom_gradient(inner as never) as unknown as F, { __wrapped__: f });
});

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
