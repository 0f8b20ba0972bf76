import { kernelsBase64 } from './gen/kernels';

/** An exported kernel: pointers, sizes and scalars in, a number or nothing out. */
export type Kernel = (...args: number[]) => number;

/** What crosses into scratch memory. */
export type ScratchArray = Float32Array | Float64Array | Int32Array;
/** The element types that the kernels compute in. */
export type FloatArray = Float32Array | Float64Array;

const PAGE = 65536;
/** Static data of the module lies below. */
const BASE = PAGE;
/** Kernels may touch this much past the end of a buffer. */
const PAD = 64;
/** Below this many elements a loop is cheaper than `set`. */
const LOOP = 48;

let exported: Record<string, Kernel> | null = null;
let memory: WebAssembly.Memory;
let capacity = 0;
let top = BASE;
let f32: Float32Array<ArrayBuffer>;
let f64: Float64Array<ArrayBuffer>;
let i32: Int32Array<ArrayBuffer>;

// Scratch addresses repeat from call to call, so that views for copying out are worth keeping: one per slot of a small hash.
const SLOTS = 256;
const slotKeys = new Float64Array(SLOTS).fill(-1);
const slotViews: (ScratchArray | undefined)[] = new Array(SLOTS);

function refresh(): void {
  const buffer = memory.buffer as ArrayBuffer;
  f32 = new Float32Array(buffer);
  f64 = new Float64Array(buffer);
  i32 = new Int32Array(buffer);
  capacity = buffer.byteLength;
  slotKeys.fill(-1);
}

/** Makes the instance; done by the first kernel call, synchronously. */
function load(): Record<string, Kernel> {
  const text = atob(kernelsBase64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  memory = new WebAssembly.Memory({ initial: 32, maximum: 65536 });
  const abort = () => {
    throw new Error('a kernel aborted');
  };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory, abort } });
  refresh();
  exported = instance.exports as unknown as Record<string, Kernel>;
  return exported;
}

/** The kernel of this name; the lookup is done once by callers that keep the function. */
export function kernel(name: string): Kernel {
  const found = (exported ?? load())[name];
  if (!found) throw new Error(`kernel: there is no ${name} in the compiled set; run "pnpm kernels"`);
  return found;
}

/** Starts a kernel call: everything allocated before is gone. */
export function begin(): void {
  if (exported === null) load();
  top = BASE;
}

/** Bytes of scratch in use: given back to `release`, it frees what came after. */
export const mark = (): number => top;
export function release(to: number): void {
  top = to;
}

/** Scratch of this many bytes at a multiple of 64, its contents arbitrary. */
export function alloc(bytes: number): number {
  const pointer = top;
  top = pointer + ((bytes + PAD + 63) & ~63);
  // beyond 2^31 the bit operations above wrap
  if (bytes > 0x7fff0000 || top < pointer) top = pointer + Math.ceil((bytes + PAD) / 64) * 64;
  if (top > capacity) grow(top);
  return pointer;
}

function grow(bytes: number): void {
  // by half as much again, so that growing sizes do not detach the views every time
  const pages = Math.ceil(Math.max(bytes, capacity * 1.5) / PAGE);
  const most = Math.min(pages, 65536);
  try {
    memory.grow(most - capacity / PAGE);
  } catch {
    try {
      memory.grow(Math.ceil(bytes / PAGE) - capacity / PAGE);
    } catch {
      throw new RangeError(`a kernel needs ${bytes} bytes of scratch memory, which cannot be had; use smaller batches`);
    }
  }
  refresh();
}

/** Copies array[offset .. offset + length) to the pointer. */
export function copyIn(pointer: number, array: ScratchArray, offset: number, length: number): void {
  if (array instanceof Float32Array) {
    const at = pointer >>> 2;
    if (length < LOOP) for (let i = 0; i < length; i++) f32[at + i] = array[offset + i]!;
    else f32.set(length === array.length ? array : array.subarray(offset, offset + length), at);
  } else if (array instanceof Float64Array) {
    const at = pointer >>> 3;
    if (length < LOOP) for (let i = 0; i < length; i++) f64[at + i] = array[offset + i]!;
    else f64.set(length === array.length ? array : array.subarray(offset, offset + length), at);
  } else {
    const at = pointer >>> 2;
    if (length < LOOP) for (let i = 0; i < length; i++) i32[at + i] = array[offset + i]!;
    else i32.set(length === array.length ? array : array.subarray(offset, offset + length), at);
  }
}

/** Copies array[offset .. offset + length) into fresh scratch: the one way in, where a residency cache would look first. */
export function put(array: ScratchArray, offset: number, length: number): number {
  const pointer = alloc(length * array.BYTES_PER_ELEMENT);
  copyIn(pointer, array, offset, length);
  return pointer;
}

function view(pointer: number, array: ScratchArray, length: number): ScratchArray {
  const kind = array instanceof Float32Array ? 0 : array instanceof Float64Array ? 1 : 2;
  const key = (pointer * 4 + kind) * 1048576 + length;
  const slot = ((pointer >>> 6) ^ (length * 31 + kind)) & (SLOTS - 1);
  if (slotKeys[slot] === key && length < 1048576) return slotViews[slot]!;
  const heap = kind === 0 ? f32 : kind === 1 ? f64 : i32;
  const start = pointer / heap.BYTES_PER_ELEMENT;
  const made = heap.subarray(start, start + length);
  slotKeys[slot] = key;
  slotViews[slot] = made;
  return made;
}

/** Copies scratch into out[offset .. offset + length): the one way out. */
export function take(pointer: number, out: ScratchArray, offset: number, length: number): void {
  if (length >= LOOP) {
    out.set(view(pointer, out, length), offset);
  } else if (out instanceof Float32Array) {
    const at = pointer >>> 2;
    for (let i = 0; i < length; i++) out[offset + i] = f32[at + i]!;
  } else if (out instanceof Float64Array) {
    const at = pointer >>> 3;
    for (let i = 0; i < length; i++) out[offset + i] = f64[at + i]!;
  } else {
    const at = pointer >>> 2;
    for (let i = 0; i < length; i++) out[offset + i] = i32[at + i]!;
  }
}

/** Sets `bytes` bytes to zero. */
export function zero(pointer: number, bytes: number): void {
  f64.fill(0, pointer >>> 3, (pointer + bytes + 7) >>> 3);
}

/** Single words of scratch, for tables made in TypeScript. */
export function pokeInt(pointer: number, index: number, value: number): void {
  i32[(pointer >>> 2) + index] = value;
}

export const isFloat64 = (array: FloatArray): array is Float64Array => array instanceof Float64Array;
