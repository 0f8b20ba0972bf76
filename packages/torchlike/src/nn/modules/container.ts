import type { Tensor } from '../../tensor';
import { Module } from './module';

/** Modules run one after the other; each is a field named by its place. */
export class Sequential extends Module {
  constructor(...layers: Module[] | [Map<string, Module>]) {
    super();
    if (layers[0] instanceof Map) for (const [name, layer] of layers[0]) this.add_module(name, layer);
    else for (const [i, layer] of (layers as Module[]).entries()) this.add_module(String(i), layer);
  }
  forward(input: Tensor): Tensor {
    let x: Tensor = input;
    for (const layer of this.children()) x = layer(x) as Tensor;
    return x;
  }
  append(layer: Module): this {
    this.add_module(String(this.length), layer);
    return this;
  }
  override get length(): number {
    return [...this.children()].length;
  }
  /** Python's `self[i]`. */
  at(i: number): Module {
    const found = [...this.children()].at(i);
    if (found === undefined) throw new RangeError(`index ${i} is out of range`);
    return found;
  }
  [Symbol.iterator](): Iterator<Module> {
    return this.children();
  }
}
/** A list of modules that are registered by being in it. */
export class ModuleList extends Module {
  constructor(modules: Iterable<Module> = []) {
    super();
    for (const module of modules) this.append(module);
  }
  append(module: Module): this {
    this.add_module(String(this.length), module);
    return this;
  }
  override get length(): number {
    return [...this.children()].length;
  }
  at(i: number): Module {
    const found = [...this.children()].at(i);
    if (found === undefined) throw new RangeError(`index ${i} is out of range`);
    return found;
  }
  [Symbol.iterator](): Iterator<Module> {
    return this.children();
  }
}
