const MASK = 2n ** 64n - 1n;

/** Integer part of the k-th root of n, by bisection. */
function root(n: bigint, k: bigint): bigint {
  let low = 0n;
  let high = 1n << (BigInt(n.toString(2).length) / k + 1n);
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** k <= n) low = middle;
    else high = middle;
  }
  return low;
}

let constants: { readonly start: readonly bigint[]; readonly rounds: readonly bigint[] } | undefined;

/** Fractions of the square roots of 8 and of the cube roots of 80 primes, 64 bits each. */
function makeConstants() {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 80; n++) if (primes.every((p) => n % p !== 0n)) primes.push(n);
  return {
    start: primes.slice(0, 8).map((p) => root(p << 128n, 2n) & MASK),
    rounds: primes.map((p) => root(p << 192n, 3n) & MASK),
  };
}

const turn = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & MASK;

/** SHA-512 of bytes: 64 bytes. */
export function sha512(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const { start, rounds } = (constants ??= makeConstants());
  const bytes = new Uint8Array(Math.ceil((message.length + 17) / 128) * 128);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - 8, BigInt(message.length) * 8n);
  const hash = [...start];
  for (let at = 0; at < bytes.length; at += 128) {
    const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(at + 8 * i));
    for (let i = 16; i < 80; i++) {
      const [x, y] = [w[i - 15]!, w[i - 2]!];
      const s0 = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n);
      const s1 = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
      w.push((w[i - 16]! + s0 + w[i - 7]! + s1) & MASK);
    }
    let [a, b, c, d, e, f, g, h] = hash as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let i = 0; i < 80; i++) {
      const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const t1 = h + s1 + ((e & f) ^ (~e & g & MASK)) + rounds[i]! + w[i]!;
      const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
    }
    [a, b, c, d, e, f, g, h].forEach((value, i) => {
      hash[i] = (hash[i]! + value) & MASK;
    });
  }
  const out = new Uint8Array(64);
  const outView = new DataView(out.buffer);
  hash.forEach((value, i) => {
    outView.setBigUint64(8 * i, value);
  });
  return out;
}
