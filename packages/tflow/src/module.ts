import { Variable } from './variable';

/**
 * Base of objects that own variables; `variables` finds them in attributes, lists and modules within, sorted by name.
 *
 * ```ts
 * class Line extends tf.Module { w = new tf.Variable(1); }
 * new Line().trainable_variables.length; // 1
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/Module
 */
export class Module {
  readonly module_name: string;

  constructor(name?: string) {
    this.module_name = name ?? snakeCase(new.target.name);
  }
  get name(): string {
    return this.module_name;
  }
  get variables(): readonly Variable[] {
    return collect(this, new Set()).filter((v): v is Variable => v instanceof Variable);
  }
  get trainable_variables(): readonly Variable[] {
    return this.variables.filter((v) => v.trainable);
  }
  get non_trainable_variables(): readonly Variable[] {
    return this.variables.filter((v) => !v.trainable);
  }
  get submodules(): readonly Module[] {
    return collect(this, new Set()).filter((v): v is Module => v instanceof Module && v !== this);
  }
}

const snakeCase = (name: string): string =>
  name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3_$2$4').toLowerCase();

/** Variables first, then what lies deeper, each level in the order of attribute names. */
function collect(root: object, seen: Set<object>): object[] {
  const found: object[] = [];
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    if (value instanceof Variable) {
      seen.add(value);
      found.push(value);
    } else if (Array.isArray(value)) for (const part of value) visit(part);
    else if (value instanceof Map) for (const part of value.values()) visit(part);
    else if (value instanceof Module) inside(value);
    else if (Object.getPrototypeOf(value) === Object.prototype) for (const part of Object.values(value)) visit(part);
  };
  const inside = (module: object): void => {
    seen.add(module);
    found.push(module);
    const entries = Object.entries(module).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [, value] of entries) if (value instanceof Variable || Array.isArray(value)) visit(value);
    for (const [, value] of entries) visit(value);
  };
  inside(root);
  return found;
}
