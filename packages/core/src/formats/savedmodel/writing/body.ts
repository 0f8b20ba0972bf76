import { copyData } from '../../../tensor/access';
import { type DType, dtypes, type TypedArray } from '../../../tensor/dtype';
import type { Tensor } from '../../../tensor/tensor';
import { type Bytes, FormatError } from '../../bytes';
import { ProtoWriter } from '../../protobuf';
import { typeNumber } from '../../tensorbundle';
import { writeTensorProto } from '../../tensorproto';
import type { AlignedGraph, AlignedStep, Source } from './align';
import { type Attrs, int, tensor, type } from './attrs';
import type { FunctionMade, WrittenFunction } from './function';
import { opWriters } from './ops';
import { type Size, Varying } from './sizes';
import { stepWriters } from './steps';

/** The functions of a model, by name. */
export class Library {
  readonly functions: Bytes[] = [];
  private readonly names = new Set<string>();
  /** Writes a function that another one calls. */
  readonly write: (library: Library, written: WrittenFunction) => FunctionMade;

  constructor(write: (library: Library, written: WrittenFunction) => FunctionMade) {
    this.write = write;
  }
  /** Which inputs' axes the sizes that vary are. */
  unique(name: string): string {
    for (let n = 0; ; n++) {
      const tried = n === 0 ? name : `${name}_${n}`;
      if (this.names.has(tried)) continue;
      this.names.add(tried);
      return tried;
    }
  }
}

/** A parameter of a function: its name, its type, and which source it stands for. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
}
interface VariableState {
  readonly handle: string;
  /** The value that was read last, if nothing was written since. */
  read: string | null;
  /** Nodes that must run before the next write, or read. */
  reads: string[];
  written: string | null;
}

const integers = (values: readonly number[], dtype: 'int32' | 'int64'): TypedArray =>
  dtype === 'int64' ? BigInt64Array.from(values, BigInt) : Int32Array.from(values);

/** The nodes of one function, written step by step. */
export class Body {
  readonly library: Library;
  readonly parameters: readonly Parameter[];
  readonly nodes: Bytes[] = [];
  /** Nodes that change something. */
  readonly effects: string[] = [];
  private readonly refs = new Map<number, string>();
  private readonly listed = new Map<number, DType>();
  private readonly known = new Map<string, string>();
  private readonly names = new Map<string, number>();
  private readonly variables = new Map<Tensor, VariableState>();
  /** The sizes that vary, as scalars of int32. */
  readonly scalars: (string | (() => string))[];

  constructor(library: Library, parameters: readonly Parameter[], scalars: (string | (() => string))[]) {
    this.library = library;
    this.parameters = parameters;
    this.scalars = scalars;
    for (const { name } of parameters) this.names.set(name, 1);
  }
  /** Says what a value or a variable is called in this function. */
  bind(source: Source, ref: string): void {
    if (source.kind === 'value') this.refs.set(source.id, ref);
    else if (source.kind === 'variable')
      this.variables.set(source.tensor, { handle: ref, read: null, reads: [], written: null });
  }
  node(op: string, inputs: readonly string[], attrs: Attrs, output: string, at = 0): string {
    return `${this.place(op, inputs, attrs)}:${output}:${at}`;
  }
  /** Adds a node and gives its name. */
  place(op: string, inputs: readonly string[], attrs: Attrs, after: readonly string[] = []): string {
    const used = this.names.get(op) ?? 0;
    this.names.set(op, used + 1);
    const name = used === 0 ? op : `${op}_${used}`;
    const out = new ProtoWriter().text(1, name).text(2, op);
    for (const input of inputs) out.text(3, input);
    for (const control of new Set(after)) out.text(3, `^${control}`);
    for (const [key, fill] of Object.entries(attrs)) out.message(5, (entry) => entry.text(1, key).message(2, fill));
    this.nodes.push(out.done());
    return name;
  }
  /** A node that is made once. */
  private once(key: string, make: () => string): string {
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const made = make();
    this.known.set(key, made);
    return made;
  }
  private data(dtype: DType, shape: readonly number[], data: TypedArray): string {
    const proto = writeTensorProto({ dtype, shape: [...shape], data } as never);
    return this.node('Const', [], { dtype: type(dtype), value: tensor(proto) }, 'output');
  }
  /** An array of floats. */
  array(values: Float64Array, shape: readonly number[], dtype: DType): string {
    const data = dtypes[dtype].create(values.length);
    (data as Float64Array).set(values);
    return this.data(dtype, shape, data);
  }
  /** A number of a dtype. */
  number(value: number, dtype: DType): string {
    return this.once(`${dtype} ${Object.is(value, -0) ? '-0' : value}`, () => {
      const data = dtypes[dtype].create(1);
      if (dtype === 'int64') (data as BigInt64Array)[0] = BigInt(value);
      else (data as Float32Array)[0] = value;
      return this.data(dtype, [], data);
    });
  }
  list(values: readonly number[], dtype: 'int32' | 'int64' = 'int32'): string {
    return this.once(`[${dtype} ${values.join()}]`, () => this.data(dtype, [values.length], integers(values, dtype)));
  }
  /** A size as a scalar of int32. */
  size(value: Size): string {
    if (typeof value === 'number') return this.number(value, 'int32');
    return this.once(`size ${value.key}`, () => {
      const T = { T: type('int32') };
      const scalar = (i: number): string => {
        const made = this.scalars[i]!;
        if (typeof made === 'string') return made;
        const ref = made();
        this.scalars[i] = ref;
        return ref;
      };
      const times = (a: string, factor: number): string =>
        factor === 1 ? a : this.node('Mul', [a, this.number(factor, 'int32')], T, 'z');
      if (value.product !== null)
        return times(
          value.product.map(scalar).reduce((a, b) => this.node('Mul', [a, b], T, 'z')),
          value.constant,
        );
      const terms = value.factors.flatMap((factor, i) => (factor === 0 ? [] : [times(scalar(i), factor)]));
      if (value.constant !== 0) terms.push(this.number(value.constant, 'int32'));
      return terms.reduce((a, b) => this.node('AddV2', [a, b], T, 'z'));
    });
  }
  /** Sizes as a vector of int32. */
  sizes(values: readonly Size[]): string {
    if (values.every((v) => typeof v === 'number')) return this.list(values as number[]);
    return this.once(`sizes ${values.map((v) => (typeof v === 'number' ? v : v.key)).join(';')}`, () =>
      this.node(
        'Pack',
        values.map((v) => this.size(v)),
        { N: int(values.length), T: type('int32'), axis: int(0) },
        'output',
      ),
    );
  }
  cast(ref: string, from: DType, to: DType): string {
    return from === to ? ref : this.node('Cast', [ref], { SrcT: type(from), DstT: type(to) }, 'y');
  }
  private constant({ tensor: t, rule, sizes, dtype }: Extract<Source, { kind: 'constant' }>): string {
    if (rule === null) {
      const data = copyData(t);
      return this.once(`${dtype} [${t.sizes}] ${data.length <= 64 ? data.join() : Math.random()}`, () =>
        this.data(dtype, t.sizes, data),
      );
    }
    if ('elements' in rule) {
      const whole = ['int32', 'int64', 'float32', 'float64'].includes(dtype);
      if (!whole) throw new FormatError(`SavedModel: a ${dtype} constant depends on sizes that are not fixed`);
      return this.node(
        'Reshape',
        [this.cast(this.sizes(rule.elements), 'int32', dtype), this.sizes(sizes)],
        { T: type(dtype), Tshape: type('int32') },
        'output',
      );
    }
    const scalar = (value: Size): string =>
      value instanceof Varying ? this.cast(this.size(value), 'int32', dtype) : this.number(value, dtype);
    if ('fill' in rule) {
      if (sizes.length === 0) return scalar(rule.fill);
      return this.node(
        'Fill',
        [this.sizes(sizes), scalar(rule.fill)],
        { T: type(dtype), index_type: type('int32') },
        'output',
      );
    }
    const [count] = sizes as readonly [Size];
    const indices = this.node(
      'Range',
      [this.number(0, 'int32'), this.size(count), this.number(1, 'int32')],
      { Tidx: type('int32') },
      'output',
    );
    const T = { T: type(dtype) };
    const wide = this.cast(indices, 'int32', dtype);
    return this.node('AddV2', [this.node('Mul', [wide, scalar(rule.step)], T, 'z'), scalar(rule.from)], T, 'z');
  }
  /** What a source is called here. */
  ref(source: Source): string {
    switch (source.kind) {
      case 'constant':
        return this.constant(source);
      case 'variable':
        return this.read(source.tensor);
      case 'list':
        return this.reserve(this.number(source.length, 'int32'), source.element);
      default: {
        const found = this.refs.get(source.id);
        if (found === undefined) throw new FormatError('SavedModel: a value is used before it is computed');
        return found;
      }
    }
  }
  /** An empty list of tensors. */
  reserve(count: string, dtype: DType): string {
    return this.node(
      'TensorListReserve',
      [this.number(-1, 'int32'), count],
      { element_dtype: type(dtype), shape_type: type('int32') },
      'handle',
    );
  }
  state(variable: Tensor): VariableState {
    const found = this.variables.get(variable);
    if (found === undefined) throw new FormatError('SavedModel: a variable of the function is not among its captures');
    return found;
  }
  private read(variable: Tensor): string {
    const state = this.state(variable);
    if (state.read !== null) return state.read;
    const after = state.written === null ? [] : [state.written];
    const name = this.place('ReadVariableOp', [state.handle], { dtype: type(variable.scalarType) }, after);
    state.reads.push(name);
    state.read = `${name}:value:0`;
    return state.read;
  }
  /** What a variable's next change has to wait for. */
  before(variable: Tensor): string[] {
    const { reads, written } = this.state(variable);
    return [...reads, ...(written === null ? [] : [written])];
  }
  /** Says that a node has changed a variable. */
  changed(variable: Tensor, node: string): void {
    Object.assign(this.state(variable), { read: null, reads: [], written: node });
    this.effects.push(node);
  }
  /** The type of a source in this function: lists of tensors are variants. */
  typeOf(source: Source): string {
    if (source.kind === 'variable') return 'resource';
    return this.elementOf(source) === undefined ? source.dtype : 'variant';
  }
  /** Of a list of tensors, their dtype. */
  elementOf(source: Source): DType | undefined {
    return source.kind === 'list' ? source.element : source.kind === 'value' ? this.listed.get(source.id) : undefined;
  }
  markList(source: Source, dtype: DType): void {
    if (source.kind === 'value') this.listed.set(source.id, dtype);
  }

  write({ steps }: AlignedGraph): void {
    for (const step of steps) this.step(step);
  }
  private step(step: AlignedStep): void {
    const { meaning, outputs } = step;
    let made: readonly string[];
    if (meaning !== null) made = stepWriters[meaning.kind](this, step, meaning as never);
    else if (step.attrs === null)
      throw new FormatError(
        `SavedModel: ${step.name} is done anew at each run in a way that graphs of TensorFlow cannot say; leave it out of the function`,
      );
    else {
      const write = opWriters[step.name];
      if (write === undefined)
        throw new FormatError(`SavedModel: the op ${step.name} of this function cannot be written yet`);
      made = [write(this, step)].flat();
    }
    outputs.forEach((value, i) => {
      const ref = made[i];
      if (ref !== undefined) this.refs.set(value.id, ref);
    });
  }
  /** The function as TensorFlow stores it; `results` are the values of its outputs. */
  done(
    name: string,
    results: readonly { readonly name: string; readonly type: string; readonly ref: string }[],
  ): Bytes {
    return new ProtoWriter()
      .message(1, (signature) => {
        signature.text(1, name);
        for (const { name: arg, type: kind } of this.parameters)
          signature.message(2, (m) => m.text(1, arg).int(3, typeNumber(kind)));
        for (const { name: arg, type: kind } of results)
          signature.message(3, (m) => m.text(1, arg).int(3, typeNumber(kind)));
        signature.int(17, this.parameters.some((p) => p.type === 'resource') || this.effects.length > 0 ? 1 : 0);
        for (const effect of this.effects) signature.text(20, effect);
      })
      .chain((f) => {
        for (const node of this.nodes) f.bytes(3, node);
        for (const { name: result, ref } of results) f.message(4, (entry) => entry.text(1, result).text(2, ref));
        for (const effect of this.effects) f.message(6, (entry) => entry.text(1, effect).text(2, effect));
      })
      .done();
  }
}
