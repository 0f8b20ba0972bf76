import { type DType, ops } from '@stele/core';
import { z } from 'zod';
import { type Call, type Keywords, only, read, signature } from '../arguments';
import { show, valueError } from '../errors';
import { showTuple, type TensorLike } from '../tensors';
import { DataLayer } from './dataLayer';
import { hidden, StringLookup, sparse, vocabulary } from './lookup';
import * as o from './options';
import { KerasTensor } from './symbolic';
import { batchesOf, type Token, tokensOf } from './tokens';

const text = signature(
  0,
  {
    max_tokens: z.int().nullable().default(null),
    standardize: z.custom<string | ((s: string) => string) | null>().default('lower_and_strip_punctuation'),
    split: z.custom<string | ((s: string) => readonly string[]) | null>().default('whitespace'),
    ngrams: z
      .union([z.int(), z.array(z.int()).readonly()])
      .nullable()
      .default(null),
    output_mode: z.string().default('int'),
    output_sequence_length: z.int().nullable().default(null),
    pad_to_max_tokens: z.boolean().default(false),
    vocabulary,
    idf_weights: z.custom<TensorLike | null>().default(null),
    sparse,
    ragged: only(false, 'ragged tensors are'),
    encoding: z.string().default('utf-8'),
    name: o.base.name,
  },
  { trainable: hidden.trainable, dtype: hidden.dtype, vocabulary_size: hidden.vocabulary_size },
);
/** Texts as rows of places of their words. @see https://keras.io/api/layers/preprocessing_layers/text/text_vectorization/ */
export class TextVectorization extends DataLayer {
  declare readonly standardize: string | ((s: string) => string) | null;
  declare readonly split: string | ((s: string) => readonly string[]) | null;
  declare readonly ngrams: readonly number[] | number | null;
  declare readonly output_mode: string;
  declare readonly output_sequence_length: number | null;
  private readonly table: StringLookup;
  constructor(
    ...args: Call<
      [],
      [max_tokens: number | null, standardize: string | ((s: string) => string) | null],
      Keywords<typeof text>
    >
  ) {
    const p = read('TextVectorization.__init__()', text, args);
    const standards = [null, 'lower_and_strip_punctuation', 'lower', 'strip_punctuation'];
    if (typeof p.standardize !== 'function' && !standards.includes(p.standardize))
      throw valueError(
        `Unknown value for \`standardize\` argument of TextVectorization. Allowed values are: ('lower_and_strip_punctuation', 'lower', 'strip_punctuation'). Received: standardize=${show(p.standardize)}`,
      );
    if (typeof p.split !== 'function' && ![null, 'whitespace', 'character'].includes(p.split))
      throw valueError(
        `Unknown value for \`split\` argument of TextVectorization. Allowed values are: ('whitespace', 'character'). Received: split=${show(p.split)}`,
      );
    if (p.output_sequence_length !== null && p.output_mode !== 'int')
      throw valueError(
        `\`output_sequence_length\` must not be set if \`output_mode\` is not 'int'. Received output_sequence_length=${p.output_sequence_length}.`,
      );
    super({ name: p.name });
    const saved = 'output_mode output_sequence_length pad_to_max_tokens sparse ragged encoding'.split(' ');
    this.keep({ sparse: false, ragged: false, ...p }, ['max_tokens', 'standardize', 'split', 'ngrams', ...saved]);
    this.table = new StringLookup({
      max_tokens: p.max_tokens,
      vocabulary: p.vocabulary,
      idf_weights: p.idf_weights,
      pad_to_max_tokens: p.pad_to_max_tokens,
      mask_token: '',
      output_mode: p.output_mode,
    });
    this.builtAtOnce();
  }
  private words(given: string): string[] {
    let s = given;
    const { standardize, split, ngrams } = this;
    if (standardize === 'lower' || standardize === 'lower_and_strip_punctuation') s = s.toLowerCase();
    if (standardize === 'strip_punctuation' || standardize === 'lower_and_strip_punctuation')
      s = s.replace(/[!"#$%&()*+,\-./:;<=>?@[\\\]^_`{|}~']/g, '');
    if (typeof standardize === 'function') s = standardize(s);
    const tokens =
      split === null
        ? [s]
        : split === 'whitespace'
          ? s.split(/\s+/).filter((w) => w !== '')
          : split === 'character'
            ? [...s]
            : [...(split as (s: string) => readonly string[])(s)];
    if (ngrams === null) return tokens;
    const widths = typeof ngrams === 'number' ? Array.from({ length: ngrams }, (_, i) => i + 1) : ngrams;
    return widths.flatMap((n) =>
      tokens.slice(0, Math.max(0, tokens.length - n + 1)).map((_, i) => tokens.slice(i, i + n).join(' ')),
    );
  }
  private rows(x: unknown): { rows: string[][]; scalar: boolean } {
    const { list, sizes } = tokensOf(x);
    if (sizes.length > 1 && sizes.at(-1) !== 1)
      throw valueError(
        `When using \`TextVectorization\` to tokenize strings, the input rank must be 1 or the last shape dimension must be 1. Received: inputs.shape=${showTuple(sizes)} with rank=${sizes.length}`,
      );
    return { rows: list.map((s) => this.words(String(s))), scalar: sizes.length === 0 };
  }
  adapt(data: unknown, steps: number | { batch_size?: number | null; steps?: number | null } | null = null): void {
    const limit = typeof steps === 'object' && steps !== null ? (steps.steps ?? null) : steps;
    this.table.reset_state();
    let step = 0;
    for (const batch of batchesOf(data)) {
      if (limit !== null && step++ >= limit) break;
      this.table.update_rows(this.rows(batch).rows);
    }
    this.table.finalize_state();
  }
  get_vocabulary(include_special_tokens: boolean | { include_special_tokens?: boolean } = true): Token[] {
    return this.table.get_vocabulary(include_special_tokens);
  }
  set_vocabulary(vocabulary: readonly string[], idf_weights: TensorLike | null = null): void {
    this.table.set_vocabulary(vocabulary, idf_weights);
  }
  vocabulary_size(): number {
    return this.table.vocabulary_size();
  }
  override __call__(x: any, ...others: any[]): any {
    if (x instanceof KerasTensor) return super.__call__(x, ...others);
    const { rows, scalar } = this.rows(x);
    const places = rows.map((row) => row.map((w) => this.table.placeOf(w)));
    if (this.output_mode !== 'int') {
      const lines = places.map((row) => this.table.encode(row, [row.length]));
      return scalar ? lines[0]! : ops.stack(lines, 0);
    }
    const width = this.output_sequence_length ?? Math.max(0, ...places.map((row) => row.length));
    const flat = places.flatMap((row) => Array.from({ length: width }, (_, i) => row[i] ?? 0));
    return this.table.encode(flat, scalar ? [width] : [places.length, width]);
  }
  override call(x: any): any {
    return this.__call__(x);
  }
  protected override output_dtype(): DType {
    return this.output_mode === 'tf_idf' ? 'float32' : 'int64';
  }
  override compute_output_shape(input_shape: any): any {
    if (this.output_mode === 'int') return [input_shape[0], this.output_sequence_length];
    return [input_shape[0], this.table.vocabulary_size()];
  }
  override get_config(): Record<string, unknown> {
    const { vocabulary, idf_weights } = this.table.get_config();
    return { ...super.get_config(), vocabulary, idf_weights, vocabulary_size: null };
  }
}
