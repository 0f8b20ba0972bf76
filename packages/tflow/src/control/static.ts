import type { Tensor as CoreTensor } from '@stele/core';
import type { ResultSpec } from '../tracing';

/** Branches and loops of graphs that are built before they run (TF1's), where those are in charge. */
export interface StaticControl {
  active(): boolean;
  cond(pred: unknown, yes: () => unknown, no: () => unknown): unknown;
  /** What runs on the values of nodes: as a node of its own. */
  call(
    name: string,
    inputs: readonly CoreTensor[],
    specs: readonly ResultSpec[],
    run: (values: readonly CoreTensor[]) => readonly CoreTensor[],
  ): readonly CoreTensor[];
  loop(test: (...vars: any[]) => unknown, body: (...vars: any[]) => unknown, vars: unknown, limit: unknown): unknown;
}
export let staticControl: StaticControl | null = null;
export function provideStaticControl(control: StaticControl): void {
  staticControl = control;
}
