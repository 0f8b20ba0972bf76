import type { GraphFunction } from '../../graph/function';
import { neededSteps } from '../../graph/function';
import type { Step } from '../../graph/graph';
import type { ConvAttrs } from '../../ops/conv';
import type { PoolAttrs } from '../../ops/pool';
import type { ReduceAttrs } from '../../ops/reduce';
import type { SliceAttrs } from '../../ops/shape';
import { copyData } from '../../tensor/access';
import type { DType } from '../../tensor/dtype';
import type { Storage, Tensor } from '../../tensor/tensor';
import { type Bytes, FormatError } from '../bytes';
import { type Pair, samePads } from '../graphOps';
import { ProtoWriter } from '../protobuf';
import { typeNumber } from '../tensorbundle';
import { writeTensorProto } from '../tensorproto';

/** A variable of a model that is written. */
export interface WrittenVariable {
  readonly name: string;
  readonly tensor: Tensor;
  readonly trainable: boolean;
}

/** Kinds of nodes with the same meaning on the same inputs, and what TensorFlow calls their output. */
const direct: Readonly<Record<string, readonly [op: string, output: string]>> = {
  add: ['AddV2', 'z'],
  sub: ['Sub', 'z'],
  mul: ['Mul', 'z'],
  div: ['RealDiv', 'z'],
  pow: ['Pow', 'z'],
  maximum: ['Maximum', 'z'],
  maximumFirst: ['Maximum', 'z'],
  minimum: ['Minimum', 'z'],
  minimumFirst: ['Minimum', 'z'],
  less: ['Less', 'z'],
  lessEqual: ['LessEqual', 'z'],
  greater: ['Greater', 'z'],
  greaterEqual: ['GreaterEqual', 'z'],
  equal: ['Equal', 'z'],
  notEqual: ['NotEqual', 'z'],
  relu: ['Relu', 'activations'],
  sigmoid: ['Sigmoid', 'y'],
  tanh: ['Tanh', 'y'],
  exp: ['Exp', 'y'],
  expm1: ['Expm1', 'y'],
  log: ['Log', 'y'],
  log1p: ['Log1p', 'y'],
  sqrt: ['Sqrt', 'y'],
  rsqrt: ['Rsqrt', 'y'],
  square: ['Square', 'y'],
  abs: ['Abs', 'y'],
  neg: ['Neg', 'y'],
  erf: ['Erf', 'y'],
  softplus: ['Softplus', 'activations'],
  clone: ['Identity', 'output'],
  stopGradient: ['Identity', 'output'],
};

type Attr = (value: ProtoWriter) => void;
const type =
  (dtype: string): Attr =>
  (v) =>
    void v.int(6, typeNumber(dtype));
const text =
  (s: string): Attr =>
  (v) =>
    void v.text(2, s);
const bool =
  (b: boolean): Attr =>
  (v) =>
    void v.int(5, b ? 1 : 0);
const int =
  (n: number): Attr =>
  (v) =>
    void v.int(3, n);
const ints =
  (list: readonly number[]): Attr =>
  (v) =>
    void v.message(1, (m) => m.packed(3, list));

/** A traced function of one batch entry as a function of TensorFlow, for any number of entries. */
class Body {
  readonly nodes: Bytes[] = [];
  private readonly refs = new Map<Storage, string>();
  /** Values that the inputs take part in: their first axis is the batch. */
  private readonly moving = new Set<Storage>();
  private readonly traced: GraphFunction;
  private count = 0;

  constructor(traced: GraphFunction, variables: readonly WrittenVariable[]) {
    this.traced = traced;
    for (const [name, t] of traced.inputs) {
      this.refs.set(t.storage, name);
      this.moving.add(t.storage);
    }
    variables.forEach(({ tensor }, i) => {
      const read = this.node('ReadVariableOp', [`variable_${i}`], { dtype: type(tensor.scalarType) }, 'value');
      this.refs.set(tensor.storage, read);
    });
    for (const step of neededSteps(traced)) this.step(step);
  }
  node(op: string, inputs: readonly string[], attrs: Readonly<Record<string, Attr>>, output: string): string {
    const name = `${op}_${this.count++}`;
    const out = new ProtoWriter().text(1, name).text(2, op);
    for (const input of inputs) out.text(3, input);
    for (const [key, fill] of Object.entries(attrs)) out.message(5, (entry) => entry.text(1, key).message(2, fill));
    this.nodes.push(out.done());
    return `${name}:${output}:0`;
  }
  private constant(t: Tensor): string {
    const proto = writeTensorProto({ dtype: t.scalarType, shape: t.sizes, data: copyData(t) });
    return this.node('Const', [], { dtype: type(t.scalarType), value: (v) => void v.bytes(8, proto) }, 'output');
  }
  private list(values: readonly number[]): string {
    const proto = writeTensorProto({ dtype: 'int32', shape: [values.length], data: Int32Array.from(values) });
    return this.node('Const', [], { dtype: type('int32'), value: (v) => void v.bytes(8, proto) }, 'output');
  }
  private single(value: number): string {
    const proto = writeTensorProto({ dtype: 'int32', shape: [], data: Int32Array.of(value) });
    return this.node('Const', [], { dtype: type('int32'), value: (v) => void v.bytes(8, proto) }, 'output');
  }
  ref(t: Tensor): string {
    const known = this.refs.get(t.storage);
    if (known !== undefined) return known;
    if (this.traced.graph.owns(t))
      throw new FormatError('SavedModel: a value of the model is read before it is computed');
    const made = this.constant(t);
    this.refs.set(t.storage, made);
    return made;
  }
  private step(step: Step): void {
    if (step.attrs === null)
      throw new FormatError(
        `SavedModel: ${step.name} draws or changes something at each run; that cannot be written yet`,
      );
    const out = this.converted(step);
    const [made] = step.outputs;
    this.refs.set(made!.storage, out);
    if (step.inputs.some((t) => this.moving.has(t.storage))) this.moving.add(made!.storage);
  }
  private converted(step: Step): string {
    const [x, y, z] = step.inputs as readonly [Tensor, Tensor, Tensor?];
    const T = { T: type(x.scalarType) };
    const same = direct[step.name];
    const refs = (): string[] => step.inputs.map((t) => this.ref(t));
    if (same !== undefined) return this.node(same[0], refs(), T, same[1]);
    const attrs = step.attrs as Record<string, any>;
    switch (step.name) {
      case 'linear':
      case 'matmul': {
        const turned = step.name === 'linear' && Boolean(attrs.outFirst);
        const product =
          x.rank === 2 && y.rank === 2
            ? this.node('MatMul', [this.ref(x), this.ref(y)], { ...T, transpose_b: bool(turned) }, 'product')
            : this.node('BatchMatMulV2', [this.ref(x), this.ref(y)], { ...T, adj_y: bool(turned) }, 'output');
        return z === undefined ? product : this.node('AddV2', [product, this.ref(z)], T, 'z');
      }
      case 'conv2d':
        return this.conv2d(step, attrs as unknown as ConvAttrs);
      case 'maxPool2d':
      case 'avgPool2d':
        return this.pool(step, attrs as unknown as PoolAttrs);
      case 'softmax':
      case 'logSoftmax':
        if (attrs.axis !== x.rank - 1)
          throw new FormatError(
            `SavedModel: ${step.name} along axis ${attrs.axis} cannot be written yet, only the last`,
          );
        return step.name === 'softmax'
          ? this.node('Softmax', refs(), T, 'softmax')
          : this.node('LogSoftmax', refs(), T, 'logsoftmax');
      case 'reshape':
      case 'squeeze':
      case 'unsqueeze': {
        const { sizes } = step.outputs[0]!;
        const moving = this.moving.has(x.storage);
        const shape = this.list(moving ? [-1, ...sizes.slice(1)] : sizes);
        return this.node('Reshape', [this.ref(x), shape], { ...T, Tshape: type('int32') }, 'output');
      }
      case 'permute':
        return this.node('Transpose', [this.ref(x), this.list(attrs.axes)], { ...T, Tperm: type('int32') }, 'y');
      case 'concat': {
        const inputs = [...refs(), this.single(attrs.axis)];
        return this.node('ConcatV2', inputs, { ...T, N: int(step.inputs.length), Tidx: type('int32') }, 'output');
      }
      case 'sum':
      case 'mean':
      case 'max':
      case 'min': {
        const { axes, keepDims } = attrs as unknown as ReduceAttrs;
        const op = { sum: 'Sum', mean: 'Mean', max: 'Max', min: 'Min' }[step.name];
        const options = { ...T, Tidx: type('int32'), keep_dims: bool(keepDims) };
        return this.node(op, [this.ref(x), this.list(axes)], options, 'output');
      }
      case 'slice': {
        const { axis, start, stop, step: stride } = attrs as unknown as SliceAttrs;
        const every = (value: number, at: number): string =>
          this.list(x.sizes.map((_, i) => (i === axis ? at : value)));
        const others = x.sizes.reduce((mask, _, i) => (i === axis ? mask : mask | (1 << i)), 0);
        const options = { ...T, Index: type('int32'), begin_mask: int(others), end_mask: int(others) };
        return this.node(
          'StridedSlice',
          [this.ref(x), every(0, start), every(0, stop), every(1, stride)],
          options,
          'output',
        );
      }
      case 'take': {
        const options = { Tparams: type(x.scalarType), Tindices: type(y.scalarType), Taxis: type('int32') };
        return this.node('GatherV2', [...refs(), this.single(attrs.axis)], options, 'output');
      }
      case 'cast':
        return this.node('Cast', refs(), { SrcT: type(x.scalarType), DstT: type(attrs.to as DType) }, 'y');
      case 'where':
        return this.node('SelectV2', refs(), { T: type(y.scalarType) }, 'output');
      default:
        throw new FormatError(`SavedModel: the op ${step.name} of this model cannot be written yet`);
    }
  }
  /** Paddings around images in TensorFlow's words. */
  private window(
    x: Tensor,
    window: Pair,
    stride: Pair,
    dilation: Pair,
    padding: readonly [Pair, Pair],
  ): Record<string, Attr> {
    const flat = padding.flat();
    if (flat.every((p) => p === 0)) return { padding: text('VALID') };
    if (String(samePads(x, window, stride, dilation)) === String(padding)) return { padding: text('SAME') };
    return { padding: text('EXPLICIT'), explicit_paddings: ints([0, 0, ...flat, 0, 0]) };
  }
  private conv2d(step: Step, a: ConvAttrs): string {
    const [x, w, b] = step.inputs as readonly [Tensor, Tensor, Tensor?];
    if (a.channelsFirst) throw new FormatError('SavedModel: models with channels first cannot be written yet');
    const [kh, kw, inputs, out] = w.sizes as readonly [number, number, number, number];
    const T = { T: type(x.scalarType) };
    const options = {
      ...T,
      ...this.window(x, [kh, kw], a.stride, a.dilation, a.padding),
      strides: ints([1, ...a.stride, 1]),
      dilations: ints([1, ...a.dilation, 1]),
    };
    let made: string;
    if (a.groups > 1 && inputs === 1) {
      const shape = this.list([kh, kw, a.groups, out / a.groups]);
      const kernel = this.node(
        'Reshape',
        [this.ref(w), shape],
        { T: type(w.scalarType), Tshape: type('int32') },
        'output',
      );
      made = this.node('DepthwiseConv2dNative', [this.ref(x), kernel], options, 'output');
    } else made = this.node('Conv2D', [this.ref(x), this.ref(w)], options, 'output');
    return b === undefined ? made : this.node('BiasAdd', [made, this.ref(b)], T, 'output');
  }
  private pool(step: Step, a: PoolAttrs & { countPadding?: boolean; divisor?: number | null }): string {
    const [x] = step.inputs as readonly [Tensor];
    if (a.channelsFirst || a.ceil || a.dilation.some((d) => d !== 1) || a.countPadding || (a.divisor ?? null) !== null)
      throw new FormatError(`SavedModel: this form of ${step.name} cannot be written yet`);
    const options = {
      T: type(x.scalarType),
      ...this.window(x, a.window, a.stride, a.dilation, a.padding),
      ksize: ints([1, ...a.window, 1]),
      strides: ints([1, ...a.stride, 1]),
    };
    return this.node(step.name === 'maxPool2d' ? 'MaxPool' : 'AvgPool', [this.ref(x)], options, 'output');
  }
}

const functionName = '__inference_serve';
const shapeOf =
  (sizes: readonly number[]) =>
  (m: ProtoWriter): void => {
    for (const d of sizes) m.message(2, (dim) => void (d !== 0 && dim.int(1, d)));
  };
const batched = (t: Tensor): number[] => (t.rank === 0 ? [] : [-1, ...t.sizes.slice(1)]);
const spec =
  (name: string, t: Tensor) =>
  (m: ProtoWriter): void =>
    void m.message(33, (s) =>
      s
        .text(1, name)
        .message(2, shapeOf(batched(t)))
        .int(3, typeNumber(t.scalarType)),
    );
const dict =
  (list: GraphFunction['inputs']) =>
  (m: ProtoWriter): void =>
    void m.message(53, (d) => {
      for (const [name, t] of list) d.message(1, (entry) => entry.text(1, name).message(2, spec(name, t)));
    });
const userObject =
  (identifier: string) =>
  (m: ProtoWriter): void =>
    void m.message(4, (user) => user.text(1, identifier).message(2, (v) => v.int(1, 1).int(2, 1)));

/**
 * The `saved_model.pb` of a traced function with its variables: a root object whose `variables` is the list of them and
 * whose signature `serving_default` is the function. The variables' values belong in `variables/variables` beside it.
 *
 * @throws FormatError that names an op which has no node.
 */
export function writeSavedModel(traced: GraphFunction, variables: readonly WrittenVariable[]): Bytes {
  // Python flattens dicts by their sorted keys
  const byName = (list: GraphFunction['inputs']) => [...list].sort(([a], [b]) => (a < b ? -1 : 1));
  const inputs = byName(traced.inputs);
  const outputs = byName(traced.outputs);
  const body = new Body(traced, variables);
  const results = outputs.map(([, t]) => body.node('Identity', [body.ref(t)], { T: type(t.scalarType) }, 'output'));
  const first = 2 + 1 + 1;
  return new ProtoWriter()
    .int(1, 1)
    .message(2, (meta) => {
      meta.message(1, (info) => info.text(4, 'serve').text(5, '2.21.0').int(7, 1));
      meta.message(2, (graph) => {
        graph.message(4, (versions) => versions.int(1, 1882).int(2, 12));
        graph.message(2, (library) =>
          library.message(1, (f) => {
            f.message(1, (signature) => {
              signature.text(1, functionName);
              for (const [name, t] of inputs)
                signature.message(2, (arg) => arg.text(1, name).int(3, typeNumber(t.scalarType)));
              variables.forEach((_, i) => {
                signature.message(2, (arg) => arg.text(1, `variable_${i}`).int(3, typeNumber('resource')));
              });
              outputs.forEach(([, t], i) => {
                signature.message(3, (arg) => arg.text(1, `identity_${i}`).int(3, typeNumber(t.scalarType)));
              });
              signature.int(17, 1);
            });
            for (const node of body.nodes) f.bytes(3, node);
            results.forEach((ref, i) => {
              f.message(4, (entry) => entry.text(1, `identity_${i}`).text(2, ref));
            });
          }),
        );
      });
      meta.message(7, (objects) => {
        objects.message(1, (root) => {
          root.message(1, (child) => child.int(1, 1).text(2, 'variables'));
          root.message(1, (child) => child.int(1, 2).text(2, 'signatures'));
          userObject('_generic_user_object')(root);
        });
        objects.message(1, (list) => {
          variables.forEach((_, i) => {
            list.message(1, (child) => child.int(1, first + i).text(2, String(i)));
          });
          userObject('trackable_list_wrapper')(list);
        });
        objects.message(1, (map) => {
          map.message(1, (child) => child.int(1, 3).text(2, 'serving_default'));
          userObject('signature_map')(map);
        });
        objects.message(1, (object) =>
          object.message(8, (bare) => {
            bare.text(1, functionName);
            for (const [name] of inputs) bare.text(2, name);
            bare.int(3, inputs.length === 1 ? 1 : 0);
          }),
        );
        for (const { name, tensor, trainable } of variables)
          objects.message(1, (object) =>
            object.message(7, (v) => {
              v.int(1, typeNumber(tensor.scalarType)).message(2, shapeOf(tensor.sizes));
              if (trainable) v.int(3, 1);
              v.text(6, name);
            }),
          );
        objects.message(2, (entry) =>
          entry.text(1, functionName).message(2, (concrete) => {
            if (variables.length > 0)
              concrete.packed(
                2,
                variables.map((_, i) => first + i),
              );
            concrete.message(3, (m) =>
              m.message(52, (tuple) => {
                tuple.message(1, (positional) => positional.message(52, () => {}));
                tuple.message(1, dict(inputs));
              }),
            );
            concrete.message(4, dict(outputs));
          }),
        );
      });
    })
    .done();
}
