import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { FormatError } from '../formats/bytes';
import { DownloadError, downloadFile, type Progress } from './download';
import type { Labelled } from './drawing';
import { type EmbeddedName, embeddedDataset, type ImageDataset } from './embedded';
import { checkPairs, readIdx } from './idx';

export { DownloadError, type Progress } from './download';

export type DatasetName = 'mnist' | 'fashion-mnist';

export interface DatasetOptions {
  /** Folder to read, in torchvision's layout or with the four files in it; before `STELE_DATA`. */
  readonly root?: string;
  /** Where `root` holds none of the files: go on as if it had not been given, instead of an error (default false). */
  readonly fallback?: boolean;
  /** Cache folder in place of `STELE_CACHE` and the user's own. */
  readonly cache?: string;
  /** Never use the network; `STELE_OFFLINE=1` does the same. */
  readonly offline?: boolean;
  readonly onProgress?: Progress;
  /** Base URLs to try in order, in place of the official ones. */
  readonly mirrors?: readonly string[];
  /** SHA-256 by file name, in place of the official ones. */
  readonly checksums?: Readonly<Record<string, string>>;
  readonly answerTimeout?: number;
  readonly stallTimeout?: number;
}

export interface LoadedDataset extends ImageDataset {
  readonly source: 'folder' | 'cache' | 'download' | 'embedded';
  /** The folder it was read from. */
  readonly folder?: string;
  /** One line to show the user: the embedded data are used, and why. */
  readonly notice?: string;
}

interface Description {
  readonly title: string;
  readonly torchvision: string;
  readonly embedded: EmbeddedName;
  readonly mirrors: readonly string[];
  readonly checksums: Readonly<Record<string, string>>;
}

const files = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;

const descriptions: Readonly<Record<DatasetName, Description>> = {
  mnist: {
    title: 'MNIST',
    torchvision: 'MNIST',
    embedded: 'digits',
    mirrors: ['https://ossci-datasets.s3.amazonaws.com/mnist/', 'https://storage.googleapis.com/cvdf-datasets/mnist/'],
    checksums: {
      'train-images-idx3-ubyte.gz': '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
      'train-labels-idx1-ubyte.gz': '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
      't10k-images-idx3-ubyte.gz': '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
      't10k-labels-idx1-ubyte.gz': 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
    },
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST',
    torchvision: 'FashionMNIST',
    embedded: 'garments',
    mirrors: [
      'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    ],
    checksums: {
      'train-images-idx3-ubyte.gz': '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
      'train-labels-idx1-ubyte.gz': 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
      't10k-images-idx3-ubyte.gz': '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
      't10k-labels-idx1-ubyte.gz': '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
    },
  },
};

function describe(name: DatasetName): Description {
  const found = Object.hasOwn(descriptions, name) ? descriptions[name] : undefined;
  if (!found) throw new Error(`unknown data set "${name}"; there are ${Object.keys(descriptions).join(', ')}`);
  return found;
}

/** The path of one of the four files in a folder, unpacked or gzipped. */
const locate = (folder: string, file: string): string | undefined =>
  [join(folder, file), join(folder, `${file}.gz`)].find((path) => existsSync(path));

function readOne(path: string, rank: number): ReturnType<typeof readIdx> {
  const bytes = readFileSync(path);
  let data: Uint8Array = bytes;
  if (path.endsWith('.gz')) {
    try {
      data = gunzipSync(bytes);
    } catch (error) {
      throw new FormatError(`${path}: the gzip file is truncated or damaged (${(error as Error).message})`);
    }
  }
  return readIdx(data, path, { dtype: 'uint8', rank });
}

/** Reads the four files of a folder that holds at least one of them; a missing or damaged one is an error that names it. */
function readFolder(folder: string, title: string): ImageDataset {
  const paths = files.map((file) => locate(folder, file));
  const missing = files.filter((_, i) => !paths[i]);
  if (missing.length) {
    throw new FormatError(`${title}: ${missing.join(', ')} (or .gz) missing in ${folder}; all four files are needed`);
  }
  const pair = (imagesPath: string, labelsPath: string): Labelled => {
    const images = readOne(imagesPath, 3);
    const labels = readOne(labelsPath, 1);
    checkPairs(images, labels, imagesPath, labelsPath);
    return { images, labels };
  };
  const train = pair(paths[0]!, paths[1]!);
  const test = pair(paths[2]!, paths[3]!);
  const [a, b] = [train.images.shape.slice(1), test.images.shape.slice(1)];
  if (a.join() !== b.join()) {
    throw new FormatError(`${title}: ${paths[0]} has images of ${a.join(' x ')}, but ${paths[2]} of ${b.join(' x ')}`);
  }
  return { train, test };
}

/** The folder within `root` that holds files of the data set. */
function findFolder(root: string, { torchvision }: Description, name: DatasetName): string | undefined {
  const places = [join(root, torchvision, 'raw'), root, join(root, name)];
  return places.find((folder) => files.some((file) => locate(folder, file)));
}

/** Where downloaded data sets are kept: `STELE_CACHE`, else `stele` in the user's cache folder; then `datasets/<name>`. */
export function datasetCacheFolder(name: DatasetName, options: Pick<DatasetOptions, 'cache'> = {}): string {
  const { STELE_CACHE, LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  const user =
    process.platform === 'win32'
      ? LOCALAPPDATA || join(homedir(), 'AppData', 'Local')
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Caches')
        : XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(options.cache || STELE_CACHE || join(user, 'stele'), 'datasets', name);
}

/** What a folder or the cache holds, or undefined. */
function local(name: DatasetName, options: DatasetOptions): LoadedDataset | undefined {
  const description = describe(name);
  const named = [options.root, process.env['STELE_DATA']].filter((folder) => !!folder) as string[];
  for (const root of named) {
    const folder = findFolder(root, description, name);
    if (folder) return { ...readFolder(folder, description.title), source: 'folder', folder };
  }
  const required = options.root && !options.fallback ? options.root : process.env['STELE_DATA'];
  if (required) {
    throw new FormatError(
      `${description.title}: no files in ${required}; expected ${files[0]} and the like (or .gz) in it, or in ` +
        `${join(description.torchvision, 'raw')} within it`,
    );
  }
  const folder = datasetCacheFolder(name, options);
  if (files.every((file) => locate(folder, file))) {
    return { ...readFolder(folder, description.title), source: 'cache', folder };
  }
  return undefined;
}

function embedded(name: DatasetName, why: string): LoadedDataset {
  const { title, embedded: stand } = describe(name);
  return {
    ...embeddedDataset(stand),
    source: 'embedded',
    notice: `${title} is not at hand (${why}): using 7,000 embedded ${stand} drawn by code; give the real files by --data DIR or STELE_DATA.`,
  };
}

/**
 * Loads a data set without the network: from `root`, `STELE_DATA` or the cache, else the embedded one.
 *
 * ```ts
 * const { train, notice } = loadDatasetSync('fashion-mnist');
 * ```
 */
export function loadDatasetSync(name: DatasetName, options: DatasetOptions = {}): LoadedDataset {
  return local(name, options) ?? embedded(name, 'no folder given and not downloaded');
}

/**
 * Makes sure that a data set is in the cache and returns its folder; files that are there already are not fetched again.
 * Throws DownloadError when no mirror delivers a file with the right checksum.
 */
export async function downloadDataset(name: DatasetName, options: DatasetOptions = {}): Promise<string> {
  const { mirrors, checksums } = describe(name);
  const folder = datasetCacheFolder(name, options);
  for (const file of files) {
    if (locate(folder, file)) continue;
    const sha256 = (options.checksums ?? checksums)[`${file}.gz`]!;
    await downloadFile(options.mirrors ?? mirrors, `${file}.gz`, sha256, folder, options);
  }
  return folder;
}

// so that a program which loads several data sets waits for an absent network once
let unreachable: { readonly key: string; readonly until: number } | undefined;

/**
 * Loads a data set: from `root`, `STELE_DATA` or the cache, else from its official mirrors into the cache, else (offline)
 * the embedded one, with a `notice` to show. Damaged or missing files in a folder are errors that name them.
 *
 * ```ts
 * const { train, source } = await loadDataset('mnist', { root: 'data', fallback: true });
 * ```
 */
export async function loadDataset(name: DatasetName, options: DatasetOptions = {}): Promise<LoadedDataset> {
  const found = local(name, options);
  if (found) return found;
  if (options.offline || process.env['STELE_OFFLINE'] === '1') return embedded(name, 'offline');
  const key = (options.mirrors ?? ['official']).join();
  if (unreachable?.key === key && Date.now() < unreachable.until)
    return embedded(name, 'its mirrors cannot be reached');
  try {
    const folder = await downloadDataset(name, options);
    return { ...readFolder(folder, describe(name).title), source: 'download', folder };
  } catch (error) {
    if (error instanceof DownloadError) {
      if (error.unreachable) unreachable = { key, until: Date.now() + 60_000 };
      return embedded(name, error.unreachable ? 'its mirrors cannot be reached' : error.message);
    }
    // a cache that cannot be written is no reason to stop either
    const code = (error as NodeJS.ErrnoException).code;
    if (code) return embedded(name, `the cache cannot be written: ${code}`);
    throw error;
  }
}
