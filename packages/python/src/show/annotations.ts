import type { Expr } from '../parse/ast';
import { parse } from '../parse/parser';
import type { Context } from './context';
import { show } from './expressions';
import { instanceOf } from './results';
import { any, array, bool, float, int, joined, listOf, none, string, type Type, torchTensor, unknown } from './types';

const plain: Readonly<Record<string, Type>> = {
  str: string,
  int,
  float,
  bool,
  bytes: { kind: 'bytes' },
  object: any,
  Any: any,
};
const itemsOf = (index: Expr): readonly Expr[] => (index.kind === 'Tuple' ? index.items : [index]);

/** An annotation that is text, as an expression; null where it is none. */
function parsed(text: string): Expr | null {
  try {
    const [only] = parse(`(${text})`, 'annotation').body;
    return only?.kind === 'Expr' && only.value.kind !== 'Str' ? only.value : null;
  } catch {
    return null;
  }
}

/** The type that an annotation means. */
export function annotated(c: Context, e: Expr): Type {
  if (e.kind === 'Constant') return e.value === null ? none : any;
  if (e.kind === 'Str') {
    const inner = parsed(e.value);
    return inner === null ? any : annotated(c, inner);
  }
  if (e.kind === 'Binary' && e.op === '|') return joined(annotated(c, e.left), annotated(c, e.right));
  if (e.kind === 'Subscript') {
    const name = e.value.kind === 'Name' ? e.value.id : e.value.kind === 'Attribute' ? e.value.name : '';
    const parts = itemsOf(e.index).map((part) => annotated(c, part));
    if (/^[Tt]uple$/.test(name)) return { kind: 'tuple', items: parts };
    if (/^([Ll]ist|Sequence)$/.test(name)) return listOf(parts[0] ?? any);
    if (/^(Iterable|Iterator|Generator|[Ss]et)$/.test(name)) return { kind: 'iterable', item: parts[0] ?? any };
    if (/^([Dd]ict|Mapping)$/.test(name)) return { kind: 'dict', key: parts[0] ?? any, value: parts[1] ?? any };
    if (name === 'Optional') return joined(parts[0] ?? any, none);
    if (name === 'Union') return parts.reduce(joined, unknown);
    return any;
  }
  if (e.kind === 'Name') {
    const own = c.lookup(e.id);
    if (own === null)
      return (
        plain[e.id] ??
        ({ list: listOf(any), dict: { kind: 'dict', key: any, value: any } } as Record<string, Type>)[e.id] ??
        any
      );
    if (own.kind === 'class') return instanceOf(own.value, own.path);
    return any;
  }
  if (e.kind === 'Attribute') {
    // an annotation is no use of the name at run time
    const before = c.quiet;
    c.quiet = true;
    const { type } = show(c, e);
    c.quiet = before;
    if (type.kind === 'class') return instanceOf(type.value, type.path);
    if (type.kind === 'function' && type.path === 'torch.tensor') return torchTensor;
    return e.name === 'ndarray' ? array : any;
  }
  return any;
}
