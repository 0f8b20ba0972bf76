import type { Check } from './check';
import type { JsonObject } from './json';
import type { RecordingFile } from './rows';

/** What a case may use besides its row. */
export interface CaseContext {
  readonly file: RecordingFile;
  readonly category: string;
  readonly check: Check;
}

/** How the recordings of one framework are replayed. */
export interface Adapter {
  readonly suite: string;
  readonly categories: readonly string[];
  /** The category of a row, or null where it is not of this suite; `stem` is the name of its file without endings. */
  recognise(row: JsonObject, stem: string): string | null;
  /** What a case is about, for grouping. */
  subject(row: JsonObject, category: string): string;
  /** Replays one case; throws where the result is not the recorded one. */
  run(row: JsonObject, context: CaseContext): void | Promise<void>;
}
