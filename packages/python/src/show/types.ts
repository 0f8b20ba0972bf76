import type { ClassInfo, FunctionInfo } from './declared';

/** What the printer knows of a value: enough to choose between an operator and a method. */
export type Type =
  | { readonly kind: 'unknown' | 'none' | 'bool' | 'string' | 'bytes' | 'any' }
  /** `natural`: whole and never negative, so that `%` means the same in both languages. */
  | { readonly kind: 'number'; readonly whole: boolean; readonly natural: boolean }
  /** `loose`: typed wider than `tf.Tensor` in TypeScript; `empty`: null until there is one. */
  | {
      readonly kind: 'tensor';
      readonly family: 'torch' | 'tf';
      readonly name?: 'Variable' | 'Parameter' | 'keras.Variable';
      readonly loose?: boolean;
      readonly empty?: boolean;
    }
  /** An NDArray; `scalar`: of rank 0, a number in Python. */
  | { readonly kind: 'array'; readonly scalar: boolean }
  /** `named`: a class of its own that says itself what its text is (torch.Size). */
  | { readonly kind: 'list'; readonly item: Type; readonly named?: boolean }
  | { readonly kind: 'iterable'; readonly item: Type; readonly text?: string }
  /** `extremes`: torch's values and indices, which TypeScript reads by name. */
  | { readonly kind: 'tuple'; readonly items: readonly Type[]; readonly extremes?: boolean }
  | { readonly kind: 'dict'; readonly key: Type; readonly value: Type }
  /** A plain object with keys of text. */
  | { readonly kind: 'record'; readonly value: Type }
  | { readonly kind: 'module'; readonly value: object | null; readonly path: string }
  | { readonly kind: 'class'; readonly value: Function | ClassInfo | null; readonly path: string }
  | { readonly kind: 'instance'; readonly of: Function | ClassInfo | null; readonly path: string }
  | { readonly kind: 'function'; readonly value: Function | FunctionInfo | null; readonly path: string }
  | { readonly kind: 'union'; readonly of: readonly Type[] };
export type TypeOf<K extends Type['kind']> = Extract<Type, { kind: K }>;

export const unknown: Type = { kind: 'unknown' };
export const any: Type = { kind: 'any' };
export const none: Type = { kind: 'none' };
export const bool: Type = { kind: 'bool' };
export const string: Type = { kind: 'string' };
export const float: Type = { kind: 'number', whole: false, natural: false };
export const int: Type = { kind: 'number', whole: true, natural: false };
export const natural: Type = { kind: 'number', whole: true, natural: true };
export const array: Type = { kind: 'array', scalar: false };
export const torchTensor: Type = { kind: 'tensor', family: 'torch' };
export const tfTensor: Type = { kind: 'tensor', family: 'tf' };
export const listOf = (item: Type): Type => ({ kind: 'list', item });

const sameAs = (a: Type, b: Type): boolean => a === b || JSON.stringify(shape(a)) === JSON.stringify(shape(b));
/** A type as plain data, by which two are compared. */
const shape = (t: Type): unknown => {
  switch (t.kind) {
    case 'list':
    case 'iterable':
      return [t.kind, shape(t.item)];
    case 'tuple':
      return ['tuple', t.items.map(shape)];
    case 'dict':
      return ['dict', shape(t.key), shape(t.value)];
    case 'record':
      return ['record', shape(t.value)];
    case 'union':
      return ['union', t.of.map(shape)];
    case 'module':
    case 'class':
    case 'instance':
    case 'function':
      return [t.kind, t.path];
    default:
      return t;
  }
};

/** What is either of two types, if one type says it without a choice. */
function merged(a: Type, b: Type): Type | null {
  if (a.kind === 'unknown') return b;
  if (b.kind === 'unknown') return a;
  if (sameAs(a, b)) return a;
  if (a.kind === 'any' || b.kind === 'any') return any;
  if (a.kind === 'number' && b.kind === 'number')
    return { kind: 'number', whole: a.whole && b.whole, natural: a.natural && b.natural };
  if (a.kind === 'tensor' && b.kind === 'tensor' && a.family === b.family) {
    const loose = a.loose || b.loose;
    const empty = a.empty || b.empty;
    const name = a.name === b.name ? a.name : undefined;
    return {
      kind: 'tensor',
      family: a.family,
      ...(loose ? { loose } : {}),
      ...(empty ? { empty } : {}),
      ...(name ? { name } : {}),
    };
  }
  if (a.kind === 'array' && b.kind === 'array') return { kind: 'array', scalar: a.scalar && b.scalar };
  if (a.kind === 'list' && b.kind === 'list') return listOf(joined(a.item, b.item));
  if (a.kind === 'dict' && b.kind === 'dict')
    return { kind: 'dict', key: joined(a.key, b.key), value: joined(a.value, b.value) };
  if (a.kind === 'tuple' && b.kind === 'tuple' && a.items.length === b.items.length)
    return { kind: 'tuple', items: a.items.map((item, i) => joined(item, b.items[i]!)) };
  return null;
}

/** What is either of two types. */
export function joined(a: Type, b: Type): Type {
  const out: Type[] = [];
  for (const part of [a, b].flatMap((t) => (t.kind === 'union' ? t.of : [t]))) {
    const i = out.findIndex((known) => merged(known, part) !== null);
    if (i < 0) out.push(part);
    else out[i] = merged(out[i]!, part)!;
  }
  return out.length === 1 ? out[0]! : { kind: 'union', of: out };
}

/** A type's name in TypeScript; null where nothing is known. `imports` takes what the name needs. */
export function typeText(t: Type, need: (name: string) => void): string | null {
  const part = (u: Type): string => typeText(u, need) ?? 'any';
  const wrapped = (u: Type): string => (u.kind === 'union' || u.kind === 'function' ? `(${part(u)})` : part(u));
  switch (t.kind) {
    case 'unknown':
      return null;
    case 'none':
      return 'null';
    case 'bool':
      return 'boolean';
    case 'bytes':
      return 'Uint8Array';
    case 'tensor': {
      const name =
        t.name === 'Parameter'
          ? 'nn.Parameter'
          : t.name === 'keras.Variable'
            ? 'InstanceType<typeof tf.keras.Variable>'
            : `${t.family}.${t.name ?? 'Tensor'}`;
      need(t.name === 'Parameter' ? 'nn' : t.family);
      return t.empty ? `${name} | null` : name;
    }
    case 'array':
      need('NDArray');
      return 'NDArray';
    case 'list':
      return t.item.kind === 'unknown' ? null : `${wrapped(t.item)}[]`;
    case 'iterable':
      return t.text ?? `Iterable<${part(t.item)}>`;
    case 'tuple':
      return `[${t.items.map(part).join(', ')}]`;
    case 'dict':
      return t.key.kind === 'unknown' ? null : `Map<${part(t.key)}, ${part(t.value)}>`;
    case 'record':
      return `Record<string, ${part(t.value)}>`;
    case 'instance':
      return instanceText(t, need);
    case 'class':
      return `typeof ${t.path}`;
    case 'module':
    case 'function':
      return 'any';
    case 'union': {
      const texts = t.of.map(part);
      return texts.includes('any') ? 'any' : [...new Set(texts)].join(' | ');
    }
    default:
      return t.kind;
  }
}

/** The namespaces that have types of their classes' names. */
const typed = /^(nn|optim)\.\w+$|^(torch|tf)\.(GradientTape|Graph|Module|Tensor|Variable|Generator)$/;

function instanceText(t: TypeOf<'instance'>, need: (name: string) => void): string {
  if (t.of !== null && typeof t.of === 'object') return t.path;
  const path = t.path.replace(/^torch\.(?=(nn|optim)\.)/, '');
  need(path.split('.')[0]!);
  return typed.test(path) ? path : `InstanceType<typeof ${path}>`;
}
