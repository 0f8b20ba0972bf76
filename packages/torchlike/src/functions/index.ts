import * as decompositions from './decompositions';
import type { MethodOf } from './define';
import * as indexing from './indexing';
import * as mathematical from './mathematical';
import * as ownMethods from './ownMethods';
import * as products from './products';
import * as random from './random';
import * as reshaping from './reshaping';
import * as statistics from './statistics';

type MethodsOf<T> = { [K in keyof T]: MethodOf<T[K]> };
/** The methods of a tensor that are functions of torch; a function that is no method has the type never here. */
export interface TableMethods
  extends MethodsOf<typeof decompositions>,
    MethodsOf<typeof indexing>,
    MethodsOf<typeof mathematical>,
    MethodsOf<typeof random>,
    MethodsOf<typeof ownMethods>,
    MethodsOf<typeof products>,
    MethodsOf<typeof reshaping>,
    MethodsOf<typeof statistics> {}
/** The functions of torch by family. */
export const families: readonly Readonly<Record<string, unknown>>[] = [
  decompositions,
  indexing,
  mathematical,
  random,
  ownMethods,
  products,
  reshaping,
  statistics,
];
