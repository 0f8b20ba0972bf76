import type { Expr } from '../parse/ast';
import { syntaxError } from '../parse/syntaxError';
import { deleteName, type FunctionContext, storeName, text } from './context';
import { expression, subscript } from './expressions';

const PLAIN =
  /^(?!(?:constructor|prototype|__.*|toString|valueOf|toLocaleString|hasOwnProperty|isPrototypeOf|propertyIsEnumerable)$)[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Statements that store a JavaScript variable (or constant) in a Python target. */
export function storeTarget(fc: FunctionContext, target: Expr, value: string): string {
  switch (target.kind) {
    case 'Name':
      return storeName(fc, target.id, value);
    case 'Attribute':
      return storeAttribute(fc, expression(fc, target.value), fc.mangle(target.name), value);
    case 'Subscript':
      return `$setitem(${expression(fc, target.value)}, ${subscript(fc, target.index)}, ${value});`;
    case 'Tuple':
    case 'List': {
      const star = target.items.findIndex((i) => i.kind === 'Starred');
      const count = target.items.length;
      if (star >= 0 && target.items.some((i, at) => i.kind === 'Starred' && at !== star)) {
        throw syntaxError('multiple starred expressions in assignment', target.line, target.column);
      }
      const t = fc.temp();
      const parts = star < 0 ? `${count}` : `${count}, ${star}, ${count - star - 1}`;
      const stores = target.items.map((item, i) =>
        storeTarget(fc, item.kind === 'Starred' ? item.value : item, `${t}[${i}]`),
      );
      return `${t} = $unpack(${value}, ${parts});\n${stores.join('\n')}`;
    }
    case 'Starred':
      throw syntaxError('starred assignment target must be in a list or tuple', target.line, target.column);
    default:
      throw syntaxError('cannot assign to expression', target.line, target.column);
  }
}

/** `object.name = value`. */
export function storeAttribute(fc: FunctionContext, object: string, name: string, value: string): string {
  if (!PLAIN.test(name)) return `$setattr(${object}, ${text(name)}, ${value});`;
  const o = fc.temp();
  return `if ((${o} = ${object})?.$w === true) ${o}.${name} = ${value}; else $setattr(${o}, ${text(name)}, ${value});`;
}

/** `del target`. */
export function deleteTarget(fc: FunctionContext, target: Expr): string {
  switch (target.kind) {
    case 'Name':
      return deleteName(fc, target.id);
    case 'Attribute':
      return `$delattr(${expression(fc, target.value)}, ${text(fc.mangle(target.name))});`;
    case 'Subscript':
      return `$delitem(${expression(fc, target.value)}, ${subscript(fc, target.index)});`;
    case 'Tuple':
    case 'List':
      return target.items.map((i) => deleteTarget(fc, i)).join('\n');
    default:
      throw syntaxError('cannot delete expression', target.line, target.column);
  }
}
