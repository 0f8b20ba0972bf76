import type { DType, TypedArray } from '../../tensor/dtype';

/** What an attribute holds: a number, a text, or an array of either. */
export type Hdf5Value = number | bigint | boolean | string | readonly string[] | Hdf5Array;
export interface Hdf5Array {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}
export interface Hdf5Group {
  readonly kind: 'group';
  readonly attributes: Map<string, Hdf5Value>;
  readonly members: Map<string, Hdf5Node>;
}
export interface Hdf5Dataset {
  readonly kind: 'dataset';
  readonly attributes: Map<string, Hdf5Value>;
  readonly shape: readonly number[];
  /** Numbers, or texts. */
  readonly data: TypedArray | readonly string[];
  /** Null for texts. */
  readonly dtype: DType | null;
}
export type Hdf5Node = Hdf5Group | Hdf5Dataset;

export const newGroup = (): Hdf5Group => ({ kind: 'group', attributes: new Map(), members: new Map() });
/** The group at a path inside another, made where it is missing. */
export function groupAt(root: Hdf5Group, path: string): Hdf5Group {
  let at = root;
  for (const name of path.split('/').filter((p) => p !== '')) {
    let next = at.members.get(name);
    if (next === undefined) {
      next = newGroup();
      at.members.set(name, next);
    }
    if (next.kind !== 'group') throw new Error(`${path}: ${name} is a dataset, not a group`);
    at = next;
  }
  return at;
}
/** What lies at a path, if anything does. */
export function nodeAt(root: Hdf5Group, path: string): Hdf5Node | undefined {
  let at: Hdf5Node | undefined = root;
  for (const name of path.split('/').filter((p) => p !== ''))
    at = at?.kind === 'group' ? at.members.get(name) : undefined;
  return at;
}
