import { z } from 'zod';
import { cat, tensor, zeros } from '../../creation';
import { int64 } from '../../dtype';
import { RuntimeError, torchSize, ValueError } from '../../errors';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { ModuleList, Sequential } from './container';
import { Linear } from './linear';
import { Module } from './module';
import { type Arguments, configure, flag, float, place } from './options';

const schema = z.strictObject({
  in_features: z.int(),
  n_classes: z.int(),
  cutoffs: z.array(z.number()),
  div_value: float(4),
  head_bias: flag(false),
  ...place,
});
/** The log-probability of each target and the mean loss; torch calls it _ASMoutput. */
export class ASMoutput {
  readonly output: Tensor;
  readonly loss: Tensor;
  constructor(output: Tensor, loss: Tensor) {
    this.output = output;
    this.loss = loss;
  }
  *[Symbol.iterator](): IterableIterator<Tensor> {
    yield this.output;
    yield this.loss;
  }
  __getitem__(i: number): Tensor {
    return [...this].at(i)!;
  }
  __len__(): number {
    return 2;
  }
  toString(): string {
    return `_ASMoutput(output=${this.output}, loss=${this.loss})`;
  }
}

Object.defineProperty(ASMoutput, 'name', { value: '_ASMoutput' });

/**
 * Softmax over many classes in steps: frequent classes in the head, rare ones in clusters behind it.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveLogSoftmaxWithLoss.html
 */
export class AdaptiveLogSoftmaxWithLoss extends Module {
  declare in_features: number;
  declare n_classes: number;
  declare cutoffs: number[];
  declare div_value: number;
  declare head_bias: boolean;
  declare shortlist_size: number;
  declare n_clusters: number;
  declare head_size: number;
  declare head: Linear;
  declare tail: ModuleList;

  constructor(
    ...args: Arguments<
      [in_features: number, n_classes: number, cutoffs: readonly number[], div_value: number, head_bias: boolean],
      {
        in_features?: number;
        n_classes?: number;
        cutoffs?: readonly number[];
        div_value?: number;
        head_bias?: boolean;
        dtype?: unknown;
      }
    >
  ) {
    super();
    const o = configure(this, schema, 3, args, ['cutoffs']);
    const { cutoffs, dtype } = o;
    if (cutoffs.length === 0) throw new ValueError('cutoffs should be a sequence of length larger than 0');
    const rising = cutoffs.every((c, i) => Number.isInteger(c) && c > (i === 0 ? 0 : cutoffs[i - 1]!));
    if (!rising || cutoffs.at(-1)! > o.n_classes - 1)
      throw new ValueError(
        'cutoffs should be a sequence of unique, positive integers sorted in an increasing order, where each value is between 1 and n_classes-1',
      );
    this.cutoffs = [...cutoffs, o.n_classes];
    this.shortlist_size = cutoffs[0]!;
    this.n_clusters = cutoffs.length;
    this.head_size = this.shortlist_size + this.n_clusters;
    this.head = new Linear(o.in_features, this.head_size, { bias: o.head_bias, dtype });
    this.tail = new ModuleList();
    for (let i = 0; i < this.n_clusters; i++) {
      const hidden = Math.floor(o.in_features / o.div_value ** (i + 1));
      const classes = this.cutoffs[i + 1]! - this.cutoffs[i]!;
      this.tail.append(
        new Sequential(
          new Linear(o.in_features, hidden, { bias: false, dtype }),
          new Linear(hidden, classes, { bias: false, dtype }),
        ),
      );
    }
  }
  reset_parameters(): void {
    this.head.reset_parameters();
    for (const cluster of this.tail) for (const layer of cluster.children()) (layer as Linear).reset_parameters();
  }
  private cluster(i: number, x: Tensor): Tensor {
    return F.log_softmax((this.tail.at(i) as Sequential)(x), 1);
  }
  forward(input_: Tensor, target_: Tensor): ASMoutput {
    const batched = target_.ndim > 0;
    if (target_.ndim > 1) throw new RuntimeError('0D or 1D target tensor expected, multi-target not supported');
    if (batched && input_.sizes[0] !== target_.sizes[0])
      throw new RuntimeError('Input and target should have the same size in the batch dimension.');
    if (input_.ndim !== target_.ndim + 1)
      throw new RuntimeError(
        `${target_.ndim}D target tensor expects ${target_.ndim + 1}D input tensors, but found inputs with size ${torchSize(input_.sizes)}`,
      );
    const x = batched ? input_ : input_.unsqueeze(0);
    const target = batched ? target_ : target_.unsqueeze(0);
    const labels = target.tolist() as number[];
    const limits = [0, ...this.cutoffs];
    // each row's class in the head, and the log-probability that its cluster adds
    const parts: { rows: number[]; values: Tensor }[] = [];
    const heads: number[] = new Array<number>(labels.length).fill(0);
    let used = 0;
    for (let i = 0; i + 1 < limits.length; i++) {
      const [low, high] = [limits[i]!, limits[i + 1]!];
      const rows = labels.flatMap((label, row) => (label >= low && label < high ? [row] : []));
      if (rows.length === 0) continue;
      used += rows.length;
      for (const row of rows) heads[row] = i === 0 ? labels[row]! : this.shortlist_size + i - 1;
      if (i === 0) parts.push({ rows, values: zeros([rows.length], { dtype: x.dtype }) });
      else {
        const found = this.cluster(i - 1, x.index_select(0, whole(rows)));
        const own = whole(rows.map((row) => labels[row]! - low)).unsqueeze(1);
        parts.push({ rows, values: found.gather(1, own).squeeze(1) });
      }
    }
    if (used !== labels.length)
      throw new RuntimeError(
        `Target values should be in [0, ${this.n_classes - 1}], but values in range [${Math.min(...labels)}, ${Math.max(...labels)}] were found. `,
      );
    const order = new Array<number>(labels.length);
    parts
      .flatMap((part) => part.rows)
      .forEach((row, at) => {
        order[row] = at;
      });
    const added = cat(parts.map((part) => part.values)).index_select(0, whole(order));
    const chosen = F.log_softmax(this.head(x), 1).gather(1, whole(heads).unsqueeze(1)).squeeze(1);
    const output = added.add(chosen);
    const loss = output.neg().mean();
    return new ASMoutput(batched ? output : output.squeeze(0), loss);
  }
  /** Log-probabilities of all classes. */
  log_prob(input: Tensor): Tensor {
    const head = F.log_softmax(this.head(input), 1);
    const rare = Array.from({ length: this.n_clusters }, (_, i) =>
      this.cluster(i, input).add(head.select(1, this.shortlist_size + i).unsqueeze(1)),
    );
    return cat([head.narrow(1, 0, this.shortlist_size), ...rare], 1);
  }
  /** The likeliest class of each row. */
  predict(input: Tensor): Tensor {
    const first = this.head(input).argmax(1);
    const inHead = first.lt(this.shortlist_size);
    if (inHead.all().item() === true) return first;
    return this.log_prob(input).argmax(1).where(inHead.logical_not(), first);
  }
}
const whole = (values: readonly number[]): Tensor => tensor(values as number[], { dtype: int64 });
