import { getattr } from './attributes';
import { PyDict } from './dict';
import { getitem } from './items';
import { error } from './raise';
import { ascii, format, repr, str } from './text';

/** `template.format(*args, **kwargs)`. */
export function templateFormat(template: string, args: readonly unknown[], kwargs: unknown): string {
  let next = 0;
  let manual = false;

  const look = (name: string): unknown => {
    if (name === '') {
      if (manual)
        throw error('ValueError', 'cannot switch from manual field specification to automatic field numbering');
      const i = next++;
      if (i >= args.length) throw error('IndexError', `Replacement index ${i} out of range for positional args tuple`);
      return args[i];
    }
    if (/^\d+$/.test(name)) {
      if (next > 0)
        throw error('ValueError', 'cannot switch from automatic field numbering to manual field specification');
      manual = true;
      const i = Number(name);
      if (i >= args.length) throw error('IndexError', `Replacement index ${i} out of range for positional args tuple`);
      return args[i];
    }
    if (kwargs instanceof PyDict && (kwargs as any).constructor === PyDict) {
      const value = kwargs.get(name);
      if (value === undefined) throw error('KeyError', null, [name]);
      return value;
    }
    return getitem(kwargs, name);
  };

  const field = (text: string): unknown => {
    const m = /^[^.[]*/.exec(text)!;
    let value = look(m[0]);
    let rest = text.slice(m[0].length);
    while (rest !== '') {
      const attribute = /^\.([^.[]+)/.exec(rest);
      const item = attribute ? null : /^\[([^\]]*)\]/.exec(rest);
      if (attribute !== null) {
        if (attribute[1]!.startsWith('__'))
          throw error('AttributeError', `str.format may not read '${attribute[1]}' in Stele`);
        value = getattr(value, attribute[1]!);
      } else if (item !== null) value = getitem(value, /^\d+$/.test(item[1]!) ? Number(item[1]) : item[1]);
      else throw error('ValueError', "Only '.' or '[' may follow ']' in format field specifier");
      rest = rest.slice((attribute ?? item)![0].length);
    }
    return value;
  };

  const expand = (text: string, depth: number): string => {
    if (depth > 2) throw error('ValueError', 'Max string recursion exceeded');
    let out = '';
    let i = 0;
    while (i < text.length) {
      const c = text[i]!;
      if (c === '{') {
        if (text[i + 1] === '{' && depth === 0) {
          out += '{';
          i += 2;
          continue;
        }
        let level = 1;
        let j = i + 1;
        while (j < text.length && level > 0) {
          if (text[j] === '{') level++;
          else if (text[j] === '}') level--;
          j++;
        }
        if (level > 0)
          throw error(
            'ValueError',
            text.length === i + 1 ? "Single '{' encountered in format string" : "expected '}' before end of string",
          );
        out += one(text.slice(i + 1, j - 1), depth);
        i = j;
      } else if (c === '}') {
        if (text[i + 1] !== '}') throw error('ValueError', "Single '}' encountered in format string");
        out += '}';
        i += 2;
      } else {
        out += c;
        i++;
      }
    }
    return out;
  };

  const one = (inside: string, depth: number): string => {
    let bracket = 0;
    let end = inside.length;
    for (let i = 0; i < inside.length; i++) {
      const c = inside[i]!;
      if (c === '[') bracket++;
      else if (c === ']') bracket--;
      else if (bracket === 0 && (c === '!' || c === ':')) {
        end = i;
        break;
      }
    }
    let value = field(inside.slice(0, end));
    let rest = inside.slice(end);
    if (rest.startsWith('!')) {
      const code = rest[1];
      if (code === 'r') value = repr(value);
      else if (code === 's') value = str(value);
      else if (code === 'a') value = ascii(value);
      else throw error('ValueError', `Unknown conversion specifier '${code ?? ''}'`);
      rest = rest.slice(2);
    }
    const spec = rest.startsWith(':') ? rest.slice(1) : '';
    return format(value, spec.includes('{') ? expand(spec, depth + 1) : spec);
  };

  return expand(template, 0);
}
