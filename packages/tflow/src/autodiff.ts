import { Tensor as CoreTensor, gradients, isDifferentiable, namespace, ops, Tape } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { bind } from './dispatch';
import { valueError } from './errors';
import { leavesOf, mapLeaves } from './nest';
import { type Tensor, type TensorLike, toTensor } from './tensor';

/**
 * Forward differentiation: how results change along a direction in which what they are computed from changes.
 *
 * ```ts
 * const x = tf.constant([1.5, 2.5]);
 * const acc = new tf.autodiff.ForwardAccumulator(x, tf.constant([1, 0], tf.float32));
 * const y = acc.with(() => x.mul(x));
 * String(acc.jvp(y)); // 'tf.Tensor([3. 0.], shape=(2,), dtype=float32)'
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/autodiff/ForwardAccumulator
 */
export class ForwardAccumulator {
  private readonly tape = new Tape(true, false);
  private readonly primals: readonly CoreTensor[];
  private readonly tangents: readonly CoreTensor[];

  constructor(...args: readonly unknown[]) {
    const { primals, tangents } = bind('ForwardAccumulator.__init__', ['primals', 'tangents'], args);
    sameStructure(primals, tangents);
    this.primals = leavesOf(primals) as CoreTensor[];
    const directions = leavesOf(tangents);
    this.tangents = this.primals.map((p, i) => toTensor(directions[i] as TensorLike, p.scalarType));
  }

  /** Runs a body while recording, as Python's `with acc:`. */
  with<T>(body: () => T): T {
    this.__enter__();
    try {
      return body();
    } finally {
      this.__exit__();
    }
  }
  __enter__(): this {
    if (this.tape.recording) throw valueError('Accumulator is already recording.');
    this.tape.start();
    for (const p of this.primals) this.tape.watch(p);
    return this;
  }
  __exit__(): null {
    this.tape.stop();
    return null;
  }

  /** The derivative of results along the tangents: null (or zeros, if asked for) where they do not depend on the primals. */
  jvp(primals: unknown, ...rest: readonly unknown[]): unknown {
    const { unconnected_gradients } = bind('ForwardAccumulator.jvp', ['unconnected_gradients'], rest);
    return mapLeaves(primals, (leaf) => {
      const found = leaf instanceof CoreTensor ? this.along(leaf) : null;
      if (found !== null || String(unconnected_gradients ?? 'none') !== 'zero') return found;
      return ops.fullLike(leaf as CoreTensor, 0) as Tensor;
    });
  }

  /** J t is the gradient by u of (Jᵀ u) t, which is linear in u. */
  private along(y: CoreTensor): Tensor | null {
    const own = this.primals.indexOf(y);
    if (own >= 0) return this.tangents[own] as Tensor;
    if (!isDifferentiable(y.scalarType) || y.node === null) return null;
    const u = ops.fullLike(y, 0);
    const second = new Tape(false, false);
    second.watch(u);
    second.start();
    try {
      const back = gradients([y], [u], this.primals, { tape: this.tape, keepSaved: true });
      const parts = back.flatMap((g, i) => (g === null ? [] : [ops.sum(ops.mul(g, this.tangents[i]!))]));
      if (parts.length === 0) return null;
      const total = parts.reduce((a, b) => ops.add(a, b));
      second.stop();
      const seed = ops.fullLike(total, 1);
      const [found] = total.node === null ? [null] : gradients([total], [seed], [u], { tape: second, keepSaved: true });
      return (found ?? ops.fullLike(y, 0)) as Tensor;
    } finally {
      second.stop();
    }
  }
}

function sameStructure(primals: unknown, tangents: unknown): void {
  const kind = (value: unknown): string => (Array.isArray(value) ? 'list' : 'EagerTensor');
  const [a, b] = [leavesOf(primals), leavesOf(tangents)];
  if (a.length === b.length && Array.isArray(primals) === Array.isArray(tangents)) return;
  throw valueError(
    `The two structures don't have the same nested structure.\n\nFirst structure: type=${kind(primals)} str=${pyStr(primals)}\n\nSecond structure: type=${kind(tangents)} str=${pyStr(tangents)}`,
  );
}

/** Forward differentiation. */
export const autodiff = namespace('tf.autodiff', { ForwardAccumulator });
