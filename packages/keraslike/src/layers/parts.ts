import { isKeywords } from '@stele/core';
import { Variable } from '../variable';
import type { Layer } from './layer';

const ownNames = new Set([
  'found_parts',
  'locked',
  'learning_weights',
  'all_metrics',
  'own_weights',
  'inbound_nodes',
  'frozen',
  'build_shape',
  'built_for',
  'own_losses',
  'policy',
]);
/** Attributes of these names hold nothing that belongs to a layer. */
export function hideAttributes(names: readonly string[]): void {
  for (const name of names) ownNames.add(name);
}

/** While it is not 0, attributes that were looked at in this moment are taken to be as they were. */
let moment = 0;
let last = 0;
/** Runs a function in which no program's code changes attributes, unless layers are called. */
export function steadily<T>(body: () => T): T {
  const before = moment;
  moment = ++last;
  try {
    return body();
  } finally {
    moment = before;
  }
}
/** Runs a program's own code within that. */
export function unsteadily<T>(body: () => T): T {
  const before = moment;
  moment = 0;
  try {
    return body();
  } finally {
    moment = before === 0 ? 0 : ++last;
  }
}
/** What a function finds out, remembered as long as attributes are taken to be as they were. */
export class Remembered<T> {
  private at = 0;
  private value: T | null = null;
  of(find: () => T): T {
    if (moment === 0) return find();
    if (this.at !== moment || this.value === null) {
      this.value = find();
      this.at = moment;
    }
    return this.value;
  }
}
/** Attributes may have changed: they are looked at again. */
export function moved(): void {
  if (moment !== 0) moment = ++last;
}

/** A list, a Map or a record, and what it held. */
interface Contents {
  readonly container: object;
  readonly items: readonly unknown[];
}

/** The layers, variables and other objects among a layer's attributes, as they were when they were looked for. */
export class Parts {
  readonly layers: Layer[] = [];
  readonly variables: Variable[] = [];
  readonly objects: object[] = [];
  private readonly keys: readonly string[];
  /** What each attribute held; undefined for values that hold nothing. */
  private readonly values: readonly (object | undefined)[];
  private readonly contents: Contents[] = [];
  private seen = 0;

  constructor(
    layer: Layer,
    private readonly isLayer: (value: unknown) => value is Layer,
  ) {
    const attributes = layer as unknown as Record<string, unknown>;
    this.keys = Object.keys(layer);
    this.values = this.keys.map((key) => (ownNames.has(key) ? undefined : held(attributes[key])));
    for (const value of this.values) if (value !== undefined) this.attribute(value);
    this.seen = moment;
  }
  private attribute(value: object): void {
    if (this.isLayer(value)) this.add(value);
    else if (value instanceof Variable) this.variables.push(value);
    else if (isContainer(value)) {
      if (Array.isArray(value))
        for (const v of value) if (v instanceof Variable && !this.variables.includes(v)) this.variables.push(v);
      this.visit(value);
    } else this.objects.push(value);
  }
  private add(layer: Layer): void {
    if (!this.layers.includes(layer)) this.layers.push(layer);
  }
  /** Adds the layers in a list, a Map or a record, however deep. */
  private visit(container: object): void {
    if (this.contents.some((c) => c.container === container)) return;
    const items = itemsOf(container);
    this.contents.push({ container, items });
    for (const value of items)
      if (this.isLayer(value)) this.add(value);
      else if (typeof value === 'object' && value !== null && isContainer(value)) this.visit(value);
  }
  /** Whether the layer's attributes, and what lists and records among them hold, are still these. */
  holdFor(layer: Layer): boolean {
    if (moment !== 0 && this.seen === moment) return true;
    const attributes = layer as unknown as Record<string, unknown>;
    const { keys, values } = this;
    const now = Object.keys(layer);
    if (now.length !== keys.length) return false;
    for (let i = 0; i < now.length; i++) {
      const key = now[i]!;
      if (key !== keys[i]) return false;
      if (held(attributes[key]) !== values[i] && !ownNames.has(key)) return false;
    }
    for (const { container, items } of this.contents) if (!holds(container, items)) return false;
    this.seen = moment;
    return true;
  }
}

// layers are functions too: they can be called
const held = (value: unknown): object | undefined =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : undefined;
/** Python's dictionaries have the methods of a Map. */
const isDictionary = (value: object): value is Map<unknown, unknown> =>
  value instanceof Map ||
  (typeof value === 'object' &&
    'size' in value &&
    typeof (value as { entries?: unknown }).entries === 'function' &&
    typeof (value as { values?: unknown }).values === 'function');
const isContainer = (value: object): boolean => Array.isArray(value) || isDictionary(value) || isKeywords(value);
/** Lists of numbers and words hold no layers, however long they are. */
const isPlain = (list: readonly unknown[]): boolean =>
  [list[0], list.at(-1)].every((v) => typeof v === 'number' || typeof v === 'string');
function itemsOf(container: object): readonly unknown[] {
  if (Array.isArray(container)) return isPlain(container) ? [] : [...container];
  return isDictionary(container) ? [...container.values()] : Object.values(container);
}
function holds(container: object, items: readonly unknown[]): boolean {
  if (Array.isArray(container)) {
    if (container.length !== items.length) return items.length === 0 && isPlain(container);
    for (let i = 0; i < items.length; i++) if (container[i] !== items[i]) return false;
    return true;
  }
  const now = itemsOf(container);
  return now.length === items.length && now.every((v, i) => Object.is(v, items[i]));
}
