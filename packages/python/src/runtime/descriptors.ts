import type { PyFunction } from './functions';

/** Python's `property`. */
export class PyProperty {
  readonly fget: unknown;
  readonly fset: unknown;
  readonly fdel: unknown;
  readonly doc: unknown;
  name = '';
  constructor(fget: unknown = null, fset: unknown = null, fdel: unknown = null, doc: unknown = null) {
    this.fget = fget;
    this.fset = fset;
    this.fdel = fdel;
    this.doc = doc ?? (fget as PyFunction | null)?.$p?.doc ?? null;
  }
}

/** Python's `classmethod`. */
export class ClassMethod {
  readonly f: unknown;
  constructor(f: unknown) {
    this.f = f;
  }
}

/** Python's `staticmethod`. */
export class StaticMethod {
  readonly f: unknown;
  constructor(f: unknown) {
    this.f = f;
  }
}

/** `super()`: attributes of `self` looked up after `cls`. */
export class PySuper {
  readonly cls: unknown;
  readonly self: unknown;
  constructor(cls: unknown, self: unknown) {
    this.cls = cls;
    this.self = self;
  }
}
