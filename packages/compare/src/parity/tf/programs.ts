import { setWarner } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import type { CaseContext } from '../adapter';
import type { Check, Tolerance } from '../check';
import { isObject, type Json, type JsonObject } from '../json';
import { mnist } from '../near';
import { BrokenRow, Unsupported } from '../outcome';
import { missingName, unexpectedEnd } from '../program/missing';
import { describer, type Ended, importsFor, pythonLiteral, type Raised, runProgram } from '../program/python';
import { stepsToPython } from '../program/steps';
import { sameSentence, withoutAddresses } from '../program/text';
import { compareNoted, type Noted, note, show } from '../program/values';
import { isTensorRecord, readValues, scalarOf, valuesOf } from '../tensors';

type Loose = any;

/** One thing that a program recorded. */
type Recorded =
  | { readonly value: Noted }
  | { readonly error: Raised }
  | { readonly error: null; readonly value: Noted }
  | { readonly warnings: readonly string[]; readonly value: Noted }
  | { readonly repr: string }
  | { readonly str: string };

const globals = {
  math: 'import math',
  np: 'import numpy as np',
  tf: 'import tensorflow as tf',
  keras: 'import keras',
};

/** What programs begin with: they were recorded where TensorFlow was loaded, whether or not they name it. */
const inTensorFlow = (source: string): string => importsFor(`tf\n${source}`, globals);

const sourceOf = (row: JsonObject): string => {
  if (typeof row.program === 'string') return row.program;
  if (Array.isArray(row.steps)) return stepsToPython(row.steps);
  throw new BrokenRow("the row has neither 'program' nor 'steps'");
};

/** Values rtol 1e-5, atol 1e-6. */
const near: Tolerance = { rtol: 1e-5, atol: 1e-6 };

/** Programs that record as they go: tape, function, data, v1, messages. */
export async function runRecording(row: JsonObject, { check }: CaseContext): Promise<void> {
  if (!Array.isArray(row.outputs)) throw new BrokenRow("the row has no 'outputs'");
  const found: Recorded[] = [];
  const describe = await describer();
  const value = (x: Loose): void => {
    found.push({ value: note(x) });
  };
  const error = (run: Loose): void => {
    let result: unknown;
    try {
      result = run();
    } catch (thrown) {
      if (thrown instanceof Unsupported) throw thrown;
      found.push({ error: describe(thrown) });
      return;
    }
    found.push({ error: null, value: note(result) });
  };
  const { repr, str } = await import('@stele/python');
  const program = sourceOf(row);
  const ended = await runProgram(inTensorFlow(program), program, {
    'emit(x)': value,
    'expect(x, *rest, **options)': value,
    'expect_none(x)': value,
    'expect_true(x)': value,
    'expect_shape(x, *rest)': (x: Loose) => value([...(x?.shape ?? [])]),
    'expect_dtype(x, *rest)': (x: Loose) => value(x?.dtype?.name ?? x?.dtype),
    'emit_error(run)': error,
    'expect_error(kind, text, run)': (_kind, _text, run) => error(run),
    'emit_warnings(run)': (run) => {
      const warnings: string[] = [];
      const before = setWarner((text) => void warnings.push(text));
      try {
        const result = run();
        found.push({ warnings, value: note(result) });
      } finally {
        setWarner(before);
      }
    },
    'emit_repr(x)': (x) => {
      found.push({ repr: repr(x) });
    },
    'emit_str(x)': (x) => {
      found.push({ str: str(x) });
    },
    'raise_value_error(message)': (message) => {
      throw Object.assign(new Error(String(message)), { name: 'ValueError' });
    },
  });
  compareRecords(check, found, row.outputs, row, ended);
}

function compareRecords(
  check: Check,
  found: readonly Recorded[],
  wanted: readonly Json[],
  row: JsonObject,
  ended: Ended,
): void {
  wanted.forEach((want, i) => {
    const got = found[i];
    if (got === undefined) {
      if (ended.raises !== null) unexpectedEnd(ended);
      check.differ({ where: `output ${i}`, expected: 'a record', got: 'the end of the program' });
    }
    compareRecord(check, `output ${i}`, got, want as JsonObject);
  });
  if (isObject(row.stopped_by)) {
    if (ended.raises === null)
      check.differ({
        where: 'end',
        expected: `${String(row.stopped_by.type)}: ${String(row.stopped_by.message)}`,
        got: 'no exception',
      });
    compareError(check, 'end', { type: ended.raises, bases: [], message: ended.message }, row.stopped_by);
    return;
  }
  if (ended.raises !== null) unexpectedEnd(ended);
  check.same('number of records', found.length, wanted.length);
}

function compareRecord(check: Check, where: string, got: Recorded, want: JsonObject): void {
  if ('error' in want && isObject(want.error)) {
    if (!('error' in got) || got.error === null)
      check.differ({
        where,
        expected: `${String(want.error.type)}: ${String(want.error.message)}`,
        got: 'value' in got ? show(got.value) : 'no error',
      });
    compareError(check, where, got.error, want.error);
    return;
  }
  if ('error' in got && got.error !== null)
    check.differ({ where, expected: 'no error', got: `${got.error.type}: ${got.error.message}` });
  if (typeof want.repr === 'string')
    check.same(where, withoutAddresses('repr' in got ? got.repr : ''), withoutAddresses(want.repr));
  else if (typeof want.str === 'string')
    check.same(where, withoutAddresses('str' in got ? got.str : ''), withoutAddresses(want.str));
  else {
    if (Array.isArray(want.warnings)) {
      const own = 'warnings' in got ? got.warnings : [];
      want.warnings.forEach((w, i) => {
        if (!own.some((text) => sameSentence(text, String(w))))
          check.differ({ where: `${where} warning ${i}`, expected: w, got: own.join(' | ') || 'none' });
      });
    }
    if (!('value' in got)) check.differ({ where, expected: 'a value', got: 'no value' });
    compareNoted(check, where, got.value, want.value ?? null, { tolerance: () => near, kinds: true });
  }
}

/** The class or a base class, and the main sentence. */
export function compareError(check: Check, where: string, got: Raised, want: JsonObject): void {
  const missing = want.type === 'AttributeError' ? null : missingName(got.type, got.message);
  if (missing !== null) throw new Unsupported(missing, `${got.type}: ${got.message}`);
  const kinds = [String(want.type), ...(want.bases as Json[]).map(String)].filter((name) => name !== 'Exception');
  if (!kinds.includes(got.type) && !got.bases.includes(String(want.type)))
    check.differ({
      where: `class of the error of ${where}`,
      expected: `${kinds[0]}: ${String(want.message)}`,
      got: `${got.type}: ${got.message}`,
    });
  if (!sameSentence(got.message, String(want.message)))
    check.differ({ where: `message of ${where}`, expected: want.message, got: got.message });
}

const array = (value: Json): Loose => {
  if (Array.isArray(value)) return value.map(array);
  if (!isTensorRecord(value)) return value;
  const { dtype, shape, data } = readValues(value);
  return new NDArray({ dtype, shape: [...shape], data });
};

/** What is called loss, accuracy or weight in the outputs has its own tolerance. */
function traceTolerance(row: JsonObject, samples: number): (where: string, dtype: string) => Tolerance {
  const stated = /rtol ([\d.e-]+)/.exec(String(row.tol ?? ''))?.[1];
  const history = { rtol: Math.max(2e-4, stated === undefined ? 0 : Number(stated)), atol: 1e-6 };
  return (where) => {
    if (/acc/i.test(where)) return { rtol: history.rtol, atol: 1 / samples + 1e-6 };
    if (/initial|^out\[(w0|x|W\d_first_row|sequence)\]/.test(where)) return near;
    if (/^out\[losses\]/.test(where)) return { rtol: 2e-5, atol: 1e-6 };
    if (/weights|kernel|bias|^out\[[wb]\d?\]|slices_|dense_|before|after|predict|inference/.test(where))
      return { rtol: 1e-5, atol: 2e-4 };
    if (/grads/.test(where)) return { rtol: 1e-3, atol: 1e-4 };
    return history;
  };
}

/** Scripts that fill `out`: traces and quirks. */
export async function runFilling(row: JsonObject, context: CaseContext): Promise<void> {
  const check: Check = context.check;
  const { file } = context;
  if (!isObject(row.outputs)) throw new BrokenRow("the row has no 'outputs'");
  const values: Record<string, unknown> = {};
  let samples = 1;
  for (const [key, value] of Object.entries(isObject(row.data) ? row.data : {})) {
    values[key] = array(value);
    if (key === 'x' || key === 'xa') samples = readValues(value).shape[0] ?? 1;
  }
  if (isObject(row.mnist)) {
    const [from, to] = [Number(row.mnist.from), Number(row.mnist.to)];
    const { x, y } = mnist(file.folder, from, to - from, [28, 28], false);
    const numpy = (t: typeof x): NDArray => {
      const { dtype, shape, data } = valuesOf(t);
      return new NDArray({ dtype, shape: [...shape], data });
    };
    values.images = numpy(x);
    values.labels = numpy(y);
    samples = to - from;
  }
  const params = Object.entries(isObject(row.params) ? row.params : {}).map(([k, v]) => `${k} = ${pythonLiteral(v)}`);
  const filled: Noted[] = [];
  const source = `${[...params, 'out = {}'].join('\n')}\n${sourceOf(row)}\nrecord(out)`;
  const ended = await runProgram(
    inTensorFlow(source),
    source,
    {
      'record(out)': (out) => {
        filled.push(note(out));
      },
    },
    values,
  );
  if (ended.raises !== null) unexpectedEnd(ended);
  const out = filled[0];
  if (out?.kind !== 'dict')
    check.differ({ where: 'end', expected: 'the filled out', got: out === undefined ? 'nothing' : show(out) });
  const entries = new Map(out.entries.map(([k, v]) => [k.kind === 'plain' ? String(k.value) : show(k), v]));
  // a part of the samples may be kept for validation
  const share = scalarOf(isObject(row.params) ? (row.params.validation_split ?? null) : null) ?? 0;
  const tolerance = traceTolerance(row, Math.max(1, Math.floor(samples * (1 - share))));
  for (const [key, want] of Object.entries(row.outputs)) {
    const got = entries.get(key);
    if (got === undefined) check.differ({ where: `out[${key}]`, expected: 'an entry', got: 'none' });
    compareNoted(check, `out[${key}]`, got, want, { tolerance, kinds: false });
  }
}
