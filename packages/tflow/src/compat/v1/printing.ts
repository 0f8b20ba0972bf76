import { warn } from '@stele/core';
import { pyStr } from '@stele/core/printing';
import { identity } from '../../creation';
import { compose } from '../../define';
import { shown } from '../../print';
import { type Tensor, type TensorLike, toTensor } from '../../tensor';
import { specOf } from '../../tracing';
import { GraphTensor, resolve } from './graph';
import { computing, executing_eagerly, get_default_graph } from './mode';

/** The first elements of a tensor as the kernel of Print writes them: rows in brackets, one after another. */
function summary(value: TensorLike, most: number): string {
  const t = toTensor(value);
  let left = most;
  const write = (part: unknown): string => {
    if (!Array.isArray(part)) return shown(part instanceof Uint8Array ? new TextDecoder().decode(part) : part, most);
    const nested = Array.isArray(part[0]);
    const parts: string[] = [];
    for (const item of part) {
      if (left <= 0) return `[${parts.join(nested ? '' : ' ')}...]`;
      if (!nested) left--;
      parts.push(write(item));
    }
    return `[${parts.join(nested ? '' : ' ')}]`;
  };
  const text = write(t.tolist());
  return text.startsWith('[') ? text : `[${text}]`;
}
/**
 * The tensor itself, which prints others whenever it is computed.
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/Print
 */
export const Print = compose(
  'tf.Print',
  'input_, data, message=None, first_n=None, summarize=None, name=None',
  (
    input: TensorLike,
    data: readonly unknown[],
    message?: unknown,
    first?: unknown,
    summarize?: unknown,
    name?: unknown,
  ) => {
    let left = Number(first ?? -1);
    const most = Number(summarize ?? 3);
    const show = (values: readonly unknown[]): void => {
      if (left === 0) return;
      left--;
      warn(
        `${message === null || message === undefined ? '' : pyStr(message)}${values.map((v) => summary(v as TensorLike, most)).join('')}`,
      );
    };
    if (executing_eagerly()) {
      show(data);
      return identity(input);
    }
    const source = toTensor(input);
    return new GraphTensor(
      get_default_graph(),
      (name as string | null | undefined) ?? 'Print',
      (run) =>
        computing(() => {
          show(data.map((d) => resolve(d, run)));
          return identity(resolve(source, run) as Tensor);
        }),
      [source, ...data],
      specOf(source),
      'Print',
    );
  },
);
