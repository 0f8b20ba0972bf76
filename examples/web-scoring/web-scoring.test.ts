import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NDArray, np } from '@stele/core/numpy';
import * as torch from '@stele/torchlike';
import { labels_map } from '../fashion-mnist/settings';
import { NeuralNetwork } from '../fashion-mnist/torchlike';
import { recorded } from '../shared';
import { printed } from '../testing';
import * as keraslike from './keraslike';
import { startServer } from './service';
import * as tflow from './tflow';
import * as torchlike from './torchlike';

const idioms = { torchlike, keraslike, tflow };
const names = Object.keys(idioms) as (keyof typeof idioms)[];
let out: string;
let weights: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'stele-'));
  weights = join(out, 'weights.pth');
  torch.manual_seed(0);
  torch.save(new NeuralNetwork().state_dict(), weights);
});
afterAll(() => rmSync(out, { recursive: true }));

const image = (seed: number): unknown => {
  np.random.seed(seed);
  return np.random.uniform(0, 1, [28, 28]).tolist();
};

describe.each(names)('%s', (idiom) => {
  const script = idioms[idiom];
  let server: Awaited<ReturnType<typeof startServer>>;
  beforeAll(async () => {
    await script.init({ weights, out });
    server = await startServer(script, 0);
  });
  afterAll(() => server.close());
  const post = (body: string): Promise<Response> => fetch(`${server.url}/score`, { method: 'POST', body });

  it('answers a request with a class name', async () => {
    const response = await post(JSON.stringify({ data: image(1) }));
    expect(response.status).toBe(200);
    expect(labels_map).toContain(await response.json());
  });

  it.each<[string, string, RegExp]>([
    ['no JSON', '{"data": [[0.1, ', /^the request is no JSON: /],
    ['nothing', '', /^the request is no JSON: /],
    ['another key', '{"image": []}', /expected \{"data": 28 rows of 28 numbers\}; data: /],
    ['27 rows', JSON.stringify({ data: new Array(27).fill(new Array(28).fill(0)) }), /; data: .*28/],
    ['a short row', JSON.stringify({ data: [...new Array(27).fill(new Array(28).fill(0)), [1]] }), /; data\.27: .*28/],
    ['a word', JSON.stringify({ data: new Array(28).fill(new Array(28).fill('x')) }), /; data\.0\.0: .*number/],
  ])('refuses %s with 400 and says why', async (_, body, message) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toMatch(message);
  });

  it('is ready, and knows no other path', async () => {
    expect((await fetch(server.url)).status).toBe(200);
    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
  });
});

it('every idiom gives equal answers', async () => {
  for (const name of names) await idioms[name].init({ weights, out });
  for (let seed = 0; seed < 10; seed++) {
    const raw = JSON.stringify({ data: image(seed) });
    const answers = await Promise.all(names.map((name) => idioms[name].run(raw)));
    expect(new Set(answers).size).toBe(1);
  }
});

const article = recorded('article', 'fashion-mnist-mini');
const [folder, mini] = article.paths as [string, string];
article.it(`the article’s request, a picture of a sandal, is one in every idiom${article.why}`, async () => {
  const request = join(folder, 'sample_request.json');
  const sent = NDArray.from((JSON.parse(readFileSync(request, 'utf8')) as { data: number[][] }).data);
  expect(sent.shape).toEqual([28, 28]);
  for (const name of names) {
    for (const file of name === 'torchlike' ? ['weights.pth'] : ['weights.pth', 'tf-model']) {
      const { lines, result } = await printed(() =>
        idioms[name].main({ weights: join(folder, file), request, data: mini, out }),
      );
      expect(lines[0]).toMatch(/^Listening on http:\/\/localhost:\d+\/score$/);
      expect(result.status).toBe(200);
      expect(result.answer).toBe('Sandal');
    }
  }
});
