import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Called as bytes arrive; `total` is undefined where the server does not say. */
export type Progress = (name: string, received: number, total: number | undefined) => void;

export interface DownloadOptions {
  readonly onProgress?: Progress;
  /** Longest wait for all servers together to answer at all (default 4000 ms). */
  readonly answerTimeout?: number;
  /** Longest pause within a download (default 15000 ms). */
  readonly stallTimeout?: number;
}

/** Why a file could not be fetched; `unreachable` when no server answered. */
export class DownloadError extends Error {
  override name = 'DownloadError';
  readonly unreachable: boolean;
  constructor(message: string, unreachable: boolean) {
    super(message);
    this.unreachable = unreachable;
  }
}

// no file here is larger; more than this is not what was asked for
const maxSize = 2 ** 28;

const reason = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message
    ? cause.message
    : error instanceof Error
      ? error.message
      : String(error);
};

/** Receives one response into the part file, appending where the server goes on from where an earlier attempt stopped. */
async function receive(
  url: string,
  name: string,
  part: string,
  deadline: number,
  options: DownloadOptions,
): Promise<void> {
  const have = existsSync(part) ? statSync(part).size : 0;
  const controller = new AbortController();
  let timer = setTimeout(() => controller.abort(new Error('no answer in time')), Math.max(1, deadline - Date.now()));
  let response: Response;
  try {
    response = await fetch(url, { signal: controller.signal, headers: have ? { range: `bytes=${have}-` } : {} });
  } catch (error) {
    throw new DownloadError(reason(controller.signal.aborted ? controller.signal.reason : error), true);
  } finally {
    clearTimeout(timer);
  }
  if (response.status === 416 && have) {
    await response.body?.cancel();
    rmSync(part, { force: true });
    throw new DownloadError('the server cannot go on from the partial file, which was dropped', false);
  }
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new DownloadError(`HTTP status ${response.status}`, false);
  }
  const resumed =
    response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true;
  if (response.status === 206 && !resumed) {
    await response.body.cancel();
    throw new DownloadError('the server sent another range than asked for', false);
  }
  let received = resumed ? have : 0;
  const length = response.headers.get('content-length');
  const total = length === null || response.headers.has('content-encoding') ? undefined : received + Number(length);
  const file = openSync(part, resumed ? 'a' : 'w');
  const reader = response.body.getReader();
  const watch = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new Error('the download stalled')), options.stallTimeout ?? 15000);
  };
  try {
    for (;;) {
      watch();
      const { done, value } = await reader.read();
      if (done) break;
      for (let at = 0; at < value.length; ) at += writeSync(file, value, at);
      received += value.length;
      if (received > maxSize) throw new DownloadError(`more than ${maxSize} bytes`, false);
      options.onProgress?.(name, received, total);
    }
    fsyncSync(file);
  } catch (error) {
    if (error instanceof DownloadError) throw error;
    const why = reason(controller.signal.aborted ? controller.signal.reason : error);
    throw new DownloadError(`broke off after ${received}${total ? ` of ${total}` : ''} bytes (${why})`, false);
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => {});
    closeSync(file);
  }
  if (total !== undefined && received !== total) {
    throw new DownloadError(`broke off after ${received} of ${total} bytes`, false);
  }
}

/**
 * Fetches a file from the first mirror that has it, into `<name>.part` (from where an earlier attempt stopped, if the
 * server can), checks its SHA-256, and only then gives it its name. A partial file stays for the next attempt; one with
 * the wrong checksum is dropped.
 */
export async function downloadFile(
  mirrors: readonly string[],
  name: string,
  sha256: string,
  folder: string,
  options: DownloadOptions = {},
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const target = join(folder, name);
  const part = `${target}.part`;
  const answer = options.answerTimeout ?? 4000;
  const failures: string[] = [];
  let unreachable = true;
  const end = Date.now() + answer;
  for (const mirror of mirrors) {
    // a second try helps where a partial file turned out to be of no use
    for (let attempt = 0; attempt < 2; attempt++) {
      const had = existsSync(part);
      const rest = unreachable ? end - Date.now() : answer;
      if (rest <= 0) break;
      try {
        await receive(mirror + name, name, part, Date.now() + rest, options);
        unreachable = false;
        const found = createHash('sha256').update(readFileSync(part)).digest('hex');
        if (found === sha256) {
          renameSync(part, target);
          return;
        }
        rmSync(part, { force: true });
        throw new DownloadError(`wrong SHA-256 ${found}, expected ${sha256}`, false);
      } catch (error) {
        if (!(error instanceof DownloadError)) throw error;
        unreachable &&= error.unreachable;
        failures.push(`${mirror}: ${error.message}`);
        if (!had || error.unreachable || existsSync(part)) break;
      }
    }
  }
  throw new DownloadError(`${name} could not be downloaded; ${failures.join('; ')}`, unreachable);
}
