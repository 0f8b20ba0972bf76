import type { StmtOf } from '../parse/ast';
import { type Type, unknown } from './types';

/** What is known of a function that the program defines; it grows from pass to pass. */
export interface FunctionInfo {
  readonly node: StmtOf<'Function'> | null;
  /** By parameter: what calls give it. */
  readonly given: Map<string, Type>;
  result: Type;
  /** Whether it waits for something. */
  waits: boolean;
}
export const functionInfo = (node: StmtOf<'Function'> | null): FunctionInfo => ({
  node,
  given: new Map(),
  result: unknown,
  waits: false,
});

/** What is known of a class that the program defines. */
export interface ClassInfo {
  readonly node: StmtOf<'Class'>;
  readonly name: string;
  /** The class of a facade, or of the program, that it extends. */
  base: Type;
  readonly methods: Map<string, FunctionInfo>;
  readonly fields: Map<string, Type>;
}

/** The class of a facade at the end of a chain of the program's own. */
export function foreignBase(of: Function | ClassInfo | null): Function | null {
  let at: Function | ClassInfo | null = of;
  while (at !== null && typeof at === 'object') at = at.base.kind === 'class' ? at.base.value : null;
  return at;
}
export function methodOf(info: ClassInfo, name: string): FunctionInfo | null {
  for (let at: ClassInfo | null = info; at !== null; ) {
    const found = at.methods.get(name);
    if (found !== undefined) return found;
    at = at.base.kind === 'class' && at.base.value !== null && typeof at.base.value === 'object' ? at.base.value : null;
  }
  return null;
}
