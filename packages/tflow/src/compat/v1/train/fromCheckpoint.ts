import { fromArray } from '@stele/core';
import { pyRepr } from '@stele/core/printing';
import { compose } from '../../../define';
import { valueError } from '../../../errors';
import { toPath } from '../../../io/strings';
import { entriesOf } from '../../../nest';
import { dimsOf, fits } from '../../../spec';
import { type Tensor, tfFamily } from '../../../tensor';
import { load_checkpoint, lossless, openBundle } from '../../../train/reader';
import { latest_checkpoint } from '../../../train/state';
import { GraphTensor } from '../graph';
import { get_default_graph } from '../mode';
import { GraphVariable } from '../variables';

const shapeText = (dims: readonly unknown[]): string => pyRepr([...dims]);
const sizesText = (v: GraphVariable): string => String(v.shape);

/**
 * From now on variables begin with values of a checkpoint: `assignment_map` says which tensor, or which scope of them, goes
 * into which variable or scope of variables.
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/train/init_from_checkpoint
 */
export const init_from_checkpoint = compose(
  'tf.compat.v1.train.init_from_checkpoint',
  'ckpt_dir_or_file, assignment_map',
  (path: unknown, map: unknown): void => {
    const given = toPath('init_from_checkpoint()', path);
    const shapes: Readonly<Record<string, readonly number[]>> = load_checkpoint(given).get_variable_to_shape_map();
    const shapeOf = (name: string): readonly number[] | undefined =>
      Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    const shapesText = `{${Object.entries(shapes)
      .map(([name, shape]) => `'${name}': ${shapeText(shape)}`)
      .join(', ')}}`;
    const prefix = (latest_checkpoint(given) as string | null) ?? given;
    const known = get_default_graph().shared;
    const begin = (v: GraphVariable, name: string): void =>
      v.beginsWith(() => {
        const { data, shape, dtype } = lossless(() => openBundle(prefix, 'init_from_checkpoint()').tensor(name));
        return fromArray(tfFamily, data, shape, dtype) as Tensor;
      });
    const pairs = (entriesOf(map) ?? [...(map as Iterable<readonly [unknown, unknown]>)]) as (readonly [
      string,
      unknown,
    ])[];
    for (const [from, to] of [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const variable = to instanceof GraphVariable ? to : known.get(String(to));
      if (variable !== undefined) {
        const shape = shapeOf(from);
        if (shape === undefined) throw valueError(`Tensor ${from} is not found in ${given} checkpoint ${shapesText}`);
        if (!fits(shape, dimsOf(variable)))
          throw valueError(
            `Shape of variable ${variable.name} (${sizesText(variable)}) doesn't match with shape of tensor ${from} (${shapeText(shape)}) from checkpoint reader.`,
          );
        begin(variable, from);
        continue;
      }
      const target = String(to);
      const scope = target.includes('/') ? target.slice(0, target.lastIndexOf('/')) : '';
      if (!from.endsWith('/'))
        throw valueError(
          `Assignment map with scope only name ${scope} should map to scope only ${from}. Should be 'scope/': 'other_scope/'.`,
        );
      for (const [name, v] of [...known].sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (scope !== '' && !name.startsWith(`${scope}/`)) continue;
        const short = target === '/' ? name : name.slice(scope === '' ? 1 : scope.length + 1);
        const full = (from === '/' ? short : `${from}${short}`).replace(/\/$/, '');
        if (shapeOf(full) === undefined)
          throw valueError(
            `Tensor ${full} (${name.slice(scope.length + 1)} in ${from}) is not found in ${given} checkpoint`,
          );
        begin(v, full);
      }
    }
  },
);
/** Refuses what cannot count steps. */
export function assert_global_step(step: unknown): void {
  if (!(step instanceof GraphTensor))
    throw new TypeError(`Existing "global_step" must be a Variable or Tensor: ${String(step)}.`);
  if (!/^u?int/.test(step.scalarType))
    throw new TypeError(`Existing "global_step" does not have integer type: ${String(step.dtype)}`);
  const dims = dimsOf(step);
  if (dims !== null && dims.length > 0 && dims.every((d) => d !== null))
    throw new TypeError(`Existing "global_step" is not scalar: ${step.shape}`);
}
