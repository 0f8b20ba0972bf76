import type * as loaders from './index';

export type Datasets = typeof loaders;

let provided: Datasets | null = null;
/** The module that reads data sets hands itself over when it is imported: it needs Node, and the rest does not. */
export function provideDatasets(given: Datasets): void {
  provided = given;
}
/** @throws before `@stele/keraslike/datasets` was imported. */
export function providedDatasets(name: string): Datasets {
  if (provided === null)
    throw new Error(
      `keras.datasets.${name} reads files and needs Node: import '@stele/keraslike/datasets' first, or take ${name} from there`,
    );
  return provided;
}
