import { hostFiles, ops, type Tensor, tupleOf } from '@stele/core';
import { readJpeg } from '@stele/core/formats/jpeg';
import { readPng, withChannels } from '@stele/core/formats/png';
import { NDArray, np } from '@stele/core/numpy';
import { RandomState } from '@stele/core/random';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { image_data_format } from '../config/config';
import { invalidArgument, notImplemented, show, valueError } from '../errors';
import { resizeImages } from '../ops/image';
import { showTuple } from '../tensors';
import { fromNumPy } from './arrays';
import { print } from './progress';
import { type Source, shuffledSource, sourceOf } from './sources';

const anyOf = { nullable: z.string().nullable().default(null), number: z.number().nullable().default(null) };
const listed = {
  directory: z.any(),
  labels: z.any().default('inferred'),
  label_mode: z.string().nullable().default('int'),
  class_names: z.any().default(null),
};
const parted = {
  shuffle: z.boolean().default(true),
  seed: anyOf.number,
  validation_split: anyOf.number,
  subset: anyOf.nullable,
};
const links = only(false, 'folders behind links are');
const tfOnly = only('tf', "other libraries' datasets are");

interface Folder {
  readonly directory: unknown;
  readonly labels: unknown;
  readonly label_mode: string | null;
  readonly class_names: unknown;
  readonly batch_size: number | null;
  readonly shuffle: boolean;
  readonly seed: number | null;
  readonly validation_split: number | null;
  readonly subset: string | null;
  readonly verbose: boolean;
}
interface Kind {
  readonly call: string;
  /** What the files hold, in messages. */
  readonly samples: string;
  readonly file: string;
  readonly missing: string;
  readonly formats: readonly string[];
  readonly load: (path: string) => unknown;
}

const join = (...parts: readonly string[]): string =>
  parts.reduce((a, b) => (a === '' || a.endsWith('/') ? a + b : `${a}/${b}`));
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Lister = (path: string) => readonly { name: string; folder: boolean; link: boolean }[];
function listerOf(call: string): Lister {
  const files = hostFiles(`${call}()`, 'make a dataset of tensors instead');
  if (files.list === undefined)
    throw notImplemented(
      `${call}(): the folders of this file system cannot be listed; make a dataset of tensors instead`,
    );
  return (path) => files.list!(path);
}
/** Paths of the files below a folder, relative to it: folder by folder, in each by name. */
function filesBelow(list: Lister, folder: string, formats: readonly string[]): string[] {
  const folders: { root: string; way: string; names: string[] }[] = [];
  const walk = (root: string, way: string): void => {
    const entries = list(root);
    folders.push({ root, way, names: entries.filter((e) => !e.folder).map((e) => e.name) });
    for (const { name } of entries.filter((e) => e.folder && !e.link)) walk(join(root, name), join(way, name));
  };
  walk(folder, '');
  return folders
    .sort((a, b) => byCode(a.root, b.root))
    .flatMap(({ way, names }) =>
      names
        .sort(byCode)
        .filter((name) => formats.some((f) => name.toLowerCase().endsWith(f)))
        .map((name) => join(way, name)),
    );
}

interface Index {
  readonly paths: readonly string[];
  readonly labels: readonly number[] | null;
}
/** The files of a folder with their labels, in Keras' order or shuffled. */
function indexed(kind: Kind, o: Folder, seed: number): Index & { readonly classes: readonly string[] | null } {
  const directory = String(o.directory);
  const list = listerOf(kind.call);
  let classes: readonly string[] | null = null;
  let labels: number[] | null = null;
  let names: string[];
  if (o.labels === 'inferred') {
    let folders = list(directory)
      .filter((e) => e.folder && !e.name.startsWith('.'))
      .map((e) => e.name)
      .sort(byCode);
    if (o.class_names !== null) {
      const wanted = [...(o.class_names as Iterable<string>)];
      if (!wanted.every((name) => folders.includes(name)))
        throw valueError(
          `The \`class_names\` passed did not match the names of the subdirectories of the target directory. Expected: ${show(folders)} (or a subset of it), but received: class_names=${show(wanted)}`,
        );
      folders = wanted;
    }
    const each = folders.map((name) => filesBelow(list, join(directory, name), kind.formats).map((f) => join(name, f)));
    names = each.flat();
    labels = each.flatMap((files, i) => files.map(() => i));
    classes = folders;
  } else {
    if (o.class_names !== null)
      throw valueError(
        o.labels === null
          ? 'When `labels=None` (no labels), argument `class_names` cannot be specified.'
          : 'When argument `labels` is specified, argument `class_names` cannot be specified (the `class_names` will be the sorted list of labels).',
      );
    names = filesBelow(list, directory, kind.formats);
    if (o.labels !== null) {
      labels = [...(o.labels as Iterable<number>)].map(Number);
      if (labels.length !== names.length)
        throw valueError(
          `Expected the lengths of \`labels\` to match the number of files in the target directory. len(labels) is ${labels.length} while we found ${names.length} files in directory ${directory}.`,
        );
      classes = [...new Set(labels)].sort((a, b) => a - b).map(String);
    }
  }
  if (o.verbose)
    print(
      classes === null
        ? `Found ${names.length} files.\n`
        : `Found ${names.length} files belonging to ${classes.length} classes.\n`,
    );
  const order = names.map((_, i) => i);
  if (o.shuffle) new RandomState(seed).shuffle(order);
  const paths = order.map((i) => join(directory, names[i]!));
  return { paths, labels: labels && order.map((i) => labels[i]!), classes };
}

function part({ paths, labels }: Index, split: number | null, subset: string | null): Index {
  if (!split) return { paths, labels };
  const held = Math.trunc(split * paths.length);
  const training = subset === 'training';
  const cut = <T>(list: readonly T[]): readonly T[] => (training ? list.slice(0, -held) : list.slice(-held));
  print(training ? `Using ${paths.length - held} files for training.\n` : `Using ${held} files for validation.\n`);
  return { paths: cut(paths), labels: labels && cut(labels) };
}

function checkSplit({ validation_split: split, subset, shuffle, seed }: Folder): void {
  if (split && !(split > 0 && split < 1))
    throw valueError(`\`validation_split\` must be between 0 and 1, received: ${split}`);
  if (Boolean(split) !== Boolean(subset))
    throw valueError('If `subset` is set, `validation_split` must be set, and inversely.');
  if (subset !== null && !['training', 'validation', 'both'].includes(subset))
    throw valueError(`\`subset\` must be either "training", "validation" or "both", received: ${subset}`);
  if (split && shuffle && seed === null)
    throw valueError(
      'If using `validation_split` and shuffling the data, you must provide a `seed` argument, to make sure that there is no overlap between the training and validation subset.',
    );
}
function checkLabels(kind: Kind, { labels, label_mode, class_names }: Folder): void {
  if (labels !== 'inferred' && labels !== null) {
    if (!Array.isArray(labels))
      throw valueError(
        `\`labels\` argument should be a list/tuple of integer labels, of the same size as the number of ${kind.file} files in the target directory. If you wish to infer the labels from the subdirectory names in the target directory, pass \`labels="inferred"\`. If you wish to get a dataset that only contains ${kind.samples} (no labels), pass \`labels=None\`. Received: labels=${show(labels)}`,
      );
    if (class_names)
      throw valueError(
        `You can only pass \`class_names\` if \`labels="inferred"\`. Received: labels=${show(labels)}, and class_names=${show(class_names)}`,
      );
  }
  if (label_mode !== null && !['int', 'categorical', 'binary'].includes(label_mode))
    throw valueError(
      `\`label_mode\` argument must be one of "int", "categorical", "binary", or None. Received: label_mode=${label_mode}`,
    );
}

function labelTensor(label: number, mode: string, classes: number): Tensor {
  const array =
    mode === 'int'
      ? { dtype: 'int32' as const, shape: [], data: Int32Array.of(label) }
      : mode === 'binary'
        ? { dtype: 'float32' as const, shape: [1], data: Float32Array.of(label) }
        : {
            dtype: 'float32' as const,
            shape: [classes],
            data: Float32Array.from({ length: classes }, (_, i) => +(i === label)),
          };
  return fromNumPy(new NDArray(array));
}

/** The dataset, or those for training and validation, of a folder. */
function datasetsOf(kind: Kind, given: Folder): Source | Source[] {
  checkLabels(kind, given);
  const none = given.labels === null || given.label_mode === null;
  const o: Folder = none ? { ...given, labels: null, label_mode: null } : given;
  checkSplit(o);
  const seed = o.seed ?? Number(np.random.randint(1_000_000));
  const found = indexed(kind, o, seed);
  const { classes } = found;
  if (o.label_mode === 'binary' && classes!.length !== 2)
    throw valueError(
      `When passing \`label_mode="binary"\`, there must be exactly 2 class_names. Received: class_names=${show(classes)}`,
    );
  const make = ({ paths, labels }: Index, shuffle: boolean, which: string): Source => {
    if (paths.length === 0)
      throw valueError(`No ${which}${kind.missing} found in directory ${String(o.directory)}. ${formatsText(kind)}`);
    const element = (i: number): unknown => {
      const sample = kind.load(paths[i]!);
      return labels === null ? sample : tupleOf([sample, labelTensor(labels[i]!, o.label_mode!, classes!.length)]);
    };
    const buffer = o.batch_size === null ? 1024 : o.batch_size * 8;
    const all = shuffle ? shuffledSource(paths.length, element, buffer, seed) : sourceOf(paths.length, element);
    const out = o.batch_size === null ? all : all.batch(o.batch_size);
    return Object.assign(out, { class_names: classes, file_paths: paths });
  };
  if (o.subset !== 'both') return make(part(found, o.validation_split, o.subset), o.shuffle, '');
  const sides = ['training', 'validation'].map((side) => part(found, o.validation_split, side));
  return [make(sides[0]!, o.shuffle, 'training '), make(sides[1]!, false, 'validation ')];
}
const formatsText = ({ formats }: Kind): string =>
  formats.length === 1
    ? `Allowed format: ${formats[0]}`
    : `Allowed formats: (${formats.map((f) => `'${f}'`).join(', ')})`;

const interpolations = ['bilinear', 'nearest', 'bicubic', 'area', 'lanczos3', 'lanczos5', 'gaussian', 'mitchellcubic'];
const missing = ['area', 'gaussian', 'mitchellcubic'];
const channelsOf: Readonly<Record<string, number>> = { rgb: 3, rgba: 4, grayscale: 1 };
const imageFolder = signature(1, {
  ...listed,
  color_mode: z.string().default('rgb'),
  batch_size: z.number().nullable().default(32),
  image_size: z.any().default([256, 256]),
  ...parted,
  interpolation: z.string().default('bilinear'),
  follow_links: links,
  crop_to_aspect_ratio: z.boolean().default(false),
  pad_to_aspect_ratio: only(false, 'padding to proportions is'),
  data_format: anyOf.nullable,
  format: tfOnly,
  verbose: z.boolean().default(true),
});
/**
 * Batches of the pictures (PNG, JPEG) in a folder whose subfolders are classes, with labels.
 *
 * @throws ValueError in Keras' words for arguments that do not fit; NotImplementedError for GIF and BMP files.
 * @see https://keras.io/api/data_loading/image/#image_dataset_from_directory-function
 */
export function image_dataset_from_directory(
  ...args: Call<[directory: string], [labels: 'inferred' | readonly number[] | null], Keywords<typeof imageFolder>>
): Source | Source[] {
  const o = read('image_dataset_from_directory()', imageFolder, args);
  const channels = channelsOf[o.color_mode];
  if (channels === undefined)
    throw valueError(
      `\`color_mode\` must be one of {"rgb", "rgba", "grayscale"}. Received: color_mode=${o.color_mode}`,
    );
  const size = (Array.isArray(o.image_size) ? o.image_size : [o.image_size, o.image_size]).map(Number);
  if (size.length !== 2 || !size.every((n) => Number.isInteger(n)))
    throw valueError(
      `Invalid \`image_size\` value. Expected a tuple of 2 integers. Received: image_size=${showTuple(size)}`,
    );
  const interpolation = o.interpolation.toLowerCase();
  if (!interpolations.includes(interpolation))
    throw valueError(
      `Argument \`interpolation\` should be one of (${interpolations.map((i) => `'${i}'`).join(', ')}). Received: interpolation=${interpolation}`,
    );
  if (missing.includes(interpolation))
    throw notImplemented(
      `image_dataset_from_directory(): interpolation '${interpolation}' is not in Stele; use bilinear, nearest, bicubic, lanczos3 or lanczos5`,
    );
  const format = o.data_format ?? image_data_format();
  const load = (path: string): Tensor => {
    const bytes = hostFiles('image_dataset_from_directory()', 'make a dataset of tensors instead').read(path);
    const jpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
    if (!jpeg && bytes[0] !== 0x89)
      throw notImplemented(`image_dataset_from_directory(): '${path}' is neither PNG nor JPEG; convert it first`);
    if (jpeg && channels === 4) throw invalidArgument(`'${path}': JPEG does not support 4 channels`);
    const image = jpeg ? { ...readJpeg(bytes, 'fast', channels === 1), depth: 8 as const } : readPng(bytes);
    const data = withChannels(image, channels);
    const pixels = fromNumPy(new NDArray({ dtype: 'uint8', shape: [image.height, image.width, channels], data }));
    // TensorFlow leaves the dtype only where no values are mixed
    const values = interpolation === 'nearest' && !o.crop_to_aspect_ratio ? pixels : ops.cast(pixels, 'float32');
    const { crop_to_aspect_ratio } = o;
    const out = resizeImages(values, size, {
      interpolation,
      crop_to_aspect_ratio,
      data_format: 'channels_last',
    } as never);
    return format === 'channels_first' ? ops.permute(out, [2, 0, 1]) : out;
  };
  const kind: Kind = {
    call: 'image_dataset_from_directory',
    samples: 'images',
    file: 'image',
    missing: 'images',
    formats: ['.bmp', '.gif', '.jpeg', '.jpg', '.png'],
    load,
  };
  return datasetsOf(kind, o);
}

const textFolder = signature(1, {
  ...listed,
  batch_size: z.number().nullable().default(32),
  max_length: anyOf.number,
  ...parted,
  follow_links: links,
  format: tfOnly,
  verbose: z.boolean().default(true),
});
/**
 * Batches of the texts (`.txt`, UTF-8) in a folder whose subfolders are classes, with labels.
 *
 * @throws ValueError in Keras' words for arguments that do not fit.
 * @see https://keras.io/api/data_loading/text/#text_dataset_from_directory-function
 */
export function text_dataset_from_directory(
  ...args: Call<[directory: string], [labels: 'inferred' | readonly number[] | null], Keywords<typeof textFolder>>
): Source | Source[] {
  const o = read('text_dataset_from_directory()', textFolder, args);
  const load = (path: string): string => {
    const bytes = hostFiles('text_dataset_from_directory()', 'make a dataset of texts instead').read(path);
    const cut = o.max_length === null ? bytes : bytes.subarray(0, o.max_length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(cut);
    } catch {
      throw notImplemented(
        `text_dataset_from_directory(): the bytes of '${path}'${o.max_length === null ? '' : ` up to max_length=${o.max_length}`} are not UTF-8, and texts of other bytes are not in Stele`,
      );
    }
  };
  const kind: Kind = {
    call: 'text_dataset_from_directory',
    samples: 'text samples',
    file: 'text',
    missing: 'text files',
    formats: ['.txt'],
    load,
  };
  return datasetsOf(kind, o);
}
