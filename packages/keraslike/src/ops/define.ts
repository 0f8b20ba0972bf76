import { bindKeywords, declareSignature, isKeywords, parseSignature, type Tensor } from '@stele/core';
import { valueError } from '../errors';
import { Layer } from '../layers/layer';
import { isSymbolic, isTensorish, tensorsOf } from '../layers/structure';
import { KerasTensor } from '../layers/symbolic';
import { autoName } from '../names';
import { plainConfig } from '../saving/objects';
import { provideMember } from '../saving/registry';
import { type Shape, showTuple, tensorFamily } from '../tensors';

type AnyFunction = (...args: any[]) => any;
/** A function of `keras.ops`: arguments by position, the last of them may be an object of others by keyword. */
export type KerasOp<R> = (...args: any[]) => R;

/** An op in a functional model: a layer without weights; what is no tensor among its arguments is its settings. */
export abstract class Operation extends Layer {
  readonly is_operation = true;
  private readonly settings: Readonly<Record<string, unknown>>;
  constructor(options: Record<string, unknown> = {}) {
    const { name, ...settings } = options;
    super({ name: (name as string | undefined) ?? null, autocast: false });
    this.settings = settings;
    this.builtAtOnce();
  }
  protected abstract readonly formula: AnyFunction;
  private run(args: readonly unknown[]): any {
    return Object.keys(this.settings).length === 0 ? this.formula(...args) : this.formula(...args, this.settings);
  }
  override call(...args: any[]): any {
    return this.run(args.slice(0, -1));
  }
  override __call__(...given: any[]): any {
    // models tell every layer whether they are training
    const args = given.length > 1 && isContext(given.at(-1)) ? given.slice(0, -1) : given;
    return args.some(isSymbolic) ? this.symbolic(args, {}) : this.run(args);
  }
  override get_config(): Record<string, unknown> {
    return { ...this.settings, name: this.name };
  }
  static override from_config(config: unknown): unknown {
    // biome-ignore lint/complexity/noThisInStatic: the class of the op, a subclass
    return new (this as unknown as new (o: object) => Operation)(plainConfig(config));
  }
}
const isContext = (x: unknown): boolean =>
  isKeywords(x) && !isTensorish(x) && Object.keys(x).every((k) => k === 'training' || k === 'mask');

/** Parameters that take tensors; what others are given becomes a setting of the op. */
const tensorNames = new Set(
  'x x1 x2 xs y a b q k v inputs kernel depthwise_kernel pointwise_kernel condition target output query key value bias mask indices values updates data segment_ids elements images input targets predictions mean variance offset scale gamma beta operands start_indices weights abs_ angle array tensor sorted_sequence choicelist condlist bins'.split(
    ' ',
  ),
);
const defaultOf = (text: string): unknown => {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  return /^['"]/.test(text) ? text.slice(1, -1) : Number(text);
};
const className = (name: string): string =>
  name
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

/** What Keras says where the shapes of symbolic tensors do not fit; null for what it leaves to the framework underneath. */
function ofSymbols(error: unknown, name: string, args: readonly unknown[]): Error | null {
  if (!(error instanceof Error)) return null;
  const given = tensorsOf(args).map((t) => (t instanceof KerasTensor ? t.shape : (t as Tensor).sizes));
  const [a, b] = given;
  if (a === undefined || b === undefined) return null;
  const said = error.message;
  if (name === 'matmul')
    return valueError(
      `Inner dimensions (\`x1.shape[-1]\` and \`x2.shape[-2]\`) must be equal, but received \`x1.shape=${showTuple(a)}\` and \`x2.shape=${showTuple(b)}\`.`,
    );
  if (name === 'concatenate' || name === 'stack') {
    const odd = given.find((s) => s.length !== a.length || s.some((d, i) => d !== a[i])) ?? b;
    return valueError(
      name === 'stack'
        ? `Every value in \`xs\` must have the same shape. But found element of shape ${showTuple(odd)},  which is different from the first element's shape ${showTuple(a)}.`
        : `Every value in \`xs\` must have the same shape except on the \`axis\` dim. But found element of shape ${showTuple(odd)}, which is different from the first element's shape ${showTuple(a)}.`,
    );
  }
  if (!/broadcast|Incompatible shapes/.test(said)) return null;
  const rank = Math.max(a.length, b.length);
  const [left, right] = [a, b].map((s) => [...Array<number>(rank - s.length).fill(1), ...s]) as unknown as [
    Shape,
    Shape,
  ];
  const at = left.findIndex((d, i) => d !== 1 && d !== null && right[i] !== 1 && right[i] !== null && right[i] !== d);
  const list = (s: Shape): string => `[${s.map((d) => d ?? 'None').join(', ')}]`;
  return valueError(
    `Cannot broadcast shape, the failure dim has value ${left[at]}, which cannot be broadcasted to ${right[at]}. Input shapes are: ${list(left)} and ${list(right)}.`,
  );
}

/** The ops of one of Keras' modules: makes functions under Python's signatures, and layers of them in models. */
export function family(
  module: string,
): <F extends AnyFunction>(name: string, signature: string, f: F) => KerasOp<ReturnType<F>> {
  return (name, signature, f) => {
    const { positional, variadic } = parseSignature(signature);
    const parameters = positional.map(([own]) => own!);
    const defaults = new Map(
      [...signature.matchAll(/(\w+)=([^,()]+)/g)].map(([, key, text]) => [key!, defaultOf(text!.trim())] as const),
    );
    // a slice is an object too
    const isSlice = (x: object): boolean => parameters.includes('key') && 'start' in x;
    const typeName = className(name);
    const type = class extends Operation {
      protected readonly formula = (...args: any[]): any => {
        const last = args.at(-1);
        const keywords = isKeywords(last) && !isTensorish(last) && !isSlice(last) ? last : null;
        return keywords === null ? f(...args) : f(...bindKeywords(`${name}()`, op, args.slice(0, -1), keywords));
      };
    };
    Object.defineProperty(type, 'name', { value: typeName });
    provideMember(`keras.src.ops.${module}`, typeName, type);
    const record = (args: readonly unknown[]): unknown => {
      const takes = (i: number): boolean =>
        variadic || i >= parameters.length || tensorNames.has(parameters[i]!) || isSymbolic(args[i]);
      const settings: Record<string, unknown> = { name: autoName(typeName) };
      parameters.forEach((parameter, i) => {
        if (takes(i)) return;
        const value = args[i] === undefined ? defaults.get(parameter) : args[i];
        if (value !== undefined) settings[parameter] = value;
      });
      const tensors = args.filter((_, i) => takes(i));
      while (tensors.length > 0 && tensors.at(-1) === undefined) tensors.pop();
      return new (type as unknown as new (o: object) => Operation)(settings).__call__(...tensors);
    };
    const op = (...given: any[]): any => {
      const last = given.at(-1);
      const keywords = isKeywords(last) && !isTensorish(last) && !isSlice(last) ? last : null;
      const args = keywords === null ? given : bindKeywords(`${name}()`, op, given.slice(0, -1), keywords);
      const symbolic = args.some(isSymbolic);
      try {
        return symbolic ? record(args) : f(...args);
      } catch (error) {
        throw (symbolic ? ofSymbols(error, name, args) : null) ?? tensorFamily().rephrase(error);
      }
    };
    Object.defineProperty(op, 'name', { value: name });
    declareSignature(op, signature);
    return op;
  };
}
