import { concatBytes, hostFiles, isTuple, tupleOf } from '@stele/core';
import { readRecords, writeRecords } from '@stele/core/formats/tfrecord';
import { kernelError, NotFoundError } from '../errors';
import { toPath } from '../io/strings';
import { parse_tensor, serialize_tensor } from '../io/tensors';
import { entriesOf, leavesOf, mapLeaves } from '../nest';
import { TensorSpec } from '../spec';
import { StringTensor } from '../strings';
import { Dataset } from './dataset';
import { componentsOf } from './structure';

/** A spec as JSON: `[...]` for a tuple, `{...}` for a dict, `{ $: [dtype, dims] }` for a tensor. */
type Written =
  | { readonly $: readonly [string, readonly (number | null)[] | null] }
  | readonly Written[]
  | { [key: string]: Written };
function written(spec: unknown): Written {
  if (spec instanceof TensorSpec) return { $: [String(spec.dtype.name), spec.dims] } as Written;
  if (isTuple(spec)) return spec.map(written);
  const entries = entriesOf(spec);
  if (entries === null)
    throw new TypeError(`Dataset.save: elements of ${String(spec)} cannot be saved in Stele; map them to tensors`);
  return Object.fromEntries(entries.map(([k, v]) => [String(k), written(v)]));
}
function read(value: Written): unknown {
  if (Array.isArray(value)) return tupleOf(value.map(read));
  const own = value as { $?: [string, (number | null)[] | null] };
  if (own.$ !== undefined) return TensorSpec.of(own.$[1], own.$[0]);
  return new Map(Object.entries(value as Record<string, Written>).map(([k, v]) => [k, read(v)]));
}

const specFile = (path: string): string => `${path}/dataset_spec.json`;
const dataFile = (path: string): string => `${path}/elements.tfrecord`;

/** Writes the elements into a folder, in a form of Stele's own: records of the components' TensorProtos. */
export function save(dataset: Dataset, path: unknown): void {
  const folder = toPath('Dataset.save()', path);
  const files = hostFiles('Dataset.save', 'there is no file system here');
  const records: Uint8Array[] = [];
  for (const element of dataset)
    for (const part of componentsOf(element)) records.push((serialize_tensor(part) as StringTensor).values[0]!);
  files.write(dataFile(folder), concatBytes([writeRecords(records)]));
  files.write(specFile(folder), JSON.stringify(written(dataset.element_spec)));
}
export const isSaved = (path: unknown): boolean =>
  hostFiles('Dataset.load', 'there is no file system here').exists(specFile(toPath('Dataset.load()', path)));

/** The dataset that `save` wrote into a folder. */
export function load(path: unknown): Dataset {
  const folder = toPath('Dataset.load()', path);
  const files = hostFiles('Dataset.load', 'there is no file system here');
  if (!isSaved(folder))
    throw new NotFoundError(`tf.data snapshot element_spec file not found: ${folder}/dataset_spec.pb.`);
  const spec = read(JSON.parse(new TextDecoder().decode(files.read(specFile(folder)))) as Written);
  const parts = leavesOf(spec) as TensorSpec[];
  const records = [...readRecords(files.read(dataFile(folder)))];
  if (parts.length === 0 || records.length % parts.length !== 0)
    throw kernelError('LoadDataset', `${dataFile(folder)} does not hold whole elements of ${parts.length} components`);
  const count = records.length / parts.length;
  return new Dataset(
    function* () {
      for (let i = 0; i < count; i++) {
        let part = 0;
        yield mapLeaves(spec, (s) =>
          parse_tensor(new StringTensor([records[i * parts.length + part++]!], []), (s as TensorSpec).dtype),
        );
      }
    },
    count,
    () => spec,
    '_LoadDataset',
  );
}

/** What is read the first time is kept in a folder, and read from there afterwards. */
export function snapshot(dataset: Dataset, path: unknown): Dataset {
  return new Dataset(
    () => {
      if (!isSaved(path)) save(dataset, path);
      return load(path);
    },
    dataset.count,
    () => dataset.element_spec,
    '_MapDataset',
  );
}
