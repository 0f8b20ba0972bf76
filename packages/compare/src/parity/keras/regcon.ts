import type { CaseContext } from '../adapter';
import type { JsonObject } from '../json';
import { withGradients } from './gradient';
import { compareConfig, compareTensor, deserialize, type Loose, need, needObject, tensorOf, within } from './objects';

/** Regularizers and constraints. */
export function runRegcon(row: JsonObject, { check }: CaseContext): void {
  const serialized = needObject(row, 'serialized');
  const made = deserialize(serialized);
  const input = tensorOf(need(row, 'input'));
  const taped = withGradients([input], () => made(input));
  if (row.value !== undefined) {
    compareTensor(check, 'value', taped.result, row.value, within(1e-5));
    const [g] = taped.of([taped.result as Loose], [tensorOf({ dtype: 'float32', shape: [], data: [1] })], [input]);
    compareTensor(check, 'grad', g, need(row, 'grad'), within(1e-4));
  } else compareTensor(check, 'output', taped.result, need(row, 'output'), within(1e-5));
  compareConfig(check, 'config', made.get_config(), serialized.config!);
}
