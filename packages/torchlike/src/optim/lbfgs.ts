import { nn, ops, withGrad } from '@stele/core';
import { z } from 'zod';
import { cat, zeros } from '../creation';
import { RuntimeError, ValueError } from '../errors';
import { assign } from '../methods/inplace';
import type { Tensor } from '../tensor';
import { type Arguments, Optimizer, type Params, requireNonNegative } from './optimizer';

const schema = z.strictObject({
  lr: z.number().default(1),
  max_iter: z.int().default(20),
  max_eval: z.int().nullable().default(null),
  tolerance_grad: z.number().default(1e-7),
  tolerance_change: z.number().default(1e-9),
  history_size: z.int().default(100),
  line_search_fn: z.string().nullable().default(null),
});
export type LBFGSOptions = z.infer<typeof schema>;

interface Memory {
  func_evals: number;
  n_iter: number;
  d: Tensor | null;
  t: number;
  pairs: nn.CurvaturePair[];
  H_diag: number;
  prev_flat_grad: Tensor | null;
  prev_loss: number;
}
const largest = (t: Tensor): number => Number(ops.max(ops.abs(t)).storage.array[0]);

/**
 * Limited-memory BFGS: each step runs a closure, which computes the loss again, as often as it needs.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.optim.LBFGS.html
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  private readonly memory: Memory = {
    func_evals: 0,
    n_iter: 0,
    d: null,
    t: 0,
    pairs: [],
    H_diag: 1,
    prev_flat_grad: null,
    prev_loss: 0,
  };

  constructor(
    params: Params<LBFGSOptions>,
    ...args: Arguments<
      [
        lr?: number,
        max_iter?: number,
        max_eval?: number | null,
        tolerance_grad?: number,
        tolerance_change?: number,
        history_size?: number,
        line_search_fn?: string | null,
      ],
      Partial<LBFGSOptions>
    >
  ) {
    super(params, schema, args);
    requireNonNegative({ 'learning rate': this.defaults.lr });
    const group = this.param_groups[0]!;
    group.max_eval ??= Math.floor((group.max_iter * 5) / 4);
    this.defaults.max_eval ??= group.max_eval;
    if (this.param_groups.length !== 1)
      throw new ValueError("LBFGS doesn't support per-parameter options (parameter groups)");
  }
  protected update(): void {
    throw new RuntimeError('LBFGS changes all parameters at once');
  }
  private get own(): Tensor[] {
    return this.param_groups[0]!.params;
  }
  private gradient(): Tensor {
    return cat(
      this.own.map((p) => (p.grad === null ? zeros([p.numel()], { dtype: p.dtype }) : p.grad.detach().reshape(-1))),
    );
  }
  private move(from: readonly Tensor[], along: Tensor, t: number): void {
    let at = 0;
    this.own.forEach((p, i) => {
      const part = along.narrow(0, at, p.numel()).reshape([...p.sizes]);
      assign(p, ops.add(from[i]!, ops.mul(part, t)));
      at += p.numel();
    });
  }
  override step(): void;
  override step<T>(closure: () => T): T;
  override step<T>(closure?: () => T): T | void {
    if (closure === undefined) throw new TypeError("LBFGS.step() missing 1 required positional argument: 'closure'");
    return withGrad(false, () => this.minimize(closure));
  }
  private minimize<T>(closure: () => T): T {
    this.stepsTaken++;
    const group = this.param_groups[0]!;
    const { lr, max_iter, tolerance_grad, tolerance_change, history_size, line_search_fn } = group;
    const memory = this.memory;
    const run = (): T => withGrad(true, closure);
    const valueOf = (loss: unknown): number => Number(typeof loss === 'object' ? (loss as Tensor).item() : loss);
    const first = run();
    let loss = valueOf(first);
    let evaluations = 1;
    memory.func_evals++;
    let gradient = this.gradient();
    if (largest(gradient) <= tolerance_grad) return first;
    for (let n = 1; n <= max_iter; n++) {
      memory.n_iter++;
      if (memory.n_iter === 1) {
        memory.d = gradient.neg();
        memory.pairs = [];
        memory.H_diag = 1;
      } else {
        const y = gradient.sub(memory.prev_flat_grad!);
        const s = memory.d!.mul(memory.t);
        const ys = nn.dotNumber(y, s);
        if (ys > 1e-10) {
          if (memory.pairs.length === history_size) memory.pairs.shift();
          memory.pairs.push({ y, s, rho: 1 / ys });
          memory.H_diag = ys / nn.dotNumber(y, y);
        }
        memory.d = nn.lbfgsDirection(gradient, memory.pairs, memory.H_diag) as Tensor;
      }
      const d: Tensor = memory.d!;
      memory.prev_flat_grad = gradient;
      memory.prev_loss = loss;
      memory.t = memory.n_iter === 1 ? Math.min(1, 1 / Number(gradient.abs().sum().item())) * lr : lr;
      const slope = nn.dotNumber(gradient, d);
      if (slope > -tolerance_change) break;
      let used = 0;
      let settled = false;
      const from = this.own.map((p) => p.detach().clone());
      if (line_search_fn !== null) {
        if (line_search_fn !== 'strong_wolfe') throw new RuntimeError("only 'strong_wolfe' is supported");
        const evaluate = (t: number): nn.LinePoint => {
          this.move(from, d, t);
          const value = valueOf(run());
          const found = this.gradient();
          this.move(from, d, 0);
          return { t, loss: value, gradient: found, slope: nn.dotNumber(found, d) };
        };
        const start = { t: 0, loss, gradient, slope };
        const { point, evaluations: tried } = nn.strongWolfe(evaluate, start, memory.t, largest(d), {
          most: group.max_eval! - evaluations,
        });
        ({ loss, t: memory.t } = point);
        gradient = point.gradient as Tensor;
        used = tried;
        this.move(from, d, memory.t);
        settled = largest(gradient) <= tolerance_grad;
      } else {
        this.move(from, d, memory.t);
        if (n !== max_iter) {
          loss = valueOf(run());
          gradient = this.gradient();
          settled = largest(gradient) <= tolerance_grad;
          used = 1;
        }
      }
      evaluations += used;
      memory.func_evals += used;
      if (n === max_iter || evaluations >= group.max_eval! || settled) break;
      if (largest(d.mul(memory.t)) <= tolerance_change || Math.abs(loss - memory.prev_loss) < tolerance_change) break;
    }
    const { pairs, ...kept } = memory;
    const old = { old_dirs: pairs.map((p) => p.y), old_stps: pairs.map((p) => p.s), ro: pairs.map((p) => p.rho) };
    this.state.set(this.own[0]!, { ...kept, ...old });
    return first;
  }
}
