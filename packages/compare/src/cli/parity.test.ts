import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parity } from './parity';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stele-parity-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, rows: readonly (object | string)[]): Buffer => {
  const bytes = gzipSync(rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n'));
  writeFileSync(join(folder, name), bytes);
  return bytes;
};
const run = async (options: Parameters<typeof parity>[1] = {}) => {
  const lines: string[] = [];
  const json = join(folder, 'out.txt');
  const code = await parity([folder], { json, ...options }, (line) => lines.push(line));
  const result = JSON.parse(readFileSync(json, 'utf8'));
  return { code, text: lines.join('\n'), result, failures: result.failures ?? [] };
};

const tensor = (data: unknown[], dtype = 'float32', shape = [data.length]) => ({ dtype, shape, data });
const op = (id: string, call: string, args: unknown[], out: unknown, more: object = {}) => ({
  id,
  op: call.split('.').at(-1),
  variant: '',
  tier: 'core',
  call,
  args,
  out,
  ...more,
});

describe('torch', () => {
  it('passes what is right, and gradients', async () => {
    const x = tensor([1, 2]);
    const grad = {
      cotangents: [{ out: '', value: tensor([1, 10]) }],
      wrt: [{ path: 'args.0', value: tensor([2, 40]) }],
    };
    write('ops.ndjson.gz', [
      op('square/1', 'torch.square', [x], tensor([1, 4]), { grad }),
      op('getitem/1', 'tensor.__getitem__', [x, [{ slice: [null, null, 2] }]], tensor([1])),
      op('add/1', 'torch.add', [x, tensor(['NaN', 'Infinity'])], tensor(['NaN', 'Infinity'])),
    ]);
    const { code, result } = await run();
    expect(result.failures).toEqual([]);
    expect(result).toMatchObject({
      suite: 'torch',
      categories: { ops: { passed: 3, failed: 0, unsupported: 0, total: 3 } },
    });
    expect(code).toBe(0);
  });

  it('names the first differing element with what was expected, got and allowed', async () => {
    write('ops.ndjson.gz', [
      op(
        'neg/1',
        'torch.neg',
        [tensor([1, 2, 3, 4], 'float32', [2, 2])],
        tensor([-1, -2, -3.5, -9], 'float32', [2, 2]),
      ),
    ]);
    const { code, text, failures } = await run();
    expect(code).toBe(1);
    expect(failures[0]).toMatchObject({
      id: 'neg/1',
      category: 'ops',
      status: 'failed',
      element: { where: 'out', index: [1, 0], expected: -3.5, got: -3 },
    });
    expect(failures[0].element.tolerance).toBeCloseTo(1e-5 + 1.3e-6 * 3.5, 12);
    expect(text).toContain('FAILED ops neg/1 [torch.neg]: out[1, 0]: expected -3.5, got -3 (tolerance 0.0000146');
  });

  it.each([
    ['a value within the tolerance', tensor([1.000005]), 0],
    ['a value beyond it', tensor([1.00005]), 1],
    ['another dtype', tensor([1], 'float64'), 1],
    ['another shape', tensor([1], 'float32', [1, 1]), 1],
    ['NaN for a number', tensor(['NaN']), 1],
  ])('judges %s', async (_, out, code) => {
    write('ops.ndjson.gz', [op('abs/1', 'torch.abs', [tensor([-1])], out)]);
    expect((await run()).code).toBe(code);
  });

  it('counts a missing name as unsupported and names it', async () => {
    write('ops.ndjson.gz', [op('no/1', 'torch.no_such_function', [tensor([1])], tensor([1]))]);
    const { code, text, failures } = await run();
    expect(code).toBe(0);
    expect(failures[0]).toMatchObject({ status: 'unsupported', missing: 'torch.no_such_function' });
    expect(text).toContain('unsupported by name: torch.no_such_function 1');
  });

  it('demands that mistakes are refused', async () => {
    const mistake = (id: string, call: string, args: unknown[]) => ({
      ...op(id, call, args, undefined),
      raises: 'RuntimeError',
      message: 'no',
    });
    write('errors.ndjson.gz', [
      mistake('matmul/1', 'torch.matmul', [tensor([1, 2]), tensor([1, 2, 3])]),
      mistake('neg/1', 'torch.neg', [tensor([1])]),
    ]);
    const { result } = await run();
    expect(result.categories.errors).toMatchObject({ passed: 1, failed: 1 });
  });
});

it('finds suites and categories whatever the names of folders and files', async () => {
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
  const bytes = write('anything.ndjson.gz', [op('abs/1', 'torch.abs', [tensor([-1])], tensor([1]))]);
  writeFileSync(join(folder, 'deep', 'er', 'x.jsonl.gz'), bytes);
  const rows = [{ id: 'ops/p1', op: 'tf.math.square', args: { x: tensor([3]) }, out: tensor([9]) }];
  write('other.ndjson.gz', rows);
  const losses = {
    id: 'losses/MeanSquaredError/1',
    category: 'losses',
    kind: 'function:mean_squared_error',
    variant: '1',
    function: 'mean_squared_error',
    y_true: tensor([1, 2], 'float32', [1, 2]),
    y_pred: tensor([2, 4], 'float32', [1, 2]),
    values: tensor([2.5]),
  };
  writeFileSync(join(folder, 'third.jsonl'), JSON.stringify(losses));
  const { code, result } = await run();
  expect(result.map((r: { suite: string; categories: object }) => [r.suite, r.categories])).toMatchObject([
    ['torch', { ops: { passed: 2 } }],
    ['tf', { ops: { passed: 1 } }],
    ['keras', { losses: { passed: 1 } }],
  ]);
  expect(code).toBe(0);
});

describe('broken recordings', () => {
  const good = op('abs/1', 'torch.abs', [tensor([-1])], tensor([1]));
  it.each([
    ['a row that is not JSON', '{"id": "x/1", "call"', 'x/1', 'line 2: not JSON: expected :'],
    ['a row that is no object', '[1, 2]', 'line 2', 'the row is not a JSON object'],
    ['a row without an id', '{"call": "torch.abs"}', 'line 2', "the row has no 'id'"],
    ['a field that is missing', { ...good, id: 'x/1', out: undefined }, 'x/1', "the row has no 'out'"],
    ['an unknown dtype', { ...good, id: 'x/1', out: tensor([1], 'float99') }, 'x/1', "unknown dtype 'float99'"],
    ['too few elements', { ...good, id: 'x/1', out: tensor([1], 'float32', [2]) }, 'x/1', '1 elements instead of 2'],
    [
      'an element that is no number',
      { ...good, id: 'x/1', out: tensor(['x']) },
      'x/1',
      'element 0 of a float32 tensor is "x"',
    ],
    [
      'a shape that is none',
      { ...good, id: 'x/1', out: tensor([1], 'float32', [-1]) },
      'x/1',
      'a tensor with shape [-1]',
    ],
    ['deep nesting', `{"id":"x/1","call":"torch.abs","args":${'['.repeat(5000)}`, 'x/1', 'more than 500 levels'],
    ['a row of no suite', { id: 'x/1', banana: 1 }, 'x/1', 'no suite has rows like this (fields: id, banana)'],
  ])('%s is one failure, and the rest is replayed', async (_, row, id, message) => {
    write('ops.ndjson.gz', [good, row]);
    const { code, failures, result } = await run();
    expect(code).toBe(1);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ id, status: 'failed' });
    expect(failures[0].reason).toContain(message);
    expect(result.categories.ops.passed).toBe(1);
  });

  it.each([
    ['truncated', (b: Buffer) => b.subarray(0, b.length - 9)],
    ['not gzip', () => Buffer.from('hello')],
  ])('a file that is %s is a failure that says so', async (_, damage) => {
    const bytes = write('ops.ndjson.gz', [good]);
    writeFileSync(join(folder, 'ops.ndjson.gz'), damage(bytes));
    const { code, failures } = await run();
    expect(code).toBe(1);
    expect(failures[0].reason).toContain('the file cannot be read');
  });

  it('says where there is nothing', async () => {
    await expect(run()).rejects.toThrow('no recordings');
    write('ops.ndjson.gz', [good]);
    await expect(run({ filter: 'zebra' })).rejects.toThrow('no recorded cases that hold "zebra"');
    await expect(run({ only: 'optim' })).rejects.toThrow('no recorded cases of the categories optim');
  });
});

it('writes one page that needs nothing else', async () => {
  write('ops.ndjson.gz', [op('<b>/1', 'torch.abs', [tensor([-1])], tensor([7]))]);
  const report = join(folder, 'report.html');
  await run({ report });
  const html = readFileSync(report, 'utf8');
  expect(html).toContain('&#60;b&#62;/1');
  expect(html).not.toMatch(/<b>\/1|src=|href=|https?:/);
});

it('holds what passed before, and forgets nothing', async () => {
  const right = op('abs/1', 'torch.abs', [tensor([-1])], tensor([1]));
  const wrong = { ...right, id: 'abs/2', out: tensor([3]) };
  const ratchet = join(folder, 'passing.txt');
  write('ops.ndjson.gz', [right, wrong]);
  await run({ updateRatchet: ratchet });
  expect(JSON.parse(readFileSync(ratchet, 'utf8'))).toEqual({ torch: { ops: ['abs/1'] } });
  expect((await run({ ratchet })).code).toBe(0);
  write('ops.ndjson.gz', [{ ...right, out: tensor([5]) }, wrong]);
  const { code, text } = await run({ ratchet, updateRatchet: ratchet });
  expect(code).toBe(1);
  expect(text).toContain('NO LONGER PASSES torch ops abs/1: out[0]: expected 5, got 1');
  expect(JSON.parse(readFileSync(ratchet, 'utf8')).torch.ops).toEqual(['abs/1']);
});
