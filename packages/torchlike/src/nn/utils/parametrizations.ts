import { Tensor as CoreTensor, namespace, nn, withGrad } from '@stele/core';
import { cat, empty, eye, randn } from '../../creation';
import { IndexError, NotImplementedError, torchSize, ValueError } from '../../errors';
import { define } from '../../functions/define';
import type { Tensor } from '../../tensor';
import { normalize } from '../functional';
import { ConvTranspose1d, ConvTranspose2d, ConvTranspose3d } from '../modules/conv';
import { Module } from '../modules/module';
import { fieldsOf } from '../modules/tree';
import { register_parametrization } from './parametrize';

/** A weight from its direction and its length. */
class WeightNorm extends Module {
  dim: number;
  constructor(dim: number | null = 0) {
    super();
    this.dim = dim ?? -1;
  }
  protected override get kind(): string {
    return '_WeightNorm';
  }
  private get axis(): number | null {
    return this.dim === -1 ? null : this.dim;
  }
  forward(length: Tensor, direction: Tensor): Tensor {
    return nn.weightNormed(direction, length, this.axis) as Tensor;
  }
  right_inverse(weight: Tensor): [Tensor, Tensor] {
    return [nn.normExcept(weight, this.axis) as Tensor, weight];
  }
}
/**
 * Parametrizes a weight by its direction (`original1`) and the length along `dim` (`original0`).
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.weight_norm.html
 */
export const weight_norm = define(
  'weight_norm',
  "module, name='weight', dim=0",
  (module: Module, name: string = 'weight', dim: number | null = 0): Module => {
    register_parametrization(module, name, new WeightNorm(dim), { unsafe: true });
    // states of the older weight_norm
    module.register_load_state_dict_pre_hook((_m: unknown, state: Record<string, unknown>, prefix: string) => {
      const [g, v] = [`${prefix}${name}_g`, `${prefix}${name}_v`];
      if (!(g in state && v in state)) return;
      state[`${prefix}parametrizations.${name}.original0`] = state[g];
      state[`${prefix}parametrizations.${name}.original1`] = state[v];
      delete state[g];
      delete state[v];
    });
    return module;
  },
);

/** The axis in front of all others, those joined. */
export const asMatrix = (weight: Tensor, axis: number): Tensor => {
  const others = weight.sizes.map((_, d) => d).filter((d) => d !== axis);
  return (axis === 0 ? weight : weight.permute(axis, ...others)).flatten(1);
};
/** Steps of the power method towards the two vectors of the largest singular value. */
export function powerMethod(
  matrix: Tensor,
  u: Tensor,
  v: Tensor,
  steps: number,
  eps: number,
  vFirst = false,
): [Tensor, Tensor] {
  return withGrad(false, () => {
    let [a, b] = [u, v];
    for (let i = 0; i < steps; i++) {
      if (vFirst) b = normalize(matrix.t().mv(a), { dim: 0, eps });
      a = normalize(matrix.mv(b), { dim: 0, eps });
      if (!vFirst) b = normalize(matrix.t().mv(a), { dim: 0, eps });
    }
    return [a, b];
  });
}
/** A weight over its largest singular value, which each training pass approaches by steps of the power method. */
class SpectralNorm extends Module {
  dim: number;
  eps: number;
  declare n_power_iterations: number;
  declare _u: Tensor;
  declare _v: Tensor;

  constructor(weight: Tensor, n_power_iterations: number, dim: number, eps: number) {
    super();
    const rank = weight.ndim;
    if (dim >= rank || dim < -rank)
      throw new IndexError(
        `Dimension out of range (expected to be in range of [-${rank}, ${rank - 1}] but got ${dim})`,
      );
    if (n_power_iterations <= 0)
      throw new ValueError(
        `Expected n_power_iterations to be positive, but got n_power_iterations=${n_power_iterations}`,
      );
    this.dim = dim < 0 ? dim + rank : dim;
    this.eps = eps;
    if (rank <= 1) return;
    this.n_power_iterations = n_power_iterations;
    const matrix = asMatrix(weight.detach(), this.dim);
    const [rows, columns] = matrix.sizes as [number, number];
    const drawn = (n: number): Tensor => empty([n], { dtype: weight.dtype }).normal_(0, 1);
    const [u, v] = [drawn(rows), drawn(columns)];
    this.register_buffer('_u', normalize(u, { dim: 0, eps }));
    this.register_buffer('_v', normalize(v, { dim: 0, eps }));
    this.approach(matrix, 15);
  }
  protected override get kind(): string {
    return '_SpectralNorm';
  }
  private approach(matrix: Tensor, steps: number): void {
    [this._u, this._v] = powerMethod(matrix, this._u, this._v, steps, this.eps);
  }
  forward(weight: Tensor): Tensor {
    if (weight.ndim === 1) return normalize(weight, { dim: 0, eps: this.eps });
    const matrix = asMatrix(weight, this.dim);
    if (this.training) this.approach(matrix.detach(), this.n_power_iterations);
    return weight.div(this._u.clone().dot(matrix.mv(this._v.clone())));
  }
  right_inverse(value: Tensor): Tensor {
    return value;
  }
}
/** The axis of a weight's outputs. */
export const outputAxis = (module: Module): number =>
  module instanceof ConvTranspose1d || module instanceof ConvTranspose2d || module instanceof ConvTranspose3d ? 1 : 0;
const tensorOf = (module: Module, name: string): Tensor => {
  const found = fieldsOf(module)[name];
  if (!(found instanceof CoreTensor))
    throw new ValueError(`Module '${module}' has no parameter or buffer with name '${name}'`);
  return found as Tensor;
};
/**
 * Parametrizes a weight so that its largest singular value is 1.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.spectral_norm.html
 */
export const spectral_norm = define(
  'spectral_norm',
  "module, name='weight', n_power_iterations=1, eps=1e-12, dim=None",
  (
    module: Module,
    name: string = 'weight',
    n_power_iterations: number = 1,
    eps: number = 1e-12,
    dim: number | null = null,
  ): Module => {
    const weight = tensorOf(module, name);
    const norm = new SpectralNorm(weight, n_power_iterations, dim ?? outputAxis(module), Number(eps));
    return register_parametrization(module, name, norm);
  },
);

const maps = ['matrix_exp', 'cayley', 'householder'] as const;
type OrthogonalMap = (typeof maps)[number];
/** A matrix with orthonormal columns (or rows) made of a free one. */
class Orthogonal extends Module {
  shape: readonly number[];
  orthogonal_map: OrthogonalMap;
  declare base: Tensor | null;
  private readonly based: boolean;

  constructor(weight: Tensor, map: OrthogonalMap, use_trivialization: boolean) {
    super();
    this.shape = weight.sizes;
    this.orthogonal_map = map;
    this.based = use_trivialization;
    if (use_trivialization) this.register_buffer('base', null);
  }
  protected override get kind(): string {
    return '_Orthogonal';
  }
  forward(given: Tensor): Tensor {
    const wide = given.sizes.at(-2)! < given.sizes.at(-1)!;
    const x = wide ? given.transpose(-2, -1) : given;
    const [n, k] = x.sizes.slice(-2) as [number, number];
    let q: Tensor;
    if (this.orthogonal_map === 'householder') {
      const a = x.tril(-1);
      const tau = a.mul(a).sum(-2).add(1).reciprocal().mul(2);
      const signs = x
        .mul(eye(n, k, { dtype: x.dtype }))
        .sum(-2)
        .trunc();
      q = (nn.householderProduct(a, tau) as Tensor).mul(signs.detach().unsqueeze(-2));
    } else {
      let square = x.tril();
      if (n !== k)
        square = cat(
          [
            square,
            square
              .narrow(-1, 0, 1)
              .mul(0)
              .expand(...x.sizes.slice(0, -1), n - k),
          ],
          -1,
        );
      const skew = square.sub(square.transpose(-2, -1));
      if (this.orthogonal_map === 'cayley')
        throw new NotImplementedError(
          "orthogonal: orthogonal_map='cayley' is not in Stele; use 'matrix_exp' or 'householder'",
        );
      q = nn.matrixExponential(skew) as Tensor;
      if (n !== k) q = q.narrow(-1, 0, k);
    }
    if (this.based && this.base !== null) q = this.base.matmul(q);
    return wide ? q.transpose(-2, -1) : q;
  }
  right_inverse(given: Tensor): Tensor {
    if (given.ndim !== this.shape.length || given.sizes.some((s, i) => s !== this.shape[i]))
      throw new ValueError(
        `Expected a matrix or batch of matrices of shape ${torchSize(this.shape)}. Got a tensor of shape ${torchSize(given.sizes)}.`,
      );
    if (!this.based || given.ndim > 2)
      throw new NotImplementedError(
        'orthogonal: assigning to the parametrization needs use_trivialization=True and a single matrix in Stele',
      );
    return withGrad(false, () => {
      const wide = given.sizes[0]! < given.sizes[1]!;
      let q = wide ? given.t() : given;
      const [n, k] = q.sizes as [number, number];
      if (n === k && isOrthogonal(q)) q = q.clone();
      else q = orthonormal(n === k ? q : cat([q, randn([n, n - k], { dtype: q.dtype })], -1));
      this.base = q;
      return eye(given.sizes[0]!, given.sizes[1]!, { dtype: given.dtype }).neg();
    });
  }
}
const isOrthogonal = (q: Tensor): boolean => {
  const n = q.sizes[0]!;
  const eps = 10 * n * (q.scalarType === 'float64' ? 2 ** -52 : 2 ** -23);
  return q
    .t()
    .matmul(q)
    .allclose(eye(q.sizes[1]!, q.sizes[1]!, { dtype: q.dtype }), 1e-5, eps);
};
function orthonormal(a: Tensor): Tensor {
  const out = a.detach().clone().contiguous();
  nn.orthogonalColumns(out.storage.array as Float32Array<ArrayBuffer>, out.sizes[0]!, out.sizes[1]!);
  return out;
}
/**
 * Parametrizes a matrix so that its columns (or rows) are orthonormal.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.orthogonal.html
 */
export const orthogonal = define(
  'orthogonal',
  "module, name='weight', orthogonal_map=None, *, use_trivialization=True",
  (
    module: Module,
    name: string = 'weight',
    orthogonal_map: string | null = null,
    o: { use_trivialization?: boolean } = {},
  ): Module => {
    const weight = tensorOf(module, name);
    if (weight.ndim < 2)
      throw new ValueError(`Expected a matrix or batch of matrices. Got a tensor of ${weight.ndim} dimensions.`);
    const square = weight.sizes.at(-1) === weight.sizes.at(-2);
    const map = orthogonal_map ?? (square ? 'matrix_exp' : 'householder');
    if (!(maps as readonly string[]).includes(map))
      throw new ValueError(`orthogonal_map has to be one of "matrix_exp", "cayley", "householder". Got: ${map}`);
    const made = new Orthogonal(weight, map as OrthogonalMap, o.use_trivialization ?? true);
    return register_parametrization(module, name, made, { unsafe: true });
  },
);
export const parametrizations = namespace('torch.nn.utils.parametrizations', {
  orthogonal,
  spectral_norm,
  weight_norm,
});
