import type { DType } from '../tensor/dtype';
import type { Tensor } from '../tensor/tensor';
import type { Graph, Step } from './graph';

/** A graph that a step runs: its own inputs and what it gives. */
export interface InnerGraph {
  readonly graph: Graph;
  readonly symbols: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** Graphs of one body at several sizes: those of each run, and where they are found. */
export interface SizedRuns {
  readonly runs: readonly {
    readonly graph: Graph;
    readonly inputs: readonly Tensor[];
    readonly outputs: readonly Tensor[];
  }[];
  readonly table: readonly (readonly number[])[];
  readonly places: readonly { readonly input: number; readonly axis: number }[];
}

/** What a step that is no op does, for those who write graphs down. Inputs are meant in the order of the step's. */
export type StepMeaning =
  | { readonly kind: 'assign'; readonly variable: Tensor }
  /** Inputs: the condition, then the values of `outside`, which the branches read. */
  | { readonly kind: 'if'; readonly yes: InnerGraph; readonly no: InnerGraph; readonly outside: readonly Tensor[] }
  /** Inputs: the loop's values, those of `outside`, and the most turns if it is `limited`. */
  | {
      readonly kind: 'while';
      readonly test: InnerGraph;
      readonly body: InnerGraph;
      readonly outside: readonly Tensor[];
      readonly limited: boolean;
    }
  /**
   * Inputs: tensors whose rows are gone through (`elems` of them), the states that are handed on, the values of
   * `outside`. Outputs: what each row gives, stacked, if it is `kept`, or else the last states.
   */
  | {
      readonly kind: 'rows';
      readonly turn: InnerGraph;
      readonly outside: readonly Tensor[];
      readonly elems: number;
      readonly kept: boolean;
      readonly back: boolean;
    }
  /** A function by its name; `tensors` are those among its arguments that are the inputs. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly args: readonly unknown[];
      readonly tensors: readonly Tensor[];
      /** The call as graphs at several sizes of what comes in; `varying` are the axes whose sizes come with the run. */
      readonly sized?: (varying: readonly (readonly boolean[])[]) => SizedRuns;
    }
  /** A list of tensors that is made, read or written. */
  | {
      readonly kind: 'list';
      readonly does: 'reserve' | 'set' | 'get' | 'stack' | 'from' | 'length';
      readonly dtype: DType;
    }
  /** Numbers drawn from a distribution by its name, times a scale and shifted. */
  | { readonly kind: 'random'; readonly name: string; readonly scale: number; readonly shift: number };

const meanings = new WeakMap<Step, StepMeaning>();
export const meaningOf = (step: Step): StepMeaning | undefined => meanings.get(step);
export function giveMeaning(step: Step | undefined, meaning: StepMeaning | undefined): void {
  if (step !== undefined && meaning !== undefined) meanings.set(step, meaning);
}

const lists = new WeakMap<Tensor, { readonly length: number; readonly dtype: DType }>();
/** Says that a tensor stands for a list of tensors of a dtype; a length of -1 for one that is not empty. */
export const markList = (tensor: Tensor, length: number, dtype: DType): void =>
  void lists.set(tensor, { length, dtype });
export const listOf = (tensor: Tensor): { readonly length: number; readonly dtype: DType } | undefined =>
  lists.get(tensor);
