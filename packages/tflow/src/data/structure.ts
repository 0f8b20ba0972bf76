import { Tensor as CoreTensor, floatsAreMarked, isTuple, tupleOf } from '@stele/core';
import { NDArray, TextArray } from '@stele/core/numpy';
import { valueError } from '../errors';
import { entriesOf, leavesOf, mapEntries, mapLeaves } from '../nest';
import { TensorSpec, widened } from '../spec';
import { BytesArray, StringTensor, stringTensor } from '../strings';
import { Tensor, toTensor } from '../tensor';
import { Dataset } from './dataset';
import type { ElementFunction } from './elementFunction';

/** What is a component of elements: a tensor, text, or a dataset within. */
export const isComponentValue = (leaf: unknown): boolean =>
  leaf instanceof CoreTensor || leaf instanceof StringTensor || leaf instanceof Dataset;

const isNumbers = (value: unknown): boolean =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  typeof value === 'bigint' ||
  (Array.isArray(value) && value.every(isNumbers));
const isPart = (part: unknown): boolean =>
  part instanceof Tensor ||
  part instanceof NDArray ||
  ArrayBuffer.isView(part) ||
  Array.isArray(part) ||
  entriesOf(part) !== null;

/** Marks components apart from a list of numbers: in Python they are a tuple; in JavaScript, what holds arrays. */
function isStructure(value: unknown): value is readonly unknown[] {
  if (!Array.isArray(value)) return false;
  if (isTuple(value)) return true;
  return !floatsAreMarked() && !isNumbers(value) && (value as readonly unknown[]).some(isPart);
}
const hasText = (value: unknown): boolean =>
  typeof value === 'string' ||
  value instanceof StringTensor ||
  value instanceof TextArray ||
  value instanceof BytesArray ||
  (Array.isArray(value) && value.some(hasText));

const mixed = (value: readonly unknown[]): boolean =>
  value.some((part) => (Array.isArray(part) ? mixed(part) : !hasText(part) && !(part instanceof Uint8Array)));

/** What a user gives as an element, or as slices of elements, with tensors for leaves. */
export function convert(value: unknown): unknown {
  if (entriesOf(value) !== null) return mapEntries(value, convert);
  if (isStructure(value)) {
    const parts = Array.from(value, convert);
    const prototype = Object.getPrototypeOf(value);
    return prototype === Array.prototype ? tupleOf(parts) : Object.setPrototypeOf(parts, prototype);
  }
  if (value === null || value === undefined) return null;
  if (isComponentValue(value) || isSpecial(value)) return value;
  if (Array.isArray(value) && hasText(value) && mixed(value))
    throw valueError("Can't convert Python sequence with mixed types to Tensor.");
  if (hasText(value) || (value instanceof Uint8Array && floatsAreMarked())) return stringTensor(value);
  return toTensor(value as number);
}
/** TensorArrays, ragged and sparse tensors go through as they are. */
export const isSpecial = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && '__component__' in value;

/** What is known where there is no value. */
export class NoneTensorSpec {
  toString(): string {
    return 'NoneTensorSpec()';
  }
  __repr__(): string {
    return this.toString();
  }
  __eq__(other: unknown): boolean {
    return other instanceof NoneTensorSpec;
  }
}

export const mapComponents = (value: unknown, f: (leaf: any) => unknown): unknown => mapLeaves(value, f);
export const componentsOf = (value: unknown): any[] => leavesOf(value);

/** What is known of the elements of a structure. */
export function specFrom(value: unknown): unknown {
  return mapLeaves(value, (leaf) => {
    if (leaf === null || leaf === undefined) return new NoneTensorSpec();
    if (leaf instanceof CoreTensor) return TensorSpec.from_tensor(leaf);
    if (leaf instanceof StringTensor) return leaf.spec();
    if (leaf instanceof Dataset) return new DatasetSpec(leaf.element_spec);
    if (isSpecial(leaf) && 'spec' in (leaf as object)) return (leaf as { spec(): unknown }).spec();
    return leaf;
  });
}
/** The spec of the same structure with every TensorSpec changed. */
export const mapSpec = (spec: unknown, f: (s: TensorSpec) => unknown): unknown =>
  mapLeaves(spec, (leaf) => (leaf instanceof TensorSpec ? f(leaf) : leaf));

export function specText(spec: unknown): string {
  if (isTuple(spec)) return `(${spec.map(specText).join(', ')}${spec.length === 1 ? ',' : ''})`;
  if (Array.isArray(spec)) return `[${spec.map(specText).join(', ')}]`;
  const entries = entriesOf(spec);
  if (entries !== null && spec instanceof Map && spec.constructor !== Map)
    return `OrderedDict([${entries.map(([k, v]) => `('${String(k)}', ${specText(v)})`).join(', ')}])`;
  if (entries !== null) return `{${entries.map(([k, v]) => `'${String(k)}': ${specText(v)}`).join(', ')}}`;
  return String(spec);
}
/** The spec that elements of both fit; an error where structures or dtypes differ. */
export function unitedSpec(
  a: unknown,
  b: unknown,
  fail: () => never = () => {
    throw new TypeError(`Incompatible dataset elements:\n  ${specText(a)} vs.   ${specText(b)}`);
  },
): unknown {
  const shape = (s: unknown): string =>
    Array.isArray(s)
      ? `(${s.map(shape).join(',')})`
      : entriesOf(s) !== null
        ? `{${entriesOf(s)!
            .map(([k, v]) => `${String(k)}:${shape(v)}`)
            .join(',')}}`
        : '*';
  if (shape(a) !== shape(b)) fail();
  const others = leavesOf(b);
  let i = 0;
  return mapLeaves(a, (leaf) => {
    const other = others[i++];
    if (!(leaf instanceof TensorSpec) || !(other instanceof TensorSpec)) return leaf;
    if (leaf.dtype !== other.dtype) fail();
    return TensorSpec.of(widened(leaf.dims, other.dims), leaf.dtype.name);
  });
}

/** The spec of a dataset within an element. */
export class DatasetSpec {
  readonly element_spec: unknown;
  constructor(element_spec: unknown) {
    this.element_spec = element_spec;
  }
  toString(): string {
    return `DatasetSpec(${specText(this.element_spec)}, TensorShape([]))`;
  }
  __repr__(): string {
    return this.toString();
  }
}

/** A spec that knows itself what batches of its values, and their rows, are. */
interface RowSpec {
  batched(size: number | null): unknown;
  row(): unknown;
}
const isRowSpec = (leaf: unknown): leaf is RowSpec => typeof leaf === 'object' && leaf !== null && 'batched' in leaf;
export const batchedSpec = (spec: unknown, size: number | null): unknown =>
  mapLeaves(spec, (leaf) =>
    leaf instanceof TensorSpec
      ? TensorSpec.of(leaf.dims === null ? null : [size, ...leaf.dims], leaf.dtype.name)
      : isRowSpec(leaf)
        ? leaf.batched(size)
        : leaf,
  );
/** The spec of the rows of batches. */
export const rowSpec = (spec: unknown): unknown =>
  mapLeaves(spec, (leaf) =>
    leaf instanceof TensorSpec
      ? TensorSpec.of(leaf.dims === null ? null : leaf.dims.slice(1), leaf.dtype.name)
      : isRowSpec(leaf)
        ? leaf.row()
        : leaf,
  );
/** The spec of what comes first, for functions of which only calls tell. */
export const undefinedSpec = (again: () => Dataset) => (): unknown => {
  let found: unknown = null;
  let seen = 0;
  for (const element of again()) {
    const spec = specFrom(element);
    found = found === null ? spec : unitedSpec(found, spec);
    if (++seen === looks) break;
  }
  return found;
};
/** How many elements are looked at where only they tell what is known of all. */
const looks = 3;
/** The spec of the elements of the datasets that a function makes. */
export const innerSpec = (f: ElementFunction, again: () => Dataset) => (): unknown =>
  f.spec instanceof DatasetSpec && f.spec.element_spec !== null ? f.spec.element_spec : undefinedSpec(again)();
