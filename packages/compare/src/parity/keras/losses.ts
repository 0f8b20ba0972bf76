import type { Tensor } from '@stele/core';
import * as keras from '@stele/keraslike';
import type { CaseContext } from '../adapter';
import { isObject, type JsonObject } from '../json';
import { hasMember } from '../resolve';
import { withGradients } from './gradient';
import {
  call,
  compareConfig,
  compareGets,
  compareTensor,
  deserialize,
  type Loose,
  need,
  needObject,
  optionalTensor,
  tensorOf,
  within,
} from './objects';

const values = within(1e-5);
const grads = within(1e-4);

/** Options that Keras leaves out of the configuration, as the variant's name spells them: `opt_delta2.0_axis1`. */
function spelledOptions(variant: string, config: JsonObject): Record<string, unknown> {
  const text = /^opt(?:none)?_(.*)$/.exec(variant)?.[1];
  if (text === undefined) return {};
  const found = [...text.matchAll(/([a-z][a-z_]*?)(-?\d+(?:\.\d+)?|True|False)(?:_|$)/g)].map(
    ([, name, value]) => [name!, value === 'True' ? true : value === 'False' ? false : Number(value)] as const,
  );
  return Object.fromEntries(found.filter(([name]) => !(name in config)));
}

export function runLoss(row: JsonObject, { check }: CaseContext): void {
  if (isObject(row.get)) {
    compareGets(check, 'losses', row.get, (where, got, want) => {
      check.same(where, hasMember(got, '__name__') ? got.__name__ : got.name, want);
    });
    return;
  }
  const y_true = tensorOf(need(row, 'y_true'));
  const y_pred = tensorOf(need(row, 'y_pred'));
  if (typeof row.function === 'string') {
    compareTensor(check, 'values', call(`keras.losses.${row.function}`, [y_true, y_pred]), need(row, 'values'), values);
    return;
  }
  const serialized = needObject(row, 'serialized');
  const loss = deserialize(serialized, spelledOptions(String(row.variant), serialized.config as JsonObject));
  const weight = optionalTensor(row.sample_weight);
  const mask = optionalTensor(row.y_pred_mask);
  const taped = withGradients([y_pred], () => loss(y_true, mask === null ? y_pred : masked(y_pred, mask), weight));
  compareTensor(check, 'loss', taped.result, need(row, 'loss'), values);
  if (row.grad_y_pred !== undefined && row.grad_y_pred !== null && row.backend_specific !== 'grad_y_pred') {
    const seed =
      row.cotangent === undefined || row.cotangent === null
        ? tensorOf({ dtype: 'float32', shape: [], data: [1] })
        : tensorOf(row.cotangent);
    const [g] = taped.of([taped.result as Loose], [seed], [y_pred]);
    compareTensor(check, 'grad of y_pred', g, row.grad_y_pred, grads);
  }
  compareConfig(check, 'config', loss.get_config(), serialized.config!);
}

/** Gives a tensor a mask as a layer does that computes one. */
function masked(tensor: Tensor, mask: Tensor): Tensor {
  class Masked extends keras.layers.Layer {
    override supports_masking = true;
    override call(x: Tensor): Tensor {
      return x;
    }
    override compute_mask(): Tensor {
      return mask;
    }
  }
  return new Masked()(tensor, { mask });
}
