import { type Tensor as CoreTensor, ops } from '@stele/core';
import { bind } from '../../../dispatch';
import { runtimeError, valueError } from '../../../errors';
import { dimsOf } from '../../../spec';
import { type Tensor, type TensorLike, toTensor } from '../../../tensor';
import type { Variable as EagerVariable } from '../../../variable';
import { trainable_variables } from '../collections';
import { gradients } from '../gradients';
import { type GraphTensor, type Run, resolve } from '../graph';
import { executing_eagerly } from '../mode';
import { effectNode } from '../nodes';
import { GraphVariable } from '../variables';

type Pair = readonly [GraphTensor | null, GraphVariable];

/** Base of TF1's optimizers: nodes that compute gradients, and nodes that apply them. */
export abstract class Optimizer {
  protected readonly rate: unknown;
  readonly label: string;
  private readonly slots = new Map<string, Map<GraphVariable, GraphVariable>>();

  constructor(learning_rate: unknown, label: string) {
    this.rate = learning_rate;
    this.label = label;
  }
  get_name(): string {
    return this.label;
  }
  /** A node that moves variables down the gradient of the loss. */
  minimize(loss: Tensor, ...more: readonly unknown[]): GraphTensor {
    const o = bind(
      'minimize',
      [
        'global_step',
        'var_list',
        'gate_gradients',
        'aggregation_method',
        'colocate_gradients_with_ops',
        'name',
        'grad_loss',
      ],
      more,
    );
    const pairs = this.compute_gradients(loss, o.var_list ?? null, { grad_loss: o.grad_loss ?? null });
    const variables = pairs.filter(([g]) => g !== null).map(([, v]) => v);
    if (variables.length === 0)
      throw valueError(
        `No gradients provided for any variable, check your graph for ops that do not support gradients, between variables [${pairs.map(([, v]) => `"${String(v)}"`).join(', ')}] and loss ${String(loss)}.`,
      );
    return this.apply_gradients(pairs, { global_step: o.global_step ?? null, name: o.name ?? null });
  }
  /** The gradient of the loss with respect to each variable; null where there is none. */
  compute_gradients(loss: Tensor, ...more: readonly unknown[]): Pair[] {
    const o = bind(
      'compute_gradients',
      ['var_list', 'gate_gradients', 'aggregation_method', 'colocate_gradients_with_ops', 'grad_loss'],
      more,
    );
    if (executing_eagerly() && typeof loss !== 'function')
      throw runtimeError(
        '`loss` passed to Optimizer.compute_gradients should be a function when eager execution is enabled.',
      );
    const variables = (o.var_list ? [o.var_list].flat() : trainable_variables()) as GraphVariable[];
    if (variables.length === 0) throw valueError('No variables to optimize.');
    const found = gradients(loss, variables, o.grad_loss ? { grad_ys: [o.grad_loss] } : {});
    return variables.map((v, i) => [found[i]!, v] as const);
  }
  apply_gradients(grads_and_vars: Iterable<readonly [unknown, unknown]>, ...more: readonly unknown[]): GraphTensor {
    const o = bind('apply_gradients', ['global_step', 'name'], more);
    const pairs = [...grads_and_vars] as Pair[];
    if (pairs.length === 0) throw valueError('No variables provided.');
    const given = pairs.filter(([g]) => g !== null && g !== undefined) as (readonly [GraphTensor, GraphVariable])[];
    if (given.length === 0)
      throw valueError(
        `No gradients provided for any variable: [${pairs.map(([, v]) => `"${String(v)}"`).join(', ')}].`,
      );
    this.prepare(given.map(([, v]) => v));
    const step = (o.global_step as GraphVariable | null | undefined) ?? null;
    return effectNode(
      (o.name as string | null | undefined) ?? this.label,
      given.map(([g]) => g),
      (run) => {
        // all gradients are those of before the step
        const grads = given.map(([g]) => run.get(g) as Tensor);
        const rate = toTensor(
          resolve(typeof this.rate === 'function' ? (this.rate as () => unknown)() : this.rate, run) as TensorLike,
          resolve(this.rate, run) instanceof Object && 'scalarType' in (resolve(this.rate, run) as object)
            ? null
            : 'float32',
        );
        given.forEach(([, v], i) => {
          const held = run.get(v) as EagerVariable;
          this.apply(run, v, held, grads[i]!, Number((ops.cast(rate, held.scalarType) as Tensor).item()));
        });
        this.finish(run);
        if (step !== null) {
          const held = run.get(step) as EagerVariable;
          held.write(ops.add(held, 1));
        }
      },
    );
  }
  /** The slot of a variable, `get_slot(w, 'momentum')`. */
  get_slot(variable: GraphVariable, name: string): GraphVariable | null {
    return this.slots.get(name)?.get(variable) ?? null;
  }
  get_slot_names(): string[] {
    return [...this.slots.keys()].sort();
  }
  variables(): GraphVariable[] {
    return [...this.slots.values()].flatMap((m) => [...m.values()]);
  }
  protected slot(variable: GraphVariable, name: string, label: string, fill: number): GraphVariable {
    const map = this.slots.get(name) ?? new Map<GraphVariable, GraphVariable>();
    this.slots.set(name, map);
    let made = map.get(variable);
    if (made === undefined) {
      const initial = ops.fullLike(toTensor(0, variable.scalarType), fill, dimsOf(variable) as number[]) as Tensor;
      made = new GraphVariable(initial.numpy(), { name: `${variable.op_name}/${label}`, trainable: false });
      map.set(variable, made);
    }
    return made;
  }
  protected held(run: Run, variable: GraphVariable, name: string): EagerVariable {
    return run.get(this.get_slot(variable, name)!) as EagerVariable;
  }
  protected prepare(_variables: readonly GraphVariable[]): void {}
  protected finish(_run: Run): void {}
  protected abstract apply(
    run: Run,
    variable: GraphVariable,
    held: EagerVariable,
    grad: CoreTensor,
    rate: number,
  ): void;
}
