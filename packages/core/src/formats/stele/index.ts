import type { ArrayData } from '../../tensor/dtype';
import { type Bytes, FormatError } from '../bytes';
import { readSafetensors, writeSafetensors } from '../safetensors';

export interface SteleModel {
  /** What describes the model besides its tensors; any JSON value. */
  readonly config: unknown;
  readonly tensors: Map<string, ArrayData>;
}

export const steleVersion = '1';

/**
 * Writes Stele's own model file: a safetensors file (readable by every reader of those) whose metadata hold the
 * configuration as JSON.
 *
 * ```ts
 * const bytes = writeStele({ config: { kind: 'mlp' }, tensors: [['w', { dtype: 'float32', shape: [1], data: new Float32Array(1) }]] });
 * readStele(bytes).config; // { kind: 'mlp' }
 * ```
 */
export function writeStele(model: { config: unknown; tensors: Iterable<readonly [string, ArrayData]> }): Bytes {
  const config = JSON.stringify(model.config);
  if (config === undefined)
    throw new FormatError(`stele: the configuration is ${typeof model.config}, which JSON cannot hold`);
  return writeSafetensors(model.tensors, [
    ['format', 'stele'],
    ['version', steleVersion],
    ['config', config],
  ]);
}

/** Reads what `writeStele` wrote; says what is missing or of another version. */
export function readStele(bytes: Uint8Array): SteleModel {
  const { tensors, metadata } = readSafetensors(bytes);
  const format = metadata?.get('format');
  if (format !== 'stele') {
    throw new FormatError(
      `not a Stele model: the safetensors file has ${format === undefined ? 'no format' : `the format "${format}"`} in its ` +
        'metadata where "stele" is expected; it holds weights only, so load them into a model',
    );
  }
  const version = metadata?.get('version');
  if (version !== steleVersion) {
    throw new FormatError(`Stele model of version ${version ?? '(none)'}: this release reads version ${steleVersion}`);
  }
  const config = metadata?.get('config');
  if (config === undefined)
    throw new FormatError('Stele model without a configuration: "config" is missing in its metadata');
  try {
    return { config: JSON.parse(config) as unknown, tensors };
  } catch (error) {
    throw new FormatError(`Stele model whose configuration is not JSON (${(error as Error).message})`);
  }
}

export { FormatError } from '../bytes';
