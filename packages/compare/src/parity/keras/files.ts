import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseContext } from '../adapter';
import type { JsonObject } from '../json';
import { BrokenRow } from '../outcome';
import { alignPaths, pathFits } from '../paths';
import { hasMember } from '../resolve';
import { customObjects, registerCustom } from './custom';
import { compareOutputs, ensureBuilt, inputsOf, modelOf } from './models';
import {
  call,
  clearSession,
  compareConfig,
  compareTensor,
  compareWeights,
  type Loose,
  need,
  needObject,
  rows,
  within,
} from './objects';

const values = within(1e-5);

function pathOf(row: JsonObject, key: string, context: CaseContext): string {
  const path = join(context.file.folder, String(row[key]));
  if (!existsSync(path)) throw new BrokenRow(`there is no ${String(row[key])} beside the recordings`);
  return path;
}

/** `.keras`, `.weights.h5` and legacy `.h5` files: what is loaded from them predicts as recorded. */
export function runFile(row: JsonObject, context: CaseContext): void {
  const { check } = context;
  registerCustom();
  const options = { custom_objects: customObjects };
  const inputs = inputsOf(need(row, 'inputs'));
  const predict = (where: string, model: Loose): void =>
    compareOutputs(check, where, model.predict_sync(inputs, { verbose: 0 }), need(row, 'predictions'));
  const compareAll = (where: string, model: Loose): void => {
    const recorded = rows(row.weights);
    compareWeights(check, `${where} weights`, model.weights, recorded, pathFits);
    recorded.forEach((w, i) => {
      compareTensor(check, `${where} ${String(w.path)}`, model.weights[i], w.value!, { rtol: 0, atol: 0 });
    });
    predict(`${where} predictions`, model);
  };
  const model = loadModel(pathOf(row, 'keras_file', context), options);
  check.same('class', model.constructor.name, row.class_name);
  compareAll('.keras', model);
  if (row.optimizer_variables !== undefined) compareOptimizer(row, model, check);
  compareConfig(check, 'config', JSON.parse(model.to_json()), withoutCompile(needObject(row, 'config_json')));
  if (typeof row.weights_file === 'string') {
    // each file was recorded on a model whose layers had their first names
    clearSession();
    const fresh = modelOf(needObject(row, 'config_json'));
    ensureBuilt(fresh, needObject(row, 'config_json'));
    fresh.load_weights(pathOf(row, 'weights_file', context));
    compareAll('.weights.h5', fresh);
  }
  clearSession();
  if (typeof row.legacy_h5_file === 'string')
    compareAll('legacy .h5', loadModel(pathOf(row, 'legacy_h5_file', context), options));
}

/** A path where files can be read, their bytes where the facade takes those alone. */
function loadModel(path: string, options: object): Loose {
  try {
    return call('keras.models.load_model', [path], { ...options });
  } catch (error) {
    if (!(error instanceof Error) || !/bytes/i.test(error.message)) throw error;
    return call('keras.models.load_model', [new Uint8Array(readFileSync(path))], { ...options });
  }
}

const withoutCompile = ({ compile_config: _, ...rest }: JsonObject): JsonObject => rest;

function compareOptimizer(row: JsonObject, model: Loose, check: CaseContext['check']): void {
  const recorded = rows(row.optimizer_variables);
  if (!hasMember(model, 'optimizer') || model.optimizer === null)
    check.differ({ where: 'optimizer', expected: 'a compiled model', got: 'None' });
  const own: Loose[] = [...model.optimizer.variables];
  check.same(
    'paths of optimizer variables',
    alignPaths(
      own.map((v) => String(v.path)),
      recorded.map((v) => v.path),
    ),
    recorded.map((v) => v.path),
  );
  recorded.forEach((v, i) => {
    compareTensor(check, String(v.path), own[i], v.value!, values);
  });
}
