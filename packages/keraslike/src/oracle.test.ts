import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type DType, dtypes, toNumbers } from '@stele/core';
import { NDArray } from '@stele/core/numpy';
import * as keras from './index';

const folder = join(__dirname, '../../../../shared/oracle/keras/public');
interface Recorded {
  readonly dtype: DType;
  readonly shape: number[];
  readonly data: (number | string | boolean)[];
}
const array = (t: Recorded): NDArray => {
  const data = dtypes[t.dtype].create(t.data.length);
  t.data.forEach((v, i) => {
    data[i] = (t.dtype === 'int64' ? BigInt(v as number) : Number(v)) as never;
  });
  return new NDArray({ dtype: t.dtype, shape: t.shape, data });
};
const rows = (file: string): any[] => {
  const path = join(folder, `${file}.jsonl.gz`);
  if (!existsSync(path)) return [];
  return gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
};
const near = (got: readonly number[], want: readonly unknown[], tolerance: number): void => {
  expect(got).toHaveLength(want.length);
  got.forEach((v, i) => {
    const w = Number(want[i]);
    expect(Math.abs(v - w)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(w)));
  });
};
const has = (ns: object, name: string): boolean => name in ns;
const table = (list: any[]): [string, any][] => list.map((r) => [r.id as string, r]);
const each = (name: string, list: any[], body: (r: any) => void): void => {
  if (list.length === 0) it.skip(`${name}: the recordings are not beside this checkout`, () => {});
  else it.each(table(list))('%s', (_, r) => body(r));
};

each(
  'losses',
  rows('losses').filter((r) => r.class_name !== undefined && has(keras.losses, r.class_name) && !r.y_pred_mask),
  (r) => {
    const { name: _n, dtype: _d, ...config } = r.config;
    // Keras leaves Huber's delta out of the configuration; the variant names it
    const delta = /^opt_delta([\d.]+)$/.exec(r.variant)?.[1];
    if (delta !== undefined) config.delta = Number(delta);
    const loss = new (keras.losses as any)[r.class_name](config);
    const got = loss(array(r.y_true), array(r.y_pred), r.sample_weight === null ? null : array(r.sample_weight));
    near(toNumbers(got), r.loss.data, 1e-5);
  },
);

each(
  'optimizers',
  rows('optimizers').filter(
    (r) =>
      ['SGD', 'RMSprop'].includes(r.kind) ||
      (r.kind === 'Adam' && !r.config?.amsgrad && !r.serialized?.config?.amsgrad),
  ),
  (r) => {
    const { class_name, config } = r.serialized ?? { class_name: r.kind, config: r.config };
    const kept = Object.fromEntries(
      Object.entries(config).filter(([k]) => !/^(use_ema|ema_|loss_scale|gradient_acc|amsgrad|name)/.test(k)),
    );
    const optimizer = new (keras.optimizers as any)[class_name](kept);
    const variables = r.initial.map((t: Recorded) => new keras.Variable(array(t)));
    for (let s = 0; s < r.steps; s++) {
      optimizer.apply(r.grads[s].map(array), variables);
      variables.forEach((v: keras.Variable, i: number) => {
        near(toNumbers(v), r.params[s][i].data, 1e-5);
      });
    }
  },
);
