import { bindKeywords, declareSignature, isKeywords, parseSignature } from '@stele/core';
import { dispatched, op } from './dispatch';

/** A function of Python: its arguments by position, or any of them by name in one trailing object. */
export interface PythonFunction<A extends readonly unknown[], R> {
  (...args: A): R;
  (...args: readonly unknown[]): R;
}

/**
 * A function of the `tf` namespace under TensorFlow's own signature: `body` gets every parameter by position,
 * keyword-only ones after the others; what is not given is undefined.
 *
 * ```ts
 * const twice = define('twice', 'x, times=2, name=None', (x: number, times = 2) => x * times);
 * twice(3, { times: 3 }); // 9
 * ```
 */
export function define<A extends readonly unknown[], R>(
  name: string,
  signature: string,
  body: (...args: A) => R,
): PythonFunction<A, R> {
  return under(name, signature, op(name.split('.').at(-1)!, body as (...args: any[]) => R));
}
/** The same for what is made of calls of such functions: each of them is a node of its own where a graph is built. */
export const compose = <A extends readonly unknown[], R>(
  name: string,
  signature: string,
  body: (...args: A) => R,
): PythonFunction<A, R> => under(name, signature, body as (...args: any[]) => R);

function under<A extends readonly unknown[], R>(
  name: string,
  signature: string,
  run: (...args: any[]) => R,
): PythonFunction<A, R> {
  const { positional, keywordOnly, variadic } = parseSignature(signature);
  const short = name.split('.').at(-1)!;
  const call = `${short}()`;
  const f = (...args: unknown[]): R => {
    const last = args.at(-1);
    if (!isKeywords(last) && (args.length <= positional.length || variadic)) return run(...args);
    const bound = isKeywords(last) ? bindKeywords(call, f, args.slice(0, -1), last) : args;
    // a dict that was given by name is an argument like any other
    const open = keywordOnly.length > 0 || variadic || bound.length > positional.length;
    const rest = open && isKeywords(bound.at(-1)) ? (bound.pop() as Record<string, unknown>) : {};
    if (bound.length > positional.length && !variadic)
      throw new TypeError(
        `${call} takes ${positional.length} positional argument${positional.length === 1 ? '' : 's'} but ${bound.length} were given`,
      );
    if (keywordOnly.length > 0 || variadic) {
      if (variadic) return run(...bound, rest);
      while (bound.length < positional.length) bound.push(undefined);
      bound.push(...keywordOnly.map((key) => rest[key]));
    }
    return run(...bound);
  };
  declareSignature(f, signature);
  declareSignature(run, signature);
  return dispatched(short, f) as PythonFunction<A, R>;
}
