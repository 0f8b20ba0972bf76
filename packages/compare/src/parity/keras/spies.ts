import * as keras from '@stele/keraslike';
import type { Loose } from './objects';

/** A callback that keeps a copy of the logs of the first calls of one hook. */
export function noteLogs(hook: string, most: number): { callback: Loose; logs: Record<string, number>[] } {
  const logs: Record<string, number>[] = [];
  const callback = new keras.callbacks.Callback() as Loose;
  callback[hook] = (_at: number, given: Loose): void => {
    if (logs.length < most) logs.push(given instanceof Map ? Object.fromEntries(given) : { ...given });
  };
  return { callback, logs };
}

/** A callback of the given hooks; `this` is the callback. */
export function hooks(members: Record<string, (this: Loose, ...args: Loose[]) => void>): Loose {
  return Object.assign(new keras.callbacks.Callback(), members);
}
