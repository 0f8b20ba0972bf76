import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { loadDataset } from '@stele/core/node';
import { NDArray, np } from '@stele/core/numpy';
import { Hono } from 'hono';
import { z } from 'zod';

export const settings = z.strictObject({
  /** File or SavedModel folder of weights; without it those that the classifier's program saved. */
  weights: z.string().optional(),
  data: z.string().optional(),
  out: z.string().optional(),
  /** A JSON file to send; without it the first image of the test data. */
  request: z.string().optional(),
  port: z.int().min(0).max(65535).default(0),
  /** Goes on serving until it is stopped. */
  serve: z.boolean().default(false),
});
export type Settings = z.input<typeof settings>;

const body = z.object({ data: z.array(z.array(z.number()).length(28)).length(28) });

/** What is sent does not say what to score. */
export class BadRequest extends Error {}

/** The image of a request, (28, 28), values 0 to 1. @throws BadRequest that says what is wrong with it. */
export function imageOf(raw_json: string): NDArray {
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw_json);
  } catch (error) {
    throw new BadRequest(`the request is no JSON: ${(error as Error).message}`);
  }
  const read = body.safeParse(parsed);
  if (read.success) return np.array(read.data.data);
  const { path, message } = read.error.issues[0]!;
  throw new BadRequest(`expected {"data": 28 rows of 28 numbers}; ${path.join('.') || 'the request'}: ${message}`);
}

/** A scoring script: what is loaded once, and what answers each request. */
export interface Script {
  init(given: { weights?: string | undefined; out?: string | undefined; data?: string | undefined }): Promise<void>;
  run(raw_json: string): string | Promise<string>;
}

/** Serves `POST /score` on a port (0: a free one): the class name as JSON, or 400 and what is wrong. */
export function startServer(script: Script, port: number): Promise<{ url: string; close(): Promise<void> }> {
  const app = new Hono();
  app.get('/', (c) => c.json({ status: 'ready' }));
  app.post('/score', async (c) => {
    try {
      return c.json(await script.run(await c.req.text()));
    } catch (error) {
      if (error instanceof BadRequest) return c.json({ error: error.message }, 400);
      throw error;
    }
  });
  return new Promise((ready, failed) => {
    const server: ServerType = serve({ fetch: app.fetch, port }, (address: AddressInfo) =>
      ready({
        url: `http://localhost:${address.port}`,
        close: () => new Promise((closed) => server.close(() => closed())),
      }),
    );
    server.on('error', failed);
  });
}

/** A request as the article makes one: the first image of the test data, scaled to 0..1. */
async function sampleRequest(data: string | undefined): Promise<string> {
  const { test } = await loadDataset('fashion-mnist', data === undefined ? {} : { root: data });
  return JSON.stringify({ data: new NDArray(test.images).at(0).div(255).tolist() });
}

/** Loads the weights, serves, sends a request to itself and shows the answer; with `serve` it goes on serving. */
export async function scoreOnce(script: Script, given: Settings): Promise<{ status: number; answer: unknown }> {
  const { weights, data, out, request, port, serve: stay } = settings.parse(given);
  await script.init({ weights, out, data });
  const server = await startServer(script, port);
  console.log(`Listening on ${server.url}/score`);
  try {
    const sent = request === undefined ? await sampleRequest(data) : readFileSync(request, 'utf8');
    const response = await fetch(`${server.url}/score`, { method: 'POST', body: sent });
    const answer: unknown = await response.json();
    console.log(`${response.status} ${JSON.stringify(answer)}`);
    if (stay) await new Promise(() => {});
    return { status: response.status, answer };
  } finally {
    await server.close();
  }
}
