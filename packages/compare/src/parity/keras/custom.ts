import { ops, type Tensor } from '@stele/core';
import * as keras from '@stele/keraslike';
import { hasMember } from '../resolve';
import { call, type Loose } from './objects';

const { layers } = keras;

/** The recordings' subclassed models, as their weights and predictions tell them. */
class MLP extends keras.Model {
  private readonly hidden: number;
  private readonly classes: number;
  readonly flatten = new layers.Flatten();
  readonly d1: Loose;
  readonly d2: Loose;

  constructor(options: { hidden: number; classes: number; [key: string]: unknown }) {
    const { hidden, classes, ...rest } = options;
    super(rest as never);
    this.hidden = hidden;
    this.classes = classes;
    this.d1 = new layers.Dense(Number(hidden), { activation: 'relu' });
    this.d2 = new layers.Dense(Number(classes));
  }
  override call(x: Tensor): Tensor {
    return this.d2(this.d1(this.flatten(x)));
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), hidden: this.hidden, classes: this.classes };
  }
}

class Residual extends keras.Model {
  private readonly width: number;
  private readonly depth: number;
  readonly inp: Loose;
  readonly blocks: Loose[];
  readonly bn = new layers.BatchNormalization();
  readonly drop = new layers.Dropout(0.5);
  readonly out: Loose;

  constructor(options: { width: number; depth: number; [key: string]: unknown }) {
    const { width, depth, ...rest } = options;
    super(rest as never);
    this.width = width;
    this.depth = depth;
    this.inp = new layers.Dense(Number(width), { activation: 'relu' });
    this.blocks = Array.from(
      { length: Number(depth) },
      () => new layers.Dense(Number(width), { activation: 'tanh' }) as Loose,
    );
    this.out = new layers.Dense(1);
  }
  override call(x: Tensor, options: { training?: boolean | null } = {}): Tensor {
    const { training } = options;
    let h: Tensor = this.inp(x);
    for (const block of this.blocks) h = ops.add(h, block(h));
    return this.out(this.drop(this.bn(h, { training }), { training }));
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), width: this.width, depth: this.depth };
  }
}

export const customObjects: Readonly<Record<string, unknown>> = { MLP, Residual };

let registered = false;
/** Makes the classes known under their registered names; false where the facade has no register. */
export function registerCustom(): boolean {
  if (!hasMember(keras.saving, 'register_keras_serializable')) return false;
  if (!registered)
    for (const made of [MLP, Residual])
      call('keras.saving.register_keras_serializable', [], { package: 'oracle', name: made.name })(made);
  registered = true;
  return true;
}
