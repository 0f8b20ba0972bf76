import type { Tensor } from '../tensor/tensor';

/**
 * A recorder that is switched on for a while. It holds no list of ops: nodes remember the tapes that were open,
 * and a tape walks the same edges as every other backward pass.
 */
export class Tape {
  recording = false;
  /** Variables read while the tape was recording, in order. */
  readonly accessed = new Set<Tensor>();

  constructor(
    readonly persistent: boolean,
    readonly watchAccessed: boolean,
  ) {}

  start(): void {
    if (this.recording) return;
    this.recording = true;
    openTapes.push(this);
  }

  stop(): void {
    if (!this.recording) return;
    this.recording = false;
    openTapes.splice(openTapes.indexOf(this), 1);
  }

  watch(tensor: Tensor): void {
    if (!tensor.tapes?.includes(this)) tensor.tapes = [...(tensor.tapes ?? []), this];
  }
}

/** The tapes that are recording now, oldest first. */
export const openTapes: Tape[] = [];

/** The recording tapes that watch one of the tensors. */
export function watchingTapes(inputs: readonly Tensor[]): readonly Tape[] | null {
  let found: readonly Tape[] | null = null;
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!;
    if (input.tapes !== null) found = union(found, input.tapes);
    if (input.autoWatch) {
      for (const tape of openTapes) {
        if (!tape.watchAccessed) continue;
        tape.accessed.add(input);
        found = union(found, [tape]);
      }
    }
  }
  return found;
}

function union(found: readonly Tape[] | null, more: readonly Tape[]): readonly Tape[] | null {
  for (const tape of more) {
    if (!tape.recording || found?.includes(tape)) continue;
    found = found === null ? (more.length === 1 ? more : [tape]) : [...found, tape];
  }
  return found;
}
