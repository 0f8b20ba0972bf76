import { type ForeignRules, pythonFunction } from '../runtime/foreign';
import { bindArguments, bindMethod, defineFunction, type PyFunction } from '../runtime/functions';
import { isPlain } from '../runtime/values';

/**
 * What a facade's decorator made of a Python function: it binds like the function (as a method too) and is called by
 * its parameters' places, or by their names where it says that it tells the two apart.
 */
export function decorated(made: Function, original: PyFunction, rules: Pick<ForeignRules, 'call'>): PyFunction {
  const { rest, keywords, keywordOnly } = original.$p;
  const named = (made as { __takes_keywords__?: boolean }).__takes_keywords__ === true;
  const simple = rest === null && keywords === null && keywordOnly.length === 0 && !named;
  const f = defineFunction(
    (...given: unknown[]) => {
      const last = given.at(-1);
      if (!isPlain(last)) return rules.call(made, undefined, given, null);
      if (!simple) return rules.call(made, undefined, given.slice(0, -1), last);
      let bound: unknown[];
      try {
        bound = bindArguments(original, given);
      } catch {
        // the facade has words of its own for arguments that do not fit
        return rules.call(made, undefined, given.slice(0, -1), last);
      }
      return rules.call(made, undefined, bound, null);
    },
    { ...original.$p, python: true },
    original.$d,
    original.$kd,
  );
  f.$made = made;
  const { __get__: bind } = made as { __get__?: (self: unknown) => Function };
  // what binds itself is one function for each instance
  if (typeof bind === 'function') {
    const known = new WeakMap<object, PyFunction>();
    f.$bind = (self) => {
      let method = known.get(self);
      if (method === undefined) {
        method = decorated(bind(self), bindMethod(original, self), rules);
        known.set(self, method);
      }
      return method;
    };
  }
  const attributes = (f.$a ??= new Map<string, unknown>());
  for (const [key, value] of original.$a ?? []) attributes.set(key, value);
  for (const key of Object.keys(made)) {
    const value = (made as unknown as Record<string, unknown>)[key];
    const own = typeof value === 'function' ? pythonFunction(value) : value;
    if (own !== value) {
      attributes.set(key, own);
      continue;
    }
    attributes.set(
      key,
      typeof value === 'function'
        ? defineFunction((...args: unknown[]) => rules.call(value, made, args, null), {
            name: key,
            qualname: key,
            positional: [],
            positionalOnly: 0,
            keywordOnly: [],
            rest: 'args',
            keywords: null,
            python: false,
          })
        : value,
    );
  }
  return f;
}
