import { floatsAreMarked, isAnomalyCheckingNaN, isAnomalyEnabled, setAnomaly } from '@stele/core';
import { named } from '../arguments';
import { define } from '../functions/define';

/** Anomaly detection switched on or off until the end of the scope; `with` in Python. */
export class AnomalyScope implements Disposable {
  private readonly mode: boolean;
  private readonly check: boolean;
  private readonly before: [boolean, boolean][] = [];

  constructor(mode: boolean, check: boolean, entered: boolean) {
    this.mode = mode;
    this.check = check;
    if (entered) this.begin();
  }
  private begin(): void {
    this.before.push([isAnomalyEnabled(), isAnomalyCheckingNaN()]);
    setAnomaly(this.mode, this.check);
  }
  __enter__(): null {
    if (this.before.length === 0) this.begin();
    return null;
  }
  __exit__(): boolean {
    const before = this.before.pop();
    if (before !== undefined) setAnomaly(...before);
    return false;
  }
  [Symbol.dispose](): void {
    this.__exit__();
  }
}

/**
 * A backward pass that gives NaN is an error that names the function: `using _ = torch.autograd.detect_anomaly()`.
 *
 * ```ts
 * using _ = torch.autograd.detect_anomaly();
 * ```
 * @see https://docs.pytorch.org/docs/stable/autograd.html#torch.autograd.detect_anomaly
 */
export function detect_anomaly(...rest: readonly unknown[]): AnomalyScope {
  const { check_nan = true } = named<{ check_nan?: boolean }>(['check_nan'], rest);
  return new AnomalyScope(true, check_nan, !floatsAreMarked());
}
/** The same switched on or off at once; the result ends it as a scope. */
export function set_detect_anomaly(mode: boolean, ...rest: readonly unknown[]): AnomalyScope {
  const { check_nan = true } = named<{ check_nan?: boolean }>(['check_nan'], rest);
  return new AnomalyScope(mode, check_nan, true);
}
/** @see https://docs.pytorch.org/docs/stable/generated/torch.is_anomaly_enabled.html */
export const is_anomaly_enabled = (): boolean => isAnomalyEnabled();
export const is_anomaly_check_nan_enabled = (): boolean => isAnomalyCheckingNaN();
export const set_anomaly_enabled = define(
  'set_anomaly_enabled',
  'mode, check_nan=True',
  (mode: boolean, check_nan: boolean | undefined = true): void => setAnomaly(mode, check_nan),
);
