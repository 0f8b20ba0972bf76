import { signatureOf } from '@stele/core';
import * as keras from '@stele/keraslike';
import type { CaseContext } from '../adapter';
import type { Check } from '../check';
import { exact } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { Unsupported } from '../outcome';
import { hasMember } from '../resolve';
import { call, compareTensor, type Loose, member, need, plainArgument, rows, tensorOf, within } from './objects';

export function runApi(row: JsonObject, { check }: CaseContext): void {
  if (Array.isArray(row.parameters)) compareSignature(row, check);
  else if (row.kind === 'constants') compareConstants(row, check);
  else {
    const name = String(row.function);
    const args = plainArgument(row.args ?? {}) as Record<string, unknown>;
    const first = row.sequences === undefined ? tensorOf(need(row, 'input')) : plainArgument(row.sequences);
    const tolerance = name === 'normalize' ? within(1e-5) : exact;
    compareTensor(check, 'output', call(`keras.utils.${name}`, [first], args), need(row, 'output'), tolerance);
  }
}

function compareConstants(row: JsonObject, check: Check): void {
  const config = keras.config as Loose;
  for (const key of ['epsilon', 'floatx', 'image_data_format']) {
    if (!hasMember(config, key)) throw new Unsupported(`keras.config.${key}`);
    const [got, want] = [config[key](), row[key]];
    if (typeof want === 'number') check.number(key, Number(got), want, exact);
    else check.same(key, got, want);
  }
}

interface Parameter {
  readonly name: string;
  readonly kind: string;
  readonly default?: string;
}

/** The parameters of a declared signature: names, kinds, and defaults in Python's words. */
function parametersOf(text: string): Parameter[] {
  const out: Parameter[] = [];
  let keywordOnly = false;
  for (const part of splitParameters(text)) {
    if (part === '/') continue;
    if (part === '*') keywordOnly = true;
    else if (part.startsWith('**')) out.push({ name: part.slice(2), kind: 'varkw' });
    else if (part.startsWith('*')) {
      out.push({ name: part.slice(1), kind: 'varargs' });
      keywordOnly = true;
    } else {
      const at = part.indexOf('=');
      const name = (at < 0 ? part : part.slice(0, at)).split('|')[0]!.split(':')[0]!.trim();
      const kind = keywordOnly ? 'keyword_only' : 'positional_or_keyword';
      out.push({ name, kind, ...(at < 0 ? {} : { default: part.slice(at + 1).trim() }) });
    }
  }
  return out;
}
function splitParameters(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  [...text].forEach((c, i) => {
    if (quote !== '') quote = c === quote ? '' : quote;
    else if (c === "'" || c === '"') quote = c;
    else if ('([{'.includes(c)) depth++;
    else if (')]}'.includes(c)) depth--;
    else if (c === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  });
  parts.push(text.slice(start));
  return parts.map((p) => p.trim()).filter((p) => p !== '');
}

/** A recorded default as Python writes it. */
function pythonText(value: Json): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (Array.isArray(value)) return `(${value.map(pythonText).join(', ')}${value.length === 1 ? ',' : ''})`;
  if (isObject(value)) return JSON.stringify(value);
  return String(value);
}
/** Numbers by value, quotes and brackets alike. */
const canonical = (text: string): string =>
  text
    .replaceAll('"', "'")
    .replace(/[[(]/g, '(')
    .replace(/,?\s*[\])]/g, ')')
    .replace(/\s+/g, '')
    .replace(/\d+\.?\d*(?:e[+-]?\d+)?/gi, (n) => String(Number(n)));

function compareSignature(row: JsonObject, check: Check): void {
  const path = `${String(row.namespace)}.${String(row.name)}`;
  const owner = row.type === 'method' ? (keras.Model.prototype as Loose) : null;
  if (owner !== null && !hasMember(owner, String(row.name))) throw new Unsupported(path);
  const value = owner === null ? member(path).value : owner[String(row.name)];
  const declared = signatureOf(value as object);
  if (declared === null) throw new Unsupported(`signature of ${path}`);
  const got = parametersOf(declared.text);
  const want = rows(row.parameters);
  check.same(
    'parameters',
    got.map((p) => `${p.name} ${p.kind}`),
    want.map((p) => `${String(p.name)} ${String(p.kind)}`),
  );
  want.forEach((p, i) => {
    if (p.default === '<object>') return;
    const expected = 'default' in p ? canonical(pythonText(p.default!)) : undefined;
    const own = got[i]!.default === undefined ? undefined : canonical(got[i]!.default!);
    if (own !== expected)
      check.differ({ where: `default of ${String(p.name)}`, expected: expected ?? 'none', got: own ?? 'none' });
  });
}
