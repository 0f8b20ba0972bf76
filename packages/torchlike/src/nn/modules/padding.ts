import { z } from 'zod';
import { ValueError } from '../../errors';
import type { Tensor } from '../../tensor';
import * as F from '../functional';
import { Module } from './module';
import { type Arguments, asFloats, configure, listed, type Sizes, shown, sizes } from './options';

const sides = z.strictObject({ padding: sizes });
const filled = z.strictObject({ padding: sizes, value: z.number() });

/** Puts something around the last axes: how much before and behind each, the last axis first. */
abstract class Pad extends Module {
  declare padding: readonly number[];
  protected abstract readonly axes: number;
  protected abstract readonly mode: 'constant' | 'reflect' | 'replicate' | 'circular';
  protected each(padding: Sizes): number[] {
    return typeof padding === 'number' ? new Array<number>(2 * this.axes).fill(padding) : [...padding];
  }
  override extra_repr(): string {
    return shown(this, 'padding');
  }
}
abstract class PlainPad extends Pad {
  constructor(...args: Arguments<[padding: Sizes], { padding: Sizes }>) {
    super();
    this.padding = this.each(configure(this, sides, 1, args, ['padding']).padding);
  }
  forward(input: Tensor): Tensor {
    if (this.mode === 'circular' && input.ndim !== this.axes + 1 && input.ndim !== this.axes + 2)
      throw new ValueError(`expected ${this.axes + 1}D or ${this.axes + 2}D input (got ${input.ndim}D input)`);
    return F.pad(input, this.padding, this.mode);
  }
}
abstract class ConstantPad extends Pad {
  declare value: number;
  protected get mode(): 'constant' {
    return 'constant';
  }
  constructor(...args: Arguments<[padding: Sizes, value: number], { padding?: Sizes; value?: number }>) {
    super();
    const o = configure(this, filled, 2, args, ['padding']);
    this.padding = this.each(o.padding);
  }
  forward(input: Tensor): Tensor {
    return F.pad(input, this.padding, this.mode, this.value);
  }
  override extra_repr(): string {
    return listed(this, 'padding', 'value');
  }
}
abstract class ZeroPad extends ConstantPad {
  constructor(...args: Arguments<[padding: Sizes], { padding: Sizes }>) {
    const [first] = args;
    const padding = typeof first === 'object' && 'padding' in first ? first.padding : (first as Sizes);
    super(padding, 0);
    asFloats(this, 'value');
  }
  override extra_repr(): string {
    return shown(this, 'padding');
  }
}
/** A number at both ends of the last axis. */
export class ConstantPad1d extends ConstantPad {
  protected get axes(): number {
    return 1;
  }
}
/** A number around the last two axes. */
export class ConstantPad2d extends ConstantPad {
  protected get axes(): number {
    return 2;
  }
}
/** A number around the last three axes. */
export class ConstantPad3d extends ConstantPad {
  protected get axes(): number {
    return 3;
  }
}
/** Zeros at both ends of the last axis. */
export class ZeroPad1d extends ZeroPad {
  protected get axes(): number {
    return 1;
  }
}
/** Zeros around the last two axes. */
export class ZeroPad2d extends ZeroPad {
  protected get axes(): number {
    return 2;
  }
}
/** Zeros around the last three axes. */
export class ZeroPad3d extends ZeroPad {
  protected get axes(): number {
    return 3;
  }
}
abstract class ReflectionPad extends PlainPad {
  protected get mode(): 'reflect' {
    return 'reflect';
  }
}
/** What lies inside, mirrored at the first and last element. */
export class ReflectionPad1d extends ReflectionPad {
  protected get axes(): number {
    return 1;
  }
}
/** The same for images. */
export class ReflectionPad2d extends ReflectionPad {
  protected get axes(): number {
    return 2;
  }
}
/** The same for volumes. */
export class ReflectionPad3d extends ReflectionPad {
  protected get axes(): number {
    return 3;
  }
}
abstract class ReplicationPad extends PlainPad {
  protected get mode(): 'replicate' {
    return 'replicate';
  }
}
/** The first and last element again and again. */
export class ReplicationPad1d extends ReplicationPad {
  protected get axes(): number {
    return 1;
  }
}
/** The same for images. */
export class ReplicationPad2d extends ReplicationPad {
  protected get axes(): number {
    return 2;
  }
}
/** The same for volumes. */
export class ReplicationPad3d extends ReplicationPad {
  protected get axes(): number {
    return 3;
  }
}
abstract class CircularPad extends PlainPad {
  protected get mode(): 'circular' {
    return 'circular';
  }
}
/** What lies at the other end. */
export class CircularPad1d extends CircularPad {
  protected get axes(): number {
    return 1;
  }
}
/** The same for images. */
export class CircularPad2d extends CircularPad {
  protected get axes(): number {
    return 2;
  }
}
/** The same for volumes. */
export class CircularPad3d extends CircularPad {
  protected get axes(): number {
    return 3;
  }
}
