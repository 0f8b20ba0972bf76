import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isObject, parseJson } from './json';
import { lacksData, type SuiteResult } from './outcome';

/** The ids that passed, by suite and category. */
export type Passing = Record<string, Record<string, string[]>>;

/** Reads a ratchet file; a file that is not there is empty. */
export function readPassing(path: string): Passing {
  if (!existsSync(path)) return {};
  const parsed = parseJson(readFileSync(path, 'utf8'));
  if (!isObject(parsed)) throw new Error(`${path} is not a list of passing cases`);
  return parsed as unknown as Passing;
}

/** The cases that passed before and do not now: `torch ops square/1: out: expected ...`. Cases not replayed, or whose data set is not here, do not count. */
export function slipped(passing: Passing, results: readonly SuiteResult[]): string[] {
  return results.flatMap(({ suite, cases }) =>
    cases
      .filter((c) => c.status !== 'passed' && !lacksData(c.missing) && passing[suite]?.[c.category]?.includes(c.id))
      .map((c) => `${suite} ${c.category} ${c.id}: ${(c.reason ?? '').slice(0, 240)}`),
  );
}

/** Adds what passes now. Nothing is taken away, unless `replace` says that what was replayed counts alone. */
export function updatePassing(passing: Passing, results: readonly SuiteResult[], replace = false): Passing {
  const out: Passing = structuredClone(passing);
  for (const { suite, cases } of results) {
    out[suite] ??= {};
    const own = out[suite]!;
    for (const category of new Set(cases.map((c) => c.category))) {
      const here = cases.filter((c) => c.category === category);
      const replayed = new Set(here.map((c) => c.id));
      const kept = (own[category] ?? []).filter((id) => !replace || !replayed.has(id));
      const passed = here.filter((c) => c.status === 'passed').map((c) => c.id);
      own[category] = [...new Set([...kept, ...passed])].sort();
    }
  }
  return out;
}

/** Sorted, one id a line, so that differences read well. */
export function writePassing(path: string, passing: Passing): void {
  const sorted = Object.fromEntries(
    Object.keys(passing)
      .sort()
      .map((suite) => [
        suite,
        Object.fromEntries(Object.entries(passing[suite]!).sort(([a], [b]) => (a < b ? -1 : 1))),
      ]),
  );
  writeFileSync(path, `${JSON.stringify(sorted, null, 1)}\n`);
}
