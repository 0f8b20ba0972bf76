import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readSavedModel, savedVariables } from '@stele/core/formats/savedmodel';
import { readTensorBundle } from '@stele/core/formats/tensorbundle';
import { NDArray } from '@stele/core/numpy';
import * as torch from '@stele/torchlike';

/** Kernel and bias of both layers, kernels as (in, out). */
export type Weights = readonly [w1: NDArray, b1: NDArray, w2: NDArray, b2: NDArray];

/** The article's weights: of its TensorFlow version, a SavedModel's folder, or of its PyTorch version, a `.pth` file. */
export const readWeights = (path: string): Weights =>
  statSync(path).isDirectory() ? savedModelWeights(path) : checkpointWeights(path);

/** The variables of a SavedModel by the names of the article's attributes. */
function savedModelWeights(folder: string): Weights {
  const bundle = readTensorBundle(
    readFileSync(join(folder, 'variables', 'variables.index')),
    readFileSync(join(folder, 'variables', 'variables.data-00000-of-00001')),
  );
  const variables = savedVariables(readSavedModel(readFileSync(join(folder, 'saved_model.pb'))), bundle);
  const read = (name: string): NDArray => {
    const found = variables.get(name);
    if (found === undefined) throw new Error(`${folder} has no variable "${name}"; it has ${[...variables.keys()]}`);
    return new NDArray(bundle.tensor(found.key));
  };
  return [read('w1'), read('b1'), read('w2'), read('b2')];
}

/** PyTorch's Linear keeps (out, in): its weights are transposed on the way. */
function checkpointWeights(path: string): Weights {
  const state = torch.load(path) as Map<string, torch.Tensor>;
  const read = (name: string): NDArray => {
    const found = state.get(name);
    if (found === undefined) throw new Error(`${path} has no tensor "${name}"; it has ${[...state.keys()]}`);
    return found.numpy();
  };
  return [read('sequence.1.weight').T, read('sequence.1.bias'), read('sequence.3.weight').T, read('sequence.3.bias')];
}
