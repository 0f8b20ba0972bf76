import { Tensor as CoreTensor, describeValue, isComplex, isFloating, nn, ops, tupleOf } from '@stele/core';
import { PyFloat } from '@stele/core/printing';
import { define } from './define';
import { kernelError, noAttribute, valueError } from './errors';
import { gather } from './gather';
import { asKernel, needType } from './kernels';
import { typed, vector, whole, wholes } from './places';
import { reduce_mean } from './reductions';
import { IndexedSlices } from './slices';
import { readText } from './strings';
import { type Tensor, type TensorLike, toTensor } from './tensor';

const axesOf = (axis: unknown): readonly number[] | null => (axis === undefined || axis === null ? null : wholes(axis));
const given = (x: unknown): x is TensorLike => x !== undefined && x !== null;

/** x / sqrt(max(sum of squares, epsilon)) over axes. */
export const l2_normalize = define(
  'tf.math.l2_normalize',
  'x, axis=None, epsilon=1e-12, name=None',
  (x: TensorLike, axis?: unknown, epsilon?: number): Tensor => {
    const t = toTensor(x);
    if (!isFloating(t.scalarType) && !isComplex(t.scalarType))
      toTensor(new PyFloat(Number(epsilon ?? 1e-12)), t.scalarType);
    if (isComplex(t.scalarType)) {
      const sizes = ops.sum(ops.square(ops.abs(t)), axesOf(axis), true);
      const scale = ops.rsqrt(ops.maximumFirst(sizes, toTensor(Number(epsilon ?? 1e-12), sizes.scalarType)));
      return ops.mul(t, ops.cast(scale, t.scalarType)) as Tensor;
    }
    return nn.unitLength(t, axesOf(axis), Number(epsilon ?? 1e-12)) as Tensor;
  },
);

/** The length of vectors or matrices under a norm. */
export const norm = define(
  'tf.norm',
  'tensor, ord="euclidean", axis=None, keepdims=None, name=None',
  (tensor: TensorLike, ord?: string | number, axis?: unknown, keepdims?: boolean | null): Tensor => {
    if (readText(tensor) !== null) throw new TypeError('Expected numeric or variant tensor, got dtype tf.string.');
    const t = toTensor(tensor);
    const axes = axesOf(axis);
    const kind = ord === undefined ? 'euclidean' : typeof ord === 'object' ? Number(ord) : ord;
    const matrix = axes !== null && axes.length === 2;
    const listed = Array.isArray(axis);
    if (listed && (axes!.length !== 2 || axes![0] === axes![1]))
      throw valueError(
        `'axis' must be None, an integer, or a tuple of 2 unique integers, got ${axes!.length === 2 ? `(${axes!.join(', ')})` : `[${axes!.join(', ')}]`}`,
      );
    if (kind === 'fro' && !matrix) throw valueError(`'ord' must be a supported vector norm, got ${kind}`);
    if (!['fro', 'euclidean', 1, 2, Number.POSITIVE_INFINITY].includes(kind as never) && !(Number(kind) > 0))
      throw valueError(`'ord' must be a supported vector norm, got ${kind}`);
    const keep = keepdims ?? false;
    const absolute = ops.abs(t);
    const drop = (x: CoreTensor): CoreTensor => (keep ? x : ops.squeeze(x, [...(axes ?? [])]));
    if (kind === 'fro' || kind === 'euclidean' || (kind === 2 && !matrix)) {
      return asKernel('Sqrt', [t], () =>
        ops.sqrt(ops.sum(isComplex(t.scalarType) ? ops.mul(t, ops.conj(t)) : ops.square(t), axes, keep)),
      ) as Tensor;
    }
    if (matrix) {
      if (kind === 1) return drop(ops.max(ops.sum(absolute, axes[0]!, true), axes[1]!, true)) as Tensor;
      if (kind === Number.POSITIVE_INFINITY)
        return drop(ops.max(ops.sum(absolute, axes[1]!, true), axes[0]!, true)) as Tensor;
      if (kind === 2) {
        // the largest singular value, the two axes put last for it
        const own = axes.map((a) => (a < 0 ? a + t.rank : a));
        const others = t.sizes.map((_, i) => i).filter((i) => !own.includes(i));
        const largest = ops.max(ops.svd(ops.permute(t, [...others, ...own]))[1]!, -1);
        const kept = t.sizes.map((d, i) => (own.includes(i) ? 1 : d));
        return (keep ? ops.reshape(largest, kept) : largest) as Tensor;
      }
      throw valueError(`'ord' must be a supported matrix norm in ['euclidean', 'fro', 1, 2, inf], got ${kind}`);
    }
    if (kind === Number.POSITIVE_INFINITY) return ops.max(absolute, axes, keep) as Tensor;
    if (kind === 1) return ops.sum(absolute, axes, keep) as Tensor;
    const p = Number(kind);
    return ops.pow(ops.sum(ops.pow(absolute, p), axes, keep), 1 / p) as Tensor;
  },
);

/** A tensor changed; of slices their values, which stay slices. */
const changedRows = (t: TensorLike, change: (values: TensorLike) => Tensor): Tensor =>
  t instanceof IndexedSlices ? new IndexedSlices(change(t.values), t.indices, t.dense_shape) : change(t);

/** sqrt of the sum of all squares of several tensors. */
export const global_norm = define(
  'tf.linalg.global_norm',
  't_list, name=None',
  (t_list: readonly (TensorLike | null)[]): Tensor => {
    if (!Array.isArray(t_list))
      throw new TypeError(`\`t_list\` should be a sequence of tensors. Received ${describeValue(t_list).type}.`);
    const halves = t_list.filter(given).map((t) => {
      // slices are measured as they are, rows that come twice twice
      const x = typed('L2Loss', 'T', t instanceof IndexedSlices ? t.values : t);
      return ops.div(ops.sum(ops.square(x)), 2);
    });
    return ops.sqrt(
      ops.mul(
        halves.reduce((a, b) => ops.add(a, b)),
        2,
      ),
    ) as Tensor;
  },
);
/** Tensors scaled down together where their common norm is larger than allowed; and that norm. */
export const clip_by_global_norm = define(
  'tf.clip_by_global_norm',
  't_list, clip_norm, use_norm=None, name=None',
  (
    t_list: readonly (TensorLike | null)[],
    clip_norm: TensorLike,
    use_norm?: TensorLike | null,
  ): [(Tensor | null)[], Tensor] => {
    if (!Array.isArray(t_list))
      throw new TypeError(`\`t_list\` should be a sequence of tensors. Received ${describeValue(t_list).type}.`);
    const total = given(use_norm) ? toTensor(use_norm) : global_norm(t_list);
    const limit = toTensor(clip_norm, total.scalarType);
    // an infinite norm gives NaN everywhere, as in TensorFlow
    const safe = nn.commonScale(total, limit);
    const clipped = t_list.map((t) =>
      given(t) ? changedRows(t, (values) => ops.mul(toTensor(values), safe) as Tensor) : null,
    );
    return tupleOf<unknown>([clipped, total]) as unknown as [(Tensor | null)[], Tensor];
  },
);
/** A tensor scaled down where its norm is larger than allowed. */
export const clip_by_norm = define(
  'tf.clip_by_norm',
  't, clip_norm, axes=None, name=None',
  (t: TensorLike, clip_norm: TensorLike, axes?: unknown): Tensor =>
    changedRows(t, (values) => {
      const x = toTensor(values);
      if (typeof clip_norm === 'string') throw new TypeError("'<' not supported between instances of 'str' and 'int'");
      needType('Sqrt', x.scalarType);
      const limit = ops.maximumFirst(toTensor(clip_norm, x.scalarType), 0);
      return nn.clippedNorm(x, limit, axesOf(axes)) as Tensor;
    }),
);

/** Mean and variance over axes. */
export const moments = define(
  'tf.nn.moments',
  'x, axes, shift=None, keepdims=False, name=None',
  (x: TensorLike, axes: unknown, _shift?: unknown, keepdims?: boolean): Tensor[] => {
    if (!(x instanceof CoreTensor) && (Array.isArray(x) || typeof x === 'string')) throw noAttribute(x, 'dtype');
    const t = toTensor(x);
    const at = vector('Mean', 'Tidx', axes);
    const wide = t.scalarType === 'float16' ? ops.cast(t, 'float32') : t;
    const mean = reduce_mean(wide, at, true);
    const variance = reduce_mean(ops.square(ops.sub(wide, ops.stopGradient(mean))) as Tensor, at, true);
    const done = (m: CoreTensor): Tensor =>
      ops.cast(
        keepdims
          ? m
          : ops.squeeze(
              m,
              at.map((a) => (a < 0 ? a + t.rank : a)),
            ),
        t.scalarType,
      ) as Tensor;
    return tupleOf([done(mean), done(variance)]);
  },
);
/** Mean and variance over axes, each entry with a weight. */
export const weighted_moments = define(
  'tf.nn.weighted_moments',
  'x, axes, frequency_weights, keepdims=False, name=None',
  (x: TensorLike, axes: unknown, frequency_weights: TensorLike, keepdims?: boolean): Tensor[] => {
    const t = toTensor(x);
    const weights = ops.cast(toTensor(frequency_weights), t.scalarType);
    const at = wholes(axes);
    const [mean, variance] = nn.weightedMoments(t, weights, at);
    const done = (m: CoreTensor): Tensor =>
      (keepdims
        ? m
        : ops.squeeze(
            m,
            at.map((a) => (a < 0 ? a + t.rank : a)),
          )) as Tensor;
    return tupleOf([done(mean), done(variance)]);
  },
);
/** How many entries axes have, the sum of them and that of their squares (about a shift), and the shift. */
export const sufficient_statistics = define(
  'tf.nn.sufficient_statistics',
  'x, axes, shift=None, keepdims=False, name=None',
  (x: TensorLike, axes: unknown, shift?: TensorLike | null, keepdims?: boolean): (Tensor | null)[] => {
    const t = toTensor(x);
    const at = [...new Set(wholes(axes).map((a) => (a < 0 ? a + t.rank : a)))];
    const count = at.reduce((n, a) => n * t.sizes[a]!, 1);
    const about = given(shift) ? toTensor(shift, t.scalarType) : null;
    const moved = about === null ? t : ops.sub(t, about);
    const squares = about === null ? ops.square(t) : ops.square(moved);
    const keep = keepdims ?? false;
    return tupleOf([
      toTensor(count, t.scalarType),
      ops.sum(moved, at, keep) as Tensor,
      ops.sum(squares, at, keep) as Tensor,
      about,
    ]);
  },
);
/** Mean and variance from sums gathered about a shift. */
export const normalize_moments = define(
  'tf.nn.normalize_moments',
  'counts, mean_ss, variance_ss, shift, name=None',
  (counts: TensorLike, mean_ss: TensorLike, variance_ss: TensorLike, shift?: TensorLike | null): Tensor[] => {
    const [n, m, v] = [toTensor(counts), toTensor(mean_ss), toTensor(variance_ss)];
    return tupleOf(nn.momentsFromSums(n, m, v, given(shift) ? toTensor(shift, m.scalarType) : null)) as Tensor[];
  },
);

/** (x - mean) / sqrt(variance + epsilon), scaled and moved. */
export const batch_normalization = define(
  'tf.nn.batch_normalization',
  'x, mean, variance, offset, scale, variance_epsilon, name=None',
  (
    x: TensorLike,
    mean: TensorLike,
    variance: TensorLike,
    offset: TensorLike | null | undefined,
    scale: TensorLike | null | undefined,
    variance_epsilon: number,
  ): Tensor => {
    const t = toTensor(x);
    const optional = (v: TensorLike | null | undefined): CoreTensor | null => (given(v) ? toTensor(v) : null);
    return nn.normalizeFactored(
      t,
      toTensor(mean),
      toTensor(variance),
      Number(variance_epsilon),
      optional(scale),
      optional(offset),
    ) as Tensor;
  },
);

/** Each channel over a power of the squares of its neighbours. */
export const local_response_normalization = define(
  'tf.nn.local_response_normalization',
  'input, depth_radius=5, bias=1, alpha=1, beta=0.5, name=None',
  (input: TensorLike, depth_radius?: number, bias?: number, alpha?: number, beta?: number): Tensor => {
    const t = toTensor(input);
    const [radius, b, a, power] = [whole(depth_radius, 5), Number(bias ?? 1), Number(alpha ?? 1), Number(beta ?? 0.5)];
    needType('LRN', t.scalarType);
    if (t.rank !== 4) throw kernelError('LRN', 'in must be 4-dimensional');
    return nn.localResponseNorm(t, 2 * radius + 1, a, power, b, { axis: 3, share: 1 }) as Tensor;
  },
);

/** Sigmoid cross-entropy in which positive labels count `pos_weight` times. */
export const weighted_cross_entropy_with_logits = define(
  'tf.nn.weighted_cross_entropy_with_logits',
  'labels, logits, pos_weight, name=None',
  (labels: TensorLike, logits: TensorLike, pos_weight: TensorLike): Tensor => {
    const x = toTensor(logits);
    const z = toTensor(labels, x.scalarType);
    if (String(x.sizes) !== String(z.sizes))
      throw valueError(`\`logits\` and \`labels\` must have the same shape, received (${x.shape} vs ${z.shape}).`);
    const q = toTensor(pos_weight, x.scalarType);
    return nn.weightedEntropyApart(x, z, q) as Tensor;
  },
);
/** exp(log_input) - log_input targets, with Stirling's term for targets above 1 if asked. */
export const log_poisson_loss = define(
  'tf.nn.log_poisson_loss',
  'targets, log_input, compute_full_loss=False, name=None',
  (targets: TensorLike, log_input: TensorLike, compute_full_loss?: boolean): Tensor => {
    const x = toTensor(log_input);
    const z = toTensor(targets, x.scalarType);
    if (String(x.sizes) !== String(z.sizes))
      throw valueError(`\`log_input\` and \`targets\` must have the same shape, received (${x.shape} vs ${z.shape}).`);
    const loss = nn.logPoissonLoss(z, x);
    if (!compute_full_loss) return loss as Tensor;
    const small = ops.logicalAnd(ops.greaterEqual(z, 0), ops.lessEqual(z, 1));
    return ops.add(loss, ops.where(small, ops.fullLike(z, 0), nn.stirling(z))) as Tensor;
  },
);

/** Rows of a table, each scaled down to a norm if asked. */
export const embedding_lookup = define(
  'tf.nn.embedding_lookup',
  'params, ids, max_norm=None, name=None',
  (params: TensorLike, ids: TensorLike, max_norm?: number | null): Tensor => {
    if (params === null || params === undefined) throw valueError('params must be specified');
    if (Array.isArray(params) && params.length === 0)
      throw valueError('Length of params is currently 0. Need at least one param.');
    const parts = Array.isArray(params) && params[0] instanceof CoreTensor ? (params as CoreTensor[]) : null;
    // a table in parts holds its rows one part after another
    const table = parts === null ? params : parts.length === 1 ? parts[0]! : (ops.concat(parts, 0) as Tensor);
    const rows = gather(table, ids);
    if (max_norm === undefined || max_norm === null) return rows;
    const axes = Array.from({ length: rows.rank - toTensor(ids).rank }, (_, i) => toTensor(ids).rank + i);
    return clip_by_norm(rows, Number(max_norm), axes);
  },
);

/** Batch normalisation of images as TF1 gives it: the result, and the statistics of the batch. */
export const fused_batch_norm = define(
  'tf.compat.v1.nn.fused_batch_norm',
  'x, scale, offset, mean=None, variance=None, epsilon=0.001, data_format="NHWC", is_training=True, name=None, exponential_avg_factor=1.0',
  (
    x: TensorLike,
    scale: TensorLike,
    offset: TensorLike,
    mean?: TensorLike | null,
    variance?: TensorLike | null,
    epsilon?: number,
    data_format?: string,
    is_training?: boolean,
    _name?: unknown,
    exponential_avg_factor?: number,
  ): Tensor[] => {
    const first = (data_format ?? 'NHWC').startsWith('NC');
    const whole = toTensor(x);
    const inner = whole.sizes.map((_, i) => i).slice(1, -1);
    const t = first ? ops.permute(whole, [0, ...inner.map((i) => i + 1), 1]) : whole;
    const [gamma, beta] = [toTensor(scale), toTensor(offset)];
    const back = (y: CoreTensor): Tensor =>
      (first ? ops.contiguous(ops.permute(y, [0, y.rank - 1, ...inner])) : y) as Tensor;
    const eps = Number(epsilon ?? 0.001);
    const apply = (m: CoreTensor, v: CoreTensor): Tensor => back(nn.normalizeWith(t, m, v, eps, gamma, beta));
    const factor = Number(exponential_avg_factor ?? 1);
    if ((is_training === false || factor !== 1) && !(given(mean) && given(variance)))
      throw valueError(
        `Both \`mean\` and \`variance\` must be a 1D tensor when \`is_training\` is False or \`exponential_avg_factor\` != 1.0. Received: \`mean\` ${mean ?? 'None'} and \`variance\` ${variance ?? 'None'}`,
      );
    if (is_training === false) {
      // the statistics are constants: no gradient goes to them
      const [m, v] = [mean, variance].map((s) => ops.stopGradient(toTensor(s as TensorLike)) as Tensor) as [
        Tensor,
        Tensor,
      ];
      return [apply(m, v), m, v];
    }
    const axes = [0, ...inner];
    const m = ops.mean(t, axes, false);
    const v = ops.mean(ops.square(ops.sub(t, m)), axes, false);
    const count = axes.reduce((n, a) => n * t.sizes[a]!, 1);
    const unbiased = ops.mul(v, count / Math.max(1, count - 1));
    const mix = (old: TensorLike | null | undefined, fresh: CoreTensor): Tensor => {
      const now = ops.stopGradient(fresh);
      if (factor === 1 || !given(old)) return now as Tensor;
      return nn.runningBlend(ops.stopGradient(toTensor(old)), now, factor) as Tensor;
    };
    return [apply(m, v), mix(mean, m), mix(variance, unbiased)];
  },
);
