import {
  Tensor as CoreTensor,
  declareSignatures,
  dependsOnOthers,
  jacobianOf,
  namespace,
  ops,
  tupleOf,
  withGrad,
} from '@stele/core';
import { NotImplementedError, RuntimeError, ValueError } from './errors';
import { define } from './functions/define';
import { typeName } from './functions/typeName';
import { gradientsOf, named } from './methods/base';
import { functional_call } from './nn/utils/stateless';
import { refusingDraws } from './random';
import type { Tensor } from './tensor';

type Func = (...args: any[]) => any;
type Argnums = number | readonly number[];

/** The same structure with other leaves: lists, tuples, Maps and plain objects. */
function mapped(tree: unknown, f: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(tree)) {
    const items = Array.from(tree, (x) => mapped(x, f));
    return Object.getPrototypeOf(tree) === Array.prototype ? items : tupleOf(items);
  }
  if (tree instanceof Map) return new Map([...tree].map(([k, v]) => [k, mapped(v, f)]));
  if (typeof tree === 'object' && tree !== null && Object.getPrototypeOf(tree) === Object.prototype)
    return Object.fromEntries(Object.entries(tree).map(([k, v]) => [k, mapped(v, f)]));
  return f(tree);
}
function leaves(tree: unknown): unknown[] {
  const out: unknown[] = [];
  mapped(tree, (leaf) => out.push(leaf));
  return out;
}
/** A structure as torch's errors draw it. */
const drawing = (tree: unknown): string =>
  Array.isArray(tree) ? `(${tree.map(drawing).join(', ')}${tree.length === 1 ? ',' : ''})` : '*';

/** Fresh tensors of the graph in the place of the arguments that are differentiated. */
class Level {
  private readonly fresh = new Set<CoreTensor>();
  readonly sources: Tensor[] = [];

  enter(tree: unknown): unknown {
    return mapped(tree, (leaf) => {
      if (!(leaf instanceof CoreTensor))
        throw new ValueError(`Thing passed to transform API must be Tensor, got <class '${typeName(leaf)}'>`);
      const t = leaf as Tensor;
      const own = t.requires_grad ? (ops.reshape(t, t.sizes) as Tensor) : t.detach().requires_grad_(true);
      if (!t.requires_grad) this.own(own);
      this.sources.push(own);
      return own;
    });
  }
  /** Counts a leaf as this level's. */
  own(leaf: Tensor): void {
    this.fresh.add(leaf);
  }
  /** What leaves this level keeps its graph only where something else needs it. */
  leave<T>(tree: T): T {
    return mapped(tree, (leaf) =>
      leaf instanceof CoreTensor && leaf.requiresGrad && !dependsOnOthers(leaf, this.fresh)
        ? (leaf as Tensor).detach()
        : leaf,
    ) as T;
  }
}
const zeros = (like: Tensor, sizes: readonly number[] = like.sizes): Tensor =>
  ops.fullLike(like.detach(), 0, sizes) as Tensor;
function pulled(outputs: readonly Tensor[], seeds: readonly Tensor[], sources: readonly Tensor[]): Tensor[] {
  const on = outputs.flatMap((t, i) => (t.requires_grad ? [i] : []));
  const found =
    on.length === 0
      ? []
      : gradientsOf(
          on.map((i) => outputs[i]!),
          sources,
          on.map((i) => seeds[i]!),
          true,
          true,
        );
  return sources.map((s, i) => found[i] ?? zeros(s));
}
/** Values put where the leaves of a structure are. */
function filled(tree: unknown, values: readonly unknown[]): unknown {
  let at = 0;
  return mapped(tree, () => values[at++]);
}

/** The arguments with the chosen ones entered into a level, and these by themselves. */
function chosen(args: readonly unknown[], argnums: Argnums, level: Level): { args: unknown[]; own: unknown } {
  const places = Array.isArray(argnums) ? (argnums as readonly number[]).map(Number) : [Number(argnums)];
  const entered = [...args];
  const own = places.map((place) => {
    const at = place < 0 ? place + args.length : place;
    if (at < 0 || at >= args.length)
      throw new RuntimeError(`Got argnum=${place}, but only ${args.length} positional inputs`);
    entered[at] = level.enter(args[at]);
    return entered[at];
  });
  return { args: entered, own: Array.isArray(argnums) ? tupleOf(own) : own[0] };
}
/** A function's result and what it gives besides it. */
function split(out: unknown, has_aux: boolean | undefined): [unknown, unknown] {
  if (!has_aux) return [out, null];
  if (!Array.isArray(out) || out.length !== 2)
    throw new RuntimeError('f(*primals): output of function f should be a tuple: (output, aux) if has_aux is True');
  return [out[0], out[1]];
}
function tensorsOf(call: string, tree: unknown): Tensor[] {
  const list = leaves(tree);
  for (const t of list)
    if (!(t instanceof CoreTensor))
      throw new RuntimeError(
        `${call}: Expected f(*args) to return only tensors, got unsupported type <class '${typeName(t)}'>`,
      );
  return list as Tensor[];
}

/**
 * A function that gives the gradient and the value of one that returns a single number.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.func.grad_and_value.html
 */
const grad_and_value = define(
  'grad_and_value',
  'func, argnums=0, has_aux=False',
  (func: Func, argnums?: Argnums, has_aux?: boolean): Func =>
    (...given) =>
      withGrad(true, () => {
        const level = new Level();
        const { args, own } = chosen(given, argnums ?? 0, level);
        const [value, aux] = split(func(...args), has_aux);
        const call = 'grad_and_value(f)(*args)';
        if (!(value instanceof CoreTensor))
          throw new RuntimeError(`${call}: Expected f(*args) to return a Tensor, got <class '${typeName(value)}'>`);
        if (value.sizes.length > 0)
          throw new RuntimeError(
            `${call}: Expected f(*args) to return a scalar Tensor, got tensor with ${value.sizes.length} dims. Maybe you wanted to use the vjp or jacrev APIs instead?`,
          );
        const seed = ops.fullLike((value as Tensor).detach(), 1) as Tensor;
        const slopes = filled(own, pulled([value as Tensor], [seed], level.sources));
        const result = tupleOf([slopes, has_aux ? tupleOf([value, aux]) : value]);
        return level.leave<unknown>(result);
      }),
);
/**
 * A function that gives the gradient of one that returns a single number.
 *
 * ```ts
 * torch.func.grad((x: torch.Tensor) => x.square())(torch.tensor(1.5)).item(); // 3
 * ```
 * @see https://docs.pytorch.org/docs/stable/generated/torch.func.grad.html
 */
const grad = define(
  'grad',
  'func, argnums=0, has_aux=False',
  (func: Func, argnums?: Argnums, has_aux?: boolean): Func => {
    const both = grad_and_value(func, argnums ?? 0, has_aux ?? false);
    return (...args) => {
      const [slopes, value] = both(...args);
      return has_aux ? tupleOf([slopes, value[1]]) : slopes;
    };
  },
);

/**
 * The value of a function, and a function that turns cotangents of it into those of the primals.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.func.vjp.html
 */
function vjp(func: Func, ...given: unknown[]): any {
  const last = given.at(-1);
  const options = isOptions(last) ? last : null;
  const primals = options === null ? given : given.slice(0, -1);
  const level = new Level();
  const [out, aux] = withGrad(true, () => split(func(...primals.map((p) => level.enter(p))), options?.has_aux));
  const outputs = tensorsOf('vjp(f, *primals)', out);
  const back = (...cotangents: unknown[]): unknown => {
    const tree = cotangents.length === 1 ? cotangents[0] : cotangents;
    if (drawing(tree) !== drawing(out))
      throw new RuntimeError(
        `Expected pytree structure of cotangents to be the same as pytree structure of outputs to the function. cotangents: ${drawing(tree)}, primal output: ${drawing(out)}`,
      );
    const found = withGrad(true, () => pulled(outputs, leaves(tree) as Tensor[], level.sources));
    return level.leave(tupleOf(filled(primals, found) as unknown[]));
  };
  return tupleOf([level.leave(out), back, ...(options?.has_aux ? [level.leave(aux)] : [])]);
}
declareSignatures('torch.func', { vjp }, { vjp: 'func, *primals, has_aux=False' });
const isOptions = (x: unknown): x is { has_aux?: boolean } =>
  typeof x === 'object' && x !== null && Object.getPrototypeOf(x) === Object.prototype && 'has_aux' in x;

/**
 * The value of a function, and its derivative in the direction of the tangents, by differentiating the backward pass.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.func.jvp.html
 */
const jvp = define(
  'jvp',
  'func, primals, tangents, *, strict=False, has_aux=False',
  (func: Func, primals: readonly unknown[], tangents: readonly unknown[], o: { has_aux?: boolean } = {}): any =>
    withGrad(true, () => {
      const level = new Level();
      const [out, aux] = split(func(...primals.map((p) => level.enter(p))), o.has_aux);
      const outputs = tensorsOf('jvp(f, primals, tangents)', out);
      const weights = outputs.map((t) => zeros(t).requires_grad_(true));
      const slopes = pulled(outputs, weights, level.sources);
      for (const w of weights) level.own(w);
      const left = level.leave(pulled(slopes, leaves(tangents) as Tensor[], weights));
      return tupleOf([level.leave(out), filled(out, left), ...(o.has_aux ? [level.leave(aux)] : [])]);
    }),
);

const jacobianBy = (func: Func, argnums: Argnums | undefined, has_aux: boolean | undefined): Func => {
  return (...given) =>
    withGrad(true, () => {
      const level = new Level();
      const { args, own } = chosen(given, argnums ?? 0, level);
      const [out, aux] = split(func(...args), has_aux);
      tensorsOf('jacrev(f)(*args)', out);
      const result = mapped(out, (leaf) => {
        const t = leaf as Tensor;
        const found = jacobianOf(t, level.sources, true).map(
          (j, k) => j ?? zeros(level.sources[k]!, [...t.sizes, ...level.sources[k]!.sizes]),
        );
        return level.leave(filled(own, found));
      });
      return has_aux ? tupleOf([result, level.leave(aux)]) : result;
    });
};
/**
 * A function that gives the derivatives of every output with respect to every input.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.func.jacrev.html
 */
const jacrev = define(
  'jacrev',
  'func, argnums=0, *, has_aux=False, chunk_size=None',
  (func: Func, argnums?: Argnums, o: { has_aux?: boolean } = {}): Func => jacobianBy(func, argnums, o.has_aux),
);
/** The same numbers as torch's forward mode gives, by reverse mode. */
const jacfwd = define(
  'jacfwd',
  "func, argnums=0, has_aux=False, *, randomness='error'",
  (func: Func, argnums?: Argnums, has_aux?: boolean): Func => jacobianBy(func, argnums, has_aux),
);
/** A function that gives the second derivatives of another. */
const hessian = define('hessian', 'func, argnums=0', (func: Func, argnums?: Argnums): Func => {
  const inner = jacobianBy(func, argnums, false);
  return jacobianBy(inner, argnums, false);
});

type Dims = number | null | readonly Dims[];
/**
 * A function over one more dim: called for each entry along it, the results stacked. The entries run one after the
 * other, so that what the function does with each is what it does alone.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.func.vmap.html
 */
export const vmap = define(
  'vmap',
  "func, in_dims=0, out_dims=0, randomness='error', *, chunk_size=None",
  (func: Func, in_dims?: Dims, out_dims?: Dims, randomness?: string): Func => {
    if (randomness !== undefined && randomness !== 'error')
      throw new NotImplementedError(
        `torch.func.vmap: randomness='${randomness}' draws one batch for all entries, which Stele does not do; draw before the call`,
      );
    return (...args: unknown[]) => {
      const dims = args.map((_, i) => (Array.isArray(in_dims) ? (in_dims[i] as Dims) : (in_dims ?? 0)) as Dims);
      const count = sizeOf(args, dims);
      const results = Array.from({ length: count }, (_, i) =>
        refusingDraws(
          "vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap",
          () => func(...args.map((a, k) => entry(a, dims[k]!, i))),
        ),
      );
      const lists = results.map((r) => tensorsOfEntry(r));
      const top = results[0];
      const several = Array.isArray(out_dims);
      return filled(
        top,
        lists[0]!.map((_, j) => {
          const to = Number((several ? (out_dims as readonly Dims[])[j] : (out_dims ?? 0)) as number);
          const parts = lists.map((list) => list[j]!);
          return named(ops.stack(parts, to < 0 ? to + parts[0]!.sizes.length + 1 : to) as Tensor, 'Stack');
        }),
      );
    };
  },
);
const perPart = (tree: unknown, dims: Dims, f: (leaf: Tensor, dim: number) => unknown): unknown => {
  if (dims === null) return tree;
  if (Array.isArray(dims) && Array.isArray(tree)) return tree.map((t, i) => perPart(t, dims[i] as Dims, f));
  return mapped(tree, (leaf) => (leaf instanceof CoreTensor ? f(leaf as Tensor, Number(dims)) : leaf));
};
const axis = (t: Tensor, dim: number): number => (dim < 0 ? dim + t.ndim : dim);
const entry = (tree: unknown, dims: Dims, i: number): unknown =>
  perPart(tree, dims, (t, dim) => ops.select(t, axis(t, dim), i));
function sizeOf(args: readonly unknown[], dims: readonly Dims[]): number {
  const sizes: number[] = [];
  args.forEach((a, k) => {
    perPart(a, dims[k]!, (t, dim) => sizes.push(t.size(dim)));
  });
  if (sizes.length === 0)
    throw new ValueError(
      'vmap(): at least one of the inputs must have a dim to map over: no Tensor with an in_dim was given',
    );
  if (sizes.some((s) => s !== sizes[0]))
    throw new ValueError(
      `vmap: Expected all tensors to have the same size in the mapped dimension, got sizes [${sizes.join(', ')}] for the mapped dimension`,
    );
  if (sizes[0] === 0)
    throw new NotImplementedError('torch.func.vmap over a dim of size 0: there is no entry to learn the result from');
  return sizes[0]!;
}
function tensorsOfEntry(tree: unknown): Tensor[] {
  for (const t of leaves(tree))
    if (!(t instanceof CoreTensor))
      throw new ValueError(
        `vmap(func, ...): \`func\` must only return Tensors, got type <class '${typeName(t)}'>. Did you mean to set out_dims= to None for output?`,
      );
  return leaves(tree) as Tensor[];
}

/** @see https://docs.pytorch.org/docs/stable/func.html */
export const func = namespace('torch.func', {
  functional_call,
  grad,
  grad_and_value,
  hessian,
  jacfwd,
  jacrev,
  jvp,
  vjp,
  vmap,
});
