import { float32 } from '../../dtypes';
import { get_default_graph } from './mode';

/** How reuse is said: `str(tf.AUTO_REUSE)` names it. */
class ReuseMode {
  toString(): string {
    return '_ReuseMode.AUTO_REUSE';
  }
  __str__(): string {
    return this.toString();
  }
  __repr__(): string {
    return '<_ReuseMode.AUTO_REUSE: 1>';
  }
}
/** Lets `get_variable` find what is there and make what is not. */
export const AUTO_REUSE = new ReuseMode();
export type Reuse = boolean | ReuseMode;
export const reuseOf = (value: unknown): Reuse => (value instanceof ReuseMode ? value : Boolean(value));

/** What variables in a scope have in common: their names' beginning, whether they are reused, how they begin. */
export class VariableScope {
  readonly name: string;
  reuse: Reuse;
  initializer: unknown;
  regularizer: unknown;
  original_name_scope = '';
  readonly dtype = float32;
  constructor(name: string, reuse: Reuse, initializer: unknown, regularizer: unknown) {
    this.name = name;
    this.reuse = reuse;
    this.initializer = initializer;
    this.regularizer = regularizer;
  }
  private collected(key: string): unknown[] {
    return get_default_graph().get_collection(key, `${this.name}/`);
  }
  reuse_variables(): void {
    this.reuse = true;
  }
  set_initializer(initializer: unknown): void {
    this.initializer = initializer;
  }
  set_regularizer(regularizer: unknown): void {
    this.regularizer = regularizer;
  }
  global_variables(): unknown[] {
    return this.collected('variables');
  }
  trainable_variables(): unknown[] {
    return this.collected('trainable_variables');
  }
}
