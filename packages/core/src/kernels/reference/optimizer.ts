/** Scalars of `sgd`; without `velocity` only `lr` and `decay` count. */
export interface SgdScalars {
  readonly lr: number;
  readonly momentum: number;
  /** Share of the gradient that the velocity does not take. */
  readonly dampening: number;
  /** L2 decay, added to the gradient. */
  readonly decay: number;
  readonly nesterov: boolean;
  /** The velocity starts as the gradient itself. */
  readonly first: boolean;
}

/** Scalars of Adam with epsilon beside the corrected root. */
export interface AdamOutsideScalars {
  /** lr / (1 - beta1^t). */
  readonly step: number;
  readonly beta1: number;
  readonly beta2: number;
  /** sqrt(1 - beta2^t). */
  readonly rootCorrection: number;
  readonly epsilon: number;
  /** L2 decay, added to the gradient. */
  readonly decay: number;
  /** What the parameter is multiplied by first: 1 - lr * (decoupled decay), or 1. */
  readonly shrink: number;
}

/** Scalars of Adam with epsilon beside the plain root. */
export interface AdamInsideScalars {
  /** lr sqrt(1 - beta2^t) / (1 - beta1^t). */
  readonly alpha: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface RmspropScalars {
  readonly lr: number;
  /** Smoothing constant of the squares. */
  readonly rho: number;
  readonly epsilon: number;
  readonly momentum: number;
  /** L2 decay, added to the gradient; `rmspropInside` has none. */
  readonly decay: number;
}

const f = Math.fround;

/** d = g + decay p; v = first ? d : momentum v + (1 - dampening) d; p -= lr (nesterov ? d + momentum v : v); without v, p -= lr d. */
export function sgd(p: Float32Array, g: Float32Array, v: Float32Array | null, s: SgdScalars): void {
  const lr = f(s.lr);
  const momentum = f(s.momentum);
  for (let i = 0; i < p.length; i++) {
    const d = f(g[i]! + f(f(s.decay) * p[i]!));
    let step = d;
    if (v) {
      v[i] = s.first ? d : f(v[i]! * momentum) + f(f(1 - s.dampening) * d);
      step = s.nesterov ? f(d + f(momentum * v[i]!)) : v[i]!;
    }
    p[i] = p[i]! - f(lr * step);
  }
}

/** v = momentum v - lr g; p += nesterov ? momentum v - lr g : v. */
export function sgdScaledVelocity(
  p: Float32Array,
  g: Float32Array,
  v: Float32Array,
  lr: number,
  momentum: number,
  nesterov: boolean,
): void {
  for (let i = 0; i < p.length; i++) {
    const s = f(g[i]! * f(lr));
    v[i] = f(v[i]! * f(momentum)) - s;
    p[i] = p[i]! + (nesterov ? f(f(v[i]! * f(momentum)) - s) : v[i]!);
  }
}

/** m += (1 - beta1) (g - m); v = beta2 v + (1 - beta2) g g; p -= step m / (sqrt(v) / rootCorrection + epsilon); `peak` keeps the largest v. */
export function adamOutside(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  peak: Float32Array | null,
  s: AdamOutsideScalars,
): void {
  for (let i = 0; i < p.length; i++) {
    const w = f(p[i]! * f(s.shrink));
    const d = f(g[i]! + f(f(s.decay) * w));
    m[i] = m[i]! + f(f(1 - s.beta1) * f(d - m[i]!));
    v[i] = f(v[i]! * f(s.beta2)) + f(f(f(1 - s.beta2) * d) * d);
    let u = v[i]!;
    if (peak) u = peak[i] = Math.max(peak[i]!, u);
    const denominator = f(f(f(Math.sqrt(u)) / f(s.rootCorrection)) + f(s.epsilon));
    p[i] = w - f(f(f(s.step) * m[i]!) / denominator);
  }
}

/** m += (g - m) (1 - beta1); v += (g g - v) (1 - beta2); p -= m alpha / (sqrt(v) + epsilon); `peak` keeps the largest v. */
export function adamInside(
  p: Float32Array,
  g: Float32Array,
  m: Float32Array,
  v: Float32Array,
  peak: Float32Array | null,
  s: AdamInsideScalars,
): void {
  for (let i = 0; i < p.length; i++) {
    const d = g[i]!;
    m[i] = m[i]! + f(f(d - m[i]!) * f(1 - s.beta1));
    v[i] = v[i]! + f(f(f(d * d) - v[i]!) * f(1 - s.beta2));
    let u = v[i]!;
    if (peak) u = peak[i] = Math.max(peak[i]!, u);
    p[i] = p[i]! - f(f(m[i]! * f(s.alpha)) / f(f(Math.sqrt(u)) + f(s.epsilon)));
  }
}

/**
 * s = rho s + (1 - rho) g g; mean += (1 - rho) (g - mean); q = sqrt(s - mean^2) + epsilon;
 * p -= lr g / q, or with a buffer b = momentum b + g / q; p -= lr b.
 */
export function rmspropOutside(
  p: Float32Array,
  g: Float32Array,
  square: Float32Array,
  mean: Float32Array | null,
  b: Float32Array | null,
  s: RmspropScalars,
): void {
  const w = f(1 - s.rho);
  for (let i = 0; i < p.length; i++) {
    const d = f(g[i]! + f(f(s.decay) * p[i]!));
    square[i] = f(square[i]! * f(s.rho)) + f(f(w * d) * d);
    let u = square[i]!;
    if (mean) {
      mean[i] = mean[i]! + f(w * f(d - mean[i]!));
      u = f(u - f(mean[i]! * mean[i]!));
    }
    const q = f(f(Math.sqrt(u)) + f(s.epsilon));
    if (b) {
      b[i] = f(b[i]! * f(s.momentum)) + f(d / q);
      p[i] = p[i]! - f(f(s.lr) * b[i]!);
    } else {
      p[i] = p[i]! - f(f(f(s.lr) * d) / q);
    }
  }
}

/**
 * s = rho s + (1 - rho) g g; mean = rho mean + (1 - rho) g; step = lr g / sqrt(s - mean^2 + epsilon);
 * p -= step, or with a buffer b = momentum b + step; p -= b.
 */
export function rmspropInside(
  p: Float32Array,
  g: Float32Array,
  square: Float32Array,
  mean: Float32Array | null,
  b: Float32Array | null,
  s: RmspropScalars,
): void {
  const w = f(1 - s.rho);
  for (let i = 0; i < p.length; i++) {
    const d = g[i]!;
    square[i] = f(f(s.rho) * square[i]!) + f(w * f(d * d));
    let u = square[i]!;
    if (mean) {
      mean[i] = f(f(s.rho) * mean[i]!) + f(w * d);
      u = f(u - f(mean[i]! * mean[i]!));
    }
    let step = f(f(f(s.lr) * d) / f(Math.sqrt(f(u + f(s.epsilon)))));
    if (b) step = b[i] = f(f(s.momentum) * b[i]!) + step;
    p[i] = p[i]! - f(step);
  }
}
