import { OrderedDict, UnpicklingError } from './values';

/** Throws if containers are nested too deep or hold themselves, so that what walks the result may do it by recursion. */
export function checkNesting(root: unknown, maxDepth: number): void {
  const children = (value: unknown): unknown[] | undefined => {
    if (Array.isArray(value)) return value;
    if (value instanceof OrderedDict)
      return [...value.keys(), ...value.values(), ...(value.attributes?.values() ?? [])];
    if (value instanceof Map) return [...value.keys(), ...value.values()];
    return value instanceof Set ? [...value] : undefined;
  };
  const depths = new Map<unknown, number>();
  const path: { value: unknown; rest: unknown[]; depth: number }[] = [];
  const open = new Set<unknown>();
  const enter = (value: unknown): void => {
    const rest = children(value);
    if (!rest) return;
    const known = depths.get(value);
    if (open.has(value)) throw new UnpicklingError('a container holds itself', 'limit');
    if (known !== undefined) {
      const parent = path.at(-1);
      if (parent) parent.depth = Math.max(parent.depth, known + 1);
      return;
    }
    open.add(value);
    path.push({ value, rest: rest.slice(), depth: 1 });
  };
  enter(root);
  while (path.length) {
    const here = path[path.length - 1]!;
    if (path.length > maxDepth || here.depth > maxDepth) {
      throw new UnpicklingError(`containers are nested more than ${maxDepth} deep`, 'limit');
    }
    if (here.rest.length) {
      enter(here.rest.pop());
      continue;
    }
    path.pop();
    open.delete(here.value);
    depths.set(here.value, here.depth);
    const parent = path.at(-1);
    if (parent) parent.depth = Math.max(parent.depth, here.depth + 1);
  }
}
