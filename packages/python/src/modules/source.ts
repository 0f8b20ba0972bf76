import { registerModule } from '../runtime/registry';
import { state } from '../runtime/state';

/** Registers a standard module that is itself written in Python. */
export function registerSource(name: string, source: string): void {
  registerModule(name, () => state.compileModule!(name, `<${name}>`, source));
}
