// Parameter updates in place, flat, float32; each product and sum rounded as the frameworks round it.
import { c4 } from './math';

// @ts-ignore: decorator
@inline
function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b);
}
// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b);
}
// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b);
}

/** p -= lr (g + decay p). */
export function sgd(p: usize, g: usize, n: usize, lr: f32, decay: f32): void {
  const end = p + (n << 2);
  for (; p < end; p += 16, g += 16) {
    const w = v128.load(p);
    let d = v128.load(g);
    if (decay != 0) d = add(d, mul(c4(decay), w));
    v128.store(p, sub(w, mul(c4(lr), d)));
  }
}

/** d = g + decay p; v = first ? d : momentum v + (1 - dampening) d; p -= lr (nesterov ? d + momentum v : v). */
export function sgdVelocity(p: usize, g: usize, v: usize, n: usize, lr: f32, decay: f32, momentum: f32, keep: f32, nesterov: i32, first: i32): void {
  const end = p + (n << 2);
  for (; p < end; p += 16, g += 16, v += 16) {
    const w = v128.load(p);
    let d = v128.load(g);
    if (decay != 0) d = add(d, mul(c4(decay), w));
    const b = first ? d : add(mul(v128.load(v), c4(momentum)), mul(c4(keep), d));
    v128.store(v, b);
    if (nesterov) d = add(d, mul(c4(momentum), b));
    else d = b;
    v128.store(p, sub(w, mul(c4(lr), d)));
  }
}

/** v = momentum v - lr g; p += nesterov ? momentum v - lr g : v. */
export function sgdScaledVelocity(p: usize, g: usize, v: usize, n: usize, lr: f32, momentum: f32, nesterov: i32): void {
  const end = p + (n << 2);
  for (; p < end; p += 16, g += 16, v += 16) {
    const s = mul(v128.load(g), c4(lr));
    const b = sub(mul(v128.load(v), c4(momentum)), s);
    v128.store(v, b);
    v128.store(p, add(v128.load(p), nesterov ? sub(mul(b, c4(momentum)), s) : b));
  }
}

/** Epsilon beside the corrected root: m += (g - m) w1; v = b2 v + w2 g g; p -= step m / (sqrt(v) / root2 + eps). */
export function adamOutside(
  p: usize, g: usize, m: usize, v: usize, peak: usize, n: usize,
  step: f32, w1: f32, b2: f32, w2: f32, root2: f32, eps: f32, l2: f32, shrink: f32,
): void {
  const end = p + (n << 2);
  for (; p < end; p += 16, g += 16, m += 16, v += 16) {
    let w = v128.load(p);
    let d = v128.load(g);
    if (shrink != 1) w = mul(w, c4(shrink));
    if (l2 != 0) d = add(d, mul(c4(l2), w));
    const m0 = v128.load(m);
    const m1 = add(m0, mul(c4(w1), sub(d, m0)));
    const v1 = add(mul(v128.load(v), c4(b2)), mul(mul(c4(w2), d), d));
    v128.store(m, m1);
    v128.store(v, v1);
    let u = v1;
    if (peak) {
      u = f32x4.max(v128.load(peak), v1);
      v128.store(peak, u);
      peak += 16;
    }
    const denominator = add(f32x4.div(f32x4.sqrt(u), c4(root2)), c4(eps));
    v128.store(p, sub(w, f32x4.div(mul(c4(step), m1), denominator)));
  }
}

/** Epsilon beside the plain root: m += (g - m) w1; v += (g g - v) w2; p -= m alpha / (sqrt(v) + eps). */
export function adamInside(
  p: usize, g: usize, m: usize, v: usize, peak: usize, n: usize, alpha: f32, w1: f32, w2: f32, eps: f32,
): void {
  const end = p + (n << 2);
  for (; p < end; p += 16, g += 16, m += 16, v += 16) {
    const d = v128.load(g);
    const m0 = v128.load(m);
    const m1 = add(m0, mul(sub(d, m0), c4(w1)));
    const v0 = v128.load(v);
    const v1 = add(v0, mul(sub(mul(d, d), v0), c4(w2)));
    v128.store(m, m1);
    v128.store(v, v1);
    let u = v1;
    if (peak) {
      u = f32x4.max(v128.load(peak), v1);
      v128.store(peak, u);
      peak += 16;
    }
    v128.store(p, sub(v128.load(p), f32x4.div(mul(m1, c4(alpha)), add(f32x4.sqrt(u), c4(eps)))));
  }
}

/** Epsilon outside the root: s = rho s + w g g; q = sqrt(s - mean^2) + eps; p -= lr g / q, or through b = momentum b + g / q. */
export function rmspropOutside(
  p: usize, g: usize, s: usize, mean: usize, b: usize, n: usize, lr: f32, rho: f32, w: f32, eps: f32, momentum: f32, decay: f32,
): void {
  const end = p + (n << 2);
  for (; p < end; p += 16, g += 16, s += 16) {
    const x = v128.load(p);
    let d = v128.load(g);
    if (decay != 0) d = add(d, mul(c4(decay), x));
    const s1 = add(mul(v128.load(s), c4(rho)), mul(mul(c4(w), d), d));
    v128.store(s, s1);
    let u = s1;
    if (mean) {
      const a0 = v128.load(mean);
      const a1 = add(a0, mul(c4(w), sub(d, a0)));
      v128.store(mean, a1);
      u = sub(s1, mul(a1, a1));
      mean += 16;
    }
    const q = add(f32x4.sqrt(u), c4(eps));
    if (b) {
      const b1 = add(mul(v128.load(b), c4(momentum)), f32x4.div(d, q));
      v128.store(b, b1);
      v128.store(p, sub(x, mul(c4(lr), b1)));
      b += 16;
    } else {
      v128.store(p, sub(x, f32x4.div(mul(c4(lr), d), q)));
    }
  }
}

/** Epsilon inside the root: s = rho s + w g g; mean = rho mean + w g; i = lr g / sqrt(s - mean^2 + eps); p -= i, or through b = momentum b + i. */
export function rmspropInside(
  p: usize, g: usize, s: usize, mean: usize, b: usize, n: usize, lr: f32, rho: f32, w: f32, eps: f32, momentum: f32,
): void {
  const end = p + (n << 2);
  for (; p < end; p += 16, g += 16, s += 16) {
    const d = v128.load(g);
    const s1 = add(mul(c4(rho), v128.load(s)), mul(c4(w), mul(d, d)));
    v128.store(s, s1);
    let u = s1;
    if (mean) {
      const a1 = add(mul(c4(rho), v128.load(mean)), mul(c4(w), d));
      v128.store(mean, a1);
      u = sub(s1, mul(a1, a1));
      mean += 16;
    }
    let step = f32x4.div(mul(c4(lr), d), f32x4.sqrt(add(u, c4(eps))));
    if (b) {
      step = add(mul(c4(momentum), v128.load(b)), step);
      v128.store(b, step);
      b += 16;
    }
    v128.store(p, sub(v128.load(p), step));
  }
}
