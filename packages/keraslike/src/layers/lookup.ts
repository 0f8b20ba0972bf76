import { type DType, dtypes, floatsAreMarked, fromArray, nn, ops, type Tensor } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { failedPrecondition, notImplemented, show, valueError } from '../errors';
import { convert, type Shape, showTuple, type TensorLike, tensorFamily, toArray, toFloat } from '../tensors';
import { DataLayer } from './dataLayer';
import * as o from './options';
import { encoded } from './preprocessing';
import { isShape } from './shapes';
import { KerasTensor } from './symbolic';
import { batchesOf, nested, type Token, tokensOf } from './tokens';

const shared = {
  max_tokens: z.int().nullable().default(null),
  num_oov_indices: z.int().default(1),
};
const rest = {
  idf_weights: z.custom<TensorLike | null>().default(null),
  invert: z.boolean().default(false),
  output_mode: z.string().default('int'),
};
export const sparse = only(false, 'sparse tensors are');
export const vocabulary = z.custom<readonly Token[] | string | null>().default(null);
export const hidden = {
  trainable: z.boolean().optional(),
  dtype: o.base.dtype,
  vocabulary_size: z.int().nullable().optional(),
  has_input_vocabulary: z.boolean().optional(),
  oov_method: z.string().default('floormod'),
};
const integers = signature(
  0,
  {
    ...shared,
    mask_token: z.number().nullable().default(null),
    oov_token: z.number().default(-1),
    vocabulary,
    vocabulary_dtype: z.string().default('int64'),
    ...rest,
    sparse,
    pad_to_max_tokens: z.boolean().default(false),
    oov_method: z.string().default('floormod'),
    salt: only(null, 'salted hashes are'),
    name: o.base.name,
  },
  {
    trainable: hidden.trainable,
    dtype: hidden.dtype,
    vocabulary_size: hidden.vocabulary_size,
    has_input_vocabulary: hidden.has_input_vocabulary,
  },
);
const strings = signature(
  0,
  {
    ...shared,
    mask_token: z.string().nullable().default(null),
    oov_token: z.string().default('[UNK]'),
    vocabulary,
    ...rest,
    pad_to_max_tokens: z.boolean().default(false),
    sparse,
    encoding: z.string().default('utf-8'),
    name: o.base.name,
    salt: only(null, 'salted hashes are'),
  },
  hidden,
);
interface LookupOptions {
  readonly name?: string | null | undefined;
  readonly max_tokens: number | null;
  readonly num_oov_indices: number;
  readonly mask_token: Token | null;
  readonly oov_token: Token;
  readonly vocabulary: readonly Token[] | string | null;
  readonly idf_weights: TensorLike | null;
  readonly invert: boolean;
  readonly output_mode: string;
  readonly pad_to_max_tokens: boolean;
  readonly oov_method: string;
}
const modes = ['int', 'one_hot', 'multi_hot', 'count', 'tf_idf'];

/** Words or numbers as places in a vocabulary, that is given or that `adapt` counts out. */
export abstract class IndexLookup extends DataLayer {
  protected readonly settings: LookupOptions;
  private tokens: Token[] = [];
  private places = new Map<Token, number>();
  private counts = new Map<Token, number>();
  private documents = new Map<Token, number>();
  private seen = 0;
  private idf: Tensor | null = null;
  private readonly given: boolean;
  private adapted = false;

  constructor(p: LookupOptions) {
    const mode = { binary: 'multi_hot', 'tf-idf': 'tf_idf' }[p.output_mode] ?? p.output_mode;
    if (p.max_tokens !== null && p.max_tokens <= 1)
      throw valueError(`If set, \`max_tokens\` must be greater than 1. Received: max_tokens=${p.max_tokens}`);
    if (p.pad_to_max_tokens && p.max_tokens === null)
      throw valueError('If pad_to_max_tokens is True, must set `max_tokens`. Received: max_tokens=None');
    if (p.num_oov_indices < 0)
      throw valueError(
        `\`num_oov_indices\` must be greater than or equal to 0. Received: num_oov_indices=${p.num_oov_indices}`,
      );
    if (!modes.includes(mode))
      throw valueError(
        `Unknown value for \`output_mode\` argument of ${new.target.name}. Allowed values are: ${showTuple(modes.map((m) => `'${m}'`) as never)}. Received: output_mode=${mode}`,
      );
    if (p.invert && mode !== 'int')
      throw valueError(`\`output_mode\` must be \`'int'\` when \`invert\` is true. Received: output_mode=${mode}`);
    if (p.idf_weights !== null && mode !== 'tf_idf')
      throw valueError(
        `\`idf_weights\` should only be set if \`output_mode\` is \`'tf_idf'\`. Received: idf_weights=${String(p.idf_weights)} and output_mode=${mode}`,
      );
    super({ name: p.name });
    this.settings = { ...p, output_mode: mode };
    this.given = p.vocabulary !== null;
    if (typeof p.vocabulary === 'string')
      throw notImplemented(
        `${this.constructor.name}: a vocabulary from a file is not there in Stele: read its lines and pass them as a list`,
      );
    if (mode === 'tf_idf' && this.given && p.idf_weights === null)
      throw valueError(
        'When specifying the `vocabulary` argument, in TF-IDF output mode, the `idf_weights` argument must also be provided.',
      );
    if (p.vocabulary !== null) this.set_vocabulary(p.vocabulary, p.idf_weights);
  }
  /** How many places come before the vocabulary's own. */
  private get first(): number {
    return this.oov + this.settings.num_oov_indices;
  }
  private get oov(): number {
    return this.settings.mask_token !== null && this.settings.output_mode === 'int' ? 1 : 0;
  }
  set_vocabulary(vocabulary: readonly Token[], idf_weights: TensorLike | null = null): void {
    const { mask_token, oov_token, num_oov_indices, max_tokens, output_mode } = this.settings;
    const all = tokensOf([...vocabulary]).list;
    // special tokens in front are not counted twice
    const special = [...(this.oov === 1 ? [mask_token!] : []), ...Array<Token>(num_oov_indices).fill(oov_token)];
    const starts = special.length > 0 && special.every((t, i) => all[i] === t);
    const own = starts ? all.slice(special.length) : all;
    if (new Set(own).size !== own.length)
      throw valueError(
        `The passed vocabulary has at least one repeated term. Please uniquify your dataset. The repeated terms are: ${show([...new Set(own.filter((t, i) => own.indexOf(t) !== i))])}`,
      );
    if (mask_token !== null && own.includes(mask_token))
      throw valueError(
        `Found reserved mask token at unexpected location in \`vocabulary\`. Note that passed \`vocabulary\` does not need to include the OOV and mask tokens. Either remove all mask and OOV tokens, or include them only at the start of the vocabulary in precisely this order: ${show(special)}. Received: mask_token=${show(mask_token)} at vocabulary index ${own.indexOf(mask_token)}`,
      );
    if (max_tokens !== null && this.first + own.length > max_tokens)
      throw valueError(
        `Attempted to set a vocabulary larger than the maximum vocab size. Received vocabulary size is ${this.first + own.length}; \`max_tokens\` is ${max_tokens}.`,
      );
    this.adapted = true;
    this.tokens = [...own];
    this.places = new Map(own.map((t, i) => [t, i + this.first]));
    if (output_mode === 'tf_idf' && idf_weights !== null) {
      const weights = [...toArray(toFloat(idf_weights)).data].map(Number);
      const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
      const front = starts ? [] : Array<number>(this.first).fill(mean);
      const row = [...front, ...weights];
      const depth = this.settings.pad_to_max_tokens ? max_tokens! : row.length;
      this.idf = convert([...row, ...Array<number>(depth - row.length).fill(0)], 'float32');
    }
  }
  get_vocabulary(include_special_tokens: boolean | { include_special_tokens?: boolean } = true): Token[] {
    const all =
      typeof include_special_tokens === 'boolean'
        ? include_special_tokens
        : (include_special_tokens.include_special_tokens ?? true);
    if (!all) return [...this.tokens];
    const { mask_token, oov_token, num_oov_indices } = this.settings;
    return [...(this.oov === 1 ? [mask_token!] : []), ...Array<Token>(num_oov_indices).fill(oov_token), ...this.tokens];
  }
  vocabulary_size(): number {
    return this.first + this.tokens.length;
  }
  reset_state(): void {
    if (this.given) return;
    this.counts.clear();
    this.documents.clear();
    this.seen = 0;
  }
  /** Counts tokens; each row is a document. */
  update_state(data: unknown): void {
    const { list, sizes } = tokensOf(data);
    const width = sizes.length > 1 ? sizes.slice(1).reduce((a, b) => a * b, 1) : 1;
    const rows = sizes.length > 1 ? sizes[0]! : list.length;
    this.update_rows(Array.from({ length: rows }, (_, r) => list.slice(r * width, (r + 1) * width)));
  }
  update_rows(rows: readonly (readonly Token[])[]): void {
    for (const row of rows) {
      for (const token of row) this.counts.set(token, (this.counts.get(token) ?? 0) + 1);
      for (const token of new Set(row)) this.documents.set(token, (this.documents.get(token) ?? 0) + 1);
    }
    this.seen += rows.length;
  }
  finalize_state(): void {
    if (this.given || this.counts.size === 0) return;
    const { mask_token, oov_token, max_tokens, output_mode, pad_to_max_tokens } = this.settings;
    // by count, and of equal counts the last in order first
    const above = (a: Token, b: Token): number => (a < b ? 1 : a > b ? -1 : 0);
    const sorted = [...this.counts]
      .filter(([t]) => t !== mask_token && t !== oov_token)
      .sort((a, b) => b[1] - a[1] || above(a[0], b[0]))
      .map(([t]) => t);
    this.tokens = max_tokens === null ? sorted : sorted.slice(0, max_tokens - this.first);
    this.places = new Map(this.tokens.map((t, i) => [t, i + this.first]));
    if (output_mode !== 'tf_idf') return;
    const weights = this.tokens.map((t) => nn.inverseFrequency(this.seen, this.documents.get(t)!));
    const mean = weights.reduce((a, b) => a + b, 0) / weights.length;
    const row = [...Array<number>(this.first).fill(mean), ...weights];
    const depth = pad_to_max_tokens ? max_tokens! : row.length;
    this.idf = convert([...row, ...Array<number>(depth - row.length).fill(0)], 'float32');
  }
  adapt(data: unknown, steps: number | null = null): void {
    if (this.given)
      throw valueError(
        `Cannot adapt layer '${this.name}' after setting a static vocabulary via \`vocabulary\` argument or \`set_vocabulary()\` method.`,
      );
    this.reset_state();
    let step = 0;
    for (const batch of batchesOf(data)) {
      if (steps !== null && step++ >= steps) break;
      this.update_state(batch);
    }
    this.finalize_state();
    this.adapted = true;
  }
  /** The place of one token. */
  placeOf(token: Token): number {
    const { mask_token, num_oov_indices, output_mode } = this.settings;
    if (mask_token !== null && token === mask_token) return output_mode === 'int' ? 0 : -1;
    const known = this.places.get(token);
    if (known !== undefined) return known;
    if (num_oov_indices === 0)
      throw valueError(
        `When \`num_oov_indices=0\` all inputs should be in vocabulary, found OOV values [${show(token)}], consider setting \`num_oov_indices=1\`.`,
      );
    if (num_oov_indices === 1) return this.oov;
    if (typeof token === 'string')
      throw notImplemented(
        `${this.constructor.name}: several indices for unknown words are not there in Stele: pass num_oov_indices=1`,
      );
    return this.oov + (((token % num_oov_indices) + num_oov_indices) % num_oov_indices);
  }
  override __call__(x: any, ...others: any[]): any {
    if (x instanceof KerasTensor) return super.__call__(x, ...others);
    if (floatsAreMarked() && !this.given && this.tokens.length === 0 && !this.adapted)
      throw failedPrecondition('Table not initialized.');
    const { list, sizes } = tokensOf(x);
    if (this.settings.invert) return this.inverted(list.map(Number), sizes);
    return this.encode(
      list.map((t) => this.placeOf(t)),
      sizes,
    );
  }
  override call(x: any): any {
    return this.__call__(x);
  }
  /** Places as the layer gives them out; those that are masked count nowhere. */
  encode(places: readonly number[], sizes: readonly number[]): Tensor {
    const { output_mode, max_tokens, pad_to_max_tokens } = this.settings;
    const ids = fromArray(tensorFamily(), BigInt64Array.from(places.map(BigInt)), [...sizes], 'int64');
    if (output_mode === 'int') return ids;
    const depth = pad_to_max_tokens ? max_tokens! : this.vocabulary_size();
    const rows = encoded(ids, output_mode === 'tf_idf' ? 'count' : output_mode, depth, 'float32', null);
    if (output_mode !== 'tf_idf') return ops.cast(rows, 'int64');
    if (this.idf === null) throw valueError("When `output_mode` is `'tf_idf'`, `idf_weights` must be provided.");
    return ops.mul(rows, this.idf);
  }
  private inverted(places: readonly number[], sizes: readonly number[]): any {
    const words = this.get_vocabulary();
    const { mask_token, oov_token } = this.settings;
    const list = places.map((i) => (i === 0 && mask_token !== null ? mask_token : (words[i] ?? oov_token)));
    if (typeof oov_token === 'number') return convert(nested(list, sizes) as TensorLike, 'int64');
    return nested(list, sizes);
  }
  protected override output_dtype(): DType {
    return this.settings.output_mode === 'tf_idf' ? 'float32' : 'int64';
  }
  override compute_output_shape(input_shape: any): any {
    if (!isShape(input_shape)) throw valueError(`${this.constructor.name} takes one input`);
    const { output_mode, max_tokens, pad_to_max_tokens } = this.settings;
    if (output_mode === 'int') return input_shape;
    const depth = pad_to_max_tokens ? max_tokens : this.vocabulary_size();
    if (output_mode === 'one_hot' && input_shape.at(-1) !== 1) return [...input_shape, depth];
    return [...(input_shape as Shape).slice(0, -1), depth];
  }
  override get_config(): Record<string, unknown> {
    const { invert, max_tokens, num_oov_indices, oov_token, mask_token, output_mode, pad_to_max_tokens, oov_method } =
      this.settings;
    const own = {
      invert,
      max_tokens,
      num_oov_indices,
      oov_token,
      mask_token,
      output_mode,
      sparse: false,
      pad_to_max_tokens,
    };
    const found = this.tokens.length > 0 ? [...this.tokens] : null;
    const idf_weights =
      this.idf === null
        ? null
        : [...toArray(this.idf).data].map(Number).slice(this.first, this.first + this.tokens.length);
    return {
      ...super.get_config(),
      ...own,
      oov_method,
      salt: null,
      idf_weights,
      vocabulary: found,
      vocabulary_size: null,
    };
  }
}

/** Whole numbers as places in a vocabulary. @see https://keras.io/api/layers/preprocessing_layers/categorical/integer_lookup/ */
export class IntegerLookup extends IndexLookup {
  private readonly vocabulary_dtype: string;
  constructor(...args: Call<[], [max_tokens: number | null, num_oov_indices: number], Keywords<typeof integers>>) {
    const p = read('IntegerLookup.__init__()', integers, args);
    if (p.max_tokens !== null && p.max_tokens <= 1)
      throw valueError(
        `If \`max_tokens\` is set for \`IntegerLookup\`, it must be greater than 1. Received: max_tokens=${p.max_tokens}`,
      );
    const word = Array.isArray(p.vocabulary)
      ? p.vocabulary.find((t) => typeof t === 'string' && !/^\s*[+-]?\d+\s*$/.test(t))
      : undefined;
    if (word !== undefined) throw valueError(`invalid literal for int() with base 10: np.str_('${word}')`);
    super(p);
    if (!Object.hasOwn(dtypes, p.vocabulary_dtype) || !p.vocabulary_dtype.startsWith('int'))
      throw valueError(
        `\`vocabulary_dtype\` must be an integer dtype. Received: vocabulary_dtype=${p.vocabulary_dtype}`,
      );
    this.vocabulary_dtype = p.vocabulary_dtype;
  }
  override get_config(): Record<string, unknown> {
    return { ...super.get_config(), vocabulary_dtype: this.vocabulary_dtype };
  }
}
/** Words, in lists, as places in a vocabulary. @see https://keras.io/api/layers/preprocessing_layers/categorical/string_lookup/ */
export class StringLookup extends IndexLookup {
  private readonly encoding: string;
  constructor(...args: Call<[], [max_tokens: number | null, num_oov_indices: number], Keywords<typeof strings>>) {
    const p = read('StringLookup.__init__()', strings, args);
    super(p);
    this.encoding = p.encoding;
  }
  override get_config(): Record<string, unknown> {
    const { oov_method: _method, ...config } = super.get_config();
    return { ...config, encoding: this.encoding };
  }
}
