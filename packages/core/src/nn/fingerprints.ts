const word = (x: bigint): bigint => BigInt.asUintN(64, x);
const turned = (x: bigint, by: bigint): bigint => word((x >> by) | (x << (64n - by)));
const leftTurned = (x: bigint, by: bigint): bigint => turned(x, 64n - by);
const folded = (x: bigint): bigint => x ^ (x >> 47n);
const K0 = 0xc3a5c85c97cb3127n;
const K1 = 0xb492b66fbe98f273n;
const K2 = 0x9ae16a3b2f90404fn;

/** Two words as one. */
function mixed(u: bigint, v: bigint, by: bigint): bigint {
  const a = folded(word((u ^ v) * by));
  const b = folded(word((v ^ a) * by));
  return word(b * by);
}
type Two = readonly [bigint, bigint];

/**
 * FarmHash's 64-bit fingerprint of bytes: the same on every machine.
 *
 * ```ts
 * nn.fingerprint64(new TextEncoder().encode('a')); // 12917804110809363939n
 * ```
 */
export function fingerprint64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length;
  const long = BigInt(size);
  const at = (i: number): bigint => view.getBigUint64(i, true);
  if (size > 64) return ofMany(at, size);
  const by = word(K2 + long * 2n);
  if (size > 16) {
    const first = size > 32 ? K2 : K1;
    const [a, b] = [word(at(0) * first), at(8)];
    const [c, d] = [word(at(size - 8) * by), word(at(size - 16) * K2)];
    const y = word(turned(word(a + b), 43n) + turned(c, 30n) + d);
    const z = mixed(y, word(a + turned(word(b + K2), 18n) + c), by);
    if (size <= 32) return z;
    const [e, f] = [word(at(16) * by), at(24)];
    const g = word((y + at(size - 32)) * by);
    const h = word((z + at(size - 24)) * by);
    return mixed(word(turned(word(e + f), 43n) + turned(g, 30n) + h), word(e + turned(word(f + a), 18n) + g), by);
  }
  if (size >= 8) {
    const [a, b] = [word(at(0) + K2), at(size - 8)];
    return mixed(word(turned(b, 37n) * by + a), word((turned(a, 25n) + b) * by), by);
  }
  if (size >= 4) {
    const first = BigInt(view.getUint32(0, true));
    return mixed(word(long + (first << 3n)), BigInt(view.getUint32(size - 4, true)), by);
  }
  if (size === 0) return K2;
  const y = BigInt(bytes[0]! + (bytes[size >> 1]! << 8));
  const z = BigInt(size + (bytes[size - 1]! << 2));
  return word(folded(word(y * K2) ^ word(z * K0)) * K2);
}
/** Blocks of 64 bytes, the last of which may overlap the one before. */
function ofMany(at: (i: number) => bigint, size: number): bigint {
  const weak = (i: number, from: bigint, other: bigint): Two => {
    const a = word(from + at(i));
    const b = turned(word(other + a + at(i + 24)), 21n);
    const c = word(a + at(i + 8) + at(i + 16));
    return [word(c + at(i + 24)), word(b + turned(c, 44n) + a)];
  };
  let y = word(81n * K1 + 113n);
  let z = word(folded(word(y * K2 + 113n)) * K2);
  let x = word(81n * K2 + at(0));
  let v: Two = [0n, 0n];
  let w: Two = [0n, 0n];
  const step = (i: number, by: bigint, share: bigint): void => {
    x = word(turned(word(x + y + v[0] + at(i + 8)), 37n) * by) ^ word(w[1] * share);
    y = word(turned(word(y + v[1] + at(i + 48)), 42n) * by + v[0] * share + at(i + 40));
    z = word(turned(word(z + w[0]), 33n) * by);
    v = weak(i, word(v[1] * by), word(x + w[0]));
    w = weak(i + 32, word(z + w[1]), word(y + at(i + 16)));
    [x, z] = [z, x];
  };
  const end = ((size - 1) >> 6) * 64;
  for (let i = 0; i < end; i += 64) step(i, K1, 1n);
  const by = word(K1 + ((z & 0xffn) << 1n));
  const first = word(w[0] + BigInt((size - 1) & 63));
  const second = word(v[0] + first);
  v = [second, v[1]];
  w = [word(first + second), w[1]];
  step(size - 64, by, 9n);
  return mixed(word(mixed(v[0], w[0], by) + folded(y) * K0 + z), word(mixed(v[1], w[1], by) + x), by);
}

/** SipHash-2-4 of bytes under a key of two words. */
export function keyedFingerprint64(bytes: Uint8Array, key: readonly [bigint, bigint]): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [k, l] = [word(key[0]), word(key[1])];
  let a = k ^ 0x736f6d6570736575n;
  let b = l ^ 0x646f72616e646f6dn;
  let c = k ^ 0x6c7967656e657261n;
  let d = l ^ 0x7465646279746573n;
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      a = word(a + b);
      b = leftTurned(b, 13n) ^ a;
      a = leftTurned(a, 32n);
      c = word(c + d);
      d = leftTurned(d, 16n) ^ c;
      a = word(a + d);
      d = leftTurned(d, 21n) ^ a;
      c = word(c + b);
      b = leftTurned(b, 17n) ^ c;
      c = leftTurned(c, 32n);
    }
  };
  const take = (m: bigint): void => {
    d ^= m;
    rounds(2);
    a ^= m;
  };
  const whole = bytes.length - (bytes.length % 8);
  for (let i = 0; i < whole; i += 8) take(view.getBigUint64(i, true));
  let last = BigInt(bytes.length & 0xff) << 56n;
  for (let i = whole; i < bytes.length; i++) last |= BigInt(bytes[i]!) << BigInt(8 * (i - whole));
  take(last);
  c ^= 0xffn;
  rounds(4);
  return a ^ b ^ c ^ d;
}

/** One fingerprint of two, in this order. */
export function joinedFingerprints(first: bigint, second: bigint): bigint {
  const by = 0xc6a4a7935bd1e995n;
  const both = word((first ^ by ^ word(folded(word(second * by)) * by)) * by);
  return folded(word(folded(both) * by));
}
