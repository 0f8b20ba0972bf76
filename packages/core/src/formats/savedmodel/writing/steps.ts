import type { DType } from '../../../tensor/dtype';
import type { Tensor } from '../../../tensor/tensor';
import { FormatError } from '../../bytes';
import { type AlignedGraph, type AlignedStep, Argument, type Meaning, type Source } from './align';
import { func, int, shapes, type, types } from './attrs';
import { Body, type Parameter } from './body';
import { type Size, Varying } from './sizes';

type Kind = Meaning['kind'];
type Writers = {
  readonly [K in Kind]: (body: Body, step: AlignedStep, meaning: Extract<Meaning, { kind: K }>) => readonly string[];
};

const dimsOf = (source: Source): (number | null)[] | null =>
  source.kind === 'list' ? [] : source.sizes.map((s) => (s instanceof Varying ? null : s));

/** The variables that a graph reads or changes, each once. */
export function variablesIn(graph: AlignedGraph, found = new Set<Tensor>()): Set<Tensor> {
  const look = (s: Source): void => {
    if (s.kind === 'variable') found.add(s.tensor);
  };
  for (const { inputs, meaning } of graph.steps) {
    inputs.forEach(look);
    if (meaning?.kind === 'assign') found.add(meaning.variable);
    if (meaning?.kind === 'if') for (const g of [meaning.yes, meaning.no]) variablesIn(g, found);
    if (meaning?.kind === 'while') for (const g of [meaning.test, meaning.body]) variablesIn(g, found);
    if (meaning?.kind === 'rows') variablesIn(meaning.turn, found);
  }
  graph.outputs.forEach(look);
  return found;
}
/** The variables that a graph changes. */
function changedIn(graph: AlignedGraph, found = new Set<Tensor>()): Set<Tensor> {
  for (const { meaning } of graph.steps) {
    if (meaning?.kind === 'assign') found.add(meaning.variable);
    if (meaning?.kind === 'if') for (const g of [meaning.yes, meaning.no]) changedIn(g, found);
    if (meaning?.kind === 'while') for (const g of [meaning.test, meaning.body]) changedIn(g, found);
    if (meaning?.kind === 'rows') changedIn(meaning.turn, found);
  }
  return found;
}

/** What inner functions get beside their own inputs: values, variables and sizes from around them. */
interface Surroundings {
  readonly values: readonly Source[];
  readonly variables: readonly Tensor[];
  readonly refs: readonly string[];
  readonly types: readonly string[];
}
function surroundings(body: Body, outside: readonly Source[], graphs: readonly AlignedGraph[]): Surroundings {
  const values = outside.filter((s) => s.kind === 'value');
  const variables = [...graphs.reduce((set, g) => variablesIn(g, set), new Set<Tensor>())];
  const scalars = body.scalars.map((_, i) =>
    body.size(
      new Varying(
        0,
        body.scalars.map((_s, k) => (k === i ? 1 : 0)),
        null,
      ),
    ),
  );
  return {
    values,
    variables,
    refs: [...values.map((s) => body.ref(s)), ...variables.map((v) => body.state(v).handle), ...scalars],
    types: [...values.map((s) => body.typeOf(s)), ...variables.map(() => 'resource'), ...scalars.map(() => 'int32')],
  };
}
/** Writes an inner function; its results are the graph's, after which `pass` gives more from its parameters. */
function inner(
  outer: Body,
  name: string,
  graph: AlignedGraph,
  own: readonly Source[],
  around: Surroundings,
  finish: Finish,
): string {
  const kinds = own.map((s) => outer.typeOf(s));
  return innerFunction(outer, name, kinds, around, (body, parameters) => {
    graph.inputs.forEach((value, i) => {
      body.bind(value, parameters[i]!.name);
      const element = outer.elementOf(own[i]!);
      if (element !== undefined) body.markList(value, element);
    });
    body.write(graph);
    return finish(body, parameters);
  });
}
type Finish = (
  body: Body,
  parameters: readonly Parameter[],
) => readonly { readonly ref: string; readonly type: string }[];
/** A function whose parameters are of those types, then the values and variables from around it. */
function innerFunction(
  outer: Body,
  name: string,
  own: readonly string[],
  around: Surroundings,
  finish: Finish,
): string {
  const kinds = [...own, ...around.types];
  const parameters = kinds.map((kind, i): Parameter => ({ name: `arg_${i}`, type: kind }));
  const at = (i: number): string => parameters[i]!.name;
  const first = own.length + around.values.length;
  const scalars = outer.scalars.map((_, i) => at(first + around.variables.length + i));
  const body = new Body(outer.library, parameters, scalars);
  around.values.forEach((value, i) => {
    body.bind(value, at(own.length + i));
    const element = outer.elementOf(value);
    if (element !== undefined) body.markList(value, element);
  });
  around.variables.forEach((tensor, i) => {
    body.bind({ kind: 'variable', tensor, sizes: tensor.sizes, dtype: tensor.scalarType }, at(first + i));
  });
  const results = finish(body, parameters).map((r, i) => ({ ...r, name: `result_${i}` }));
  const full = outer.library.unique(name);
  outer.library.functions.push(body.done(full, results));
  return full;
}
const resultsOf = (body: Body, graph: AlignedGraph) =>
  graph.outputs.map((s) => ({
    ref: identity(body, s),
    type: body.typeOf(s) === 'resource' ? s.dtype : body.typeOf(s),
  }));
/** A result under a node of its own: functions give no parameter back as it is. */
const identity = (body: Body, source: Source): string => {
  const kind = body.typeOf(source);
  return body.node('Identity', [body.ref(source)], { T: type(kind === 'resource' ? source.dtype : kind) }, 'output');
};

/** Runs a node on inner functions, in its turn among the changes of variables. */
function steered(
  body: Body,
  op: string,
  inputs: readonly string[],
  attrs: Parameters<Body['place']>[2],
  around: Surroundings,
  changed: ReadonlySet<Tensor>,
): string {
  const after = around.variables.flatMap((v) => {
    const { written } = body.state(v);
    return changed.has(v) ? body.before(v) : written === null ? [] : [written];
  });
  const name = body.place(changed.size > 0 ? op : `Stateless${op}`, inputs, attrs, after);
  for (const v of around.variables)
    if (changed.has(v)) body.changed(v, name);
    else body.state(v).reads.push(name);
  return name;
}

/** Calls of functions that could not be told apart into ops while the graph was written. */
const calls: Readonly<Record<string, (body: Body, args: readonly unknown[], step: AlignedStep) => readonly string[]>> =
  {
    range: (body, args, step) => {
      const given = args.filter((a) => a !== undefined && a !== null && !isOptions(a));
      const dtype = step.outputs[0]!.dtype;
      const [start, limit, delta] = given.length === 1 ? [0, given[0], 1] : [given[0], given[1], given[2] ?? 1];
      const refs = [start, limit, delta].map((v) => scalar(body, v, dtype));
      return [body.node('Range', refs, { Tidx: type(dtype) }, 'output')];
    },
    'first size': (body, [source]) => {
      const { source: from } = source as Argument;
      return [body.size(from.sizes[0]!)];
    },
    entry: (body, args) => {
      const [source, index] = args as [Argument, Argument];
      const attrs = {
        Tparams: type(source.source.dtype),
        Tindices: type(index.source.dtype),
        Taxis: type('int32'),
        batch_dims: int(0),
      };
      return [
        body.node(
          'GatherV2',
          [body.ref(source.source), body.ref(index.source), body.number(0, 'int32')],
          attrs,
          'output',
        ),
      ];
    },
    boolean_mask: (body, args) => {
      const [tensor, mask, given] = args as [Argument, unknown, unknown];
      if (!(tensor instanceof Argument)) return [];
      const axis = Number((isOptions(given) ? (given as { axis?: unknown }).axis : given) ?? 0);
      const x = tensor.source;
      const first = axis < 0 ? axis + x.sizes.length : axis;
      const flat = (ref: string, dtype: DType, sizes: string): string =>
        body.node('Reshape', [ref, sizes], { T: type(dtype), Tshape: type('int32') }, 'output');
      let indices: string;
      let rank = 0;
      if (mask instanceof Argument) {
        rank = mask.source.sizes.length;
        const line = flat(body.ref(mask.source), 'bool', body.list([-1]));
        const places = body.node('Where', [line], { T: type('bool') }, 'index');
        indices = flat(places, 'int64', body.list([-1]));
      } else {
        let line = mask as unknown[];
        for (rank = 1; Array.isArray(line[0]); rank++) line = line.flat();
        const places = line.flatMap((v, i) => (v ? [i] : []));
        indices = body.list(places, 'int64');
      }
      const from = rank === 1 ? body.ref(x) : flat(body.ref(x), x.dtype, maskedShape(body, x, first, rank));
      const attrs = { Tparams: type(x.dtype), Tindices: type('int64'), Taxis: type('int32'), batch_dims: int(0) };
      return [body.node('GatherV2', [from, indices, body.number(first, 'int32')], attrs, 'output')];
    },
    where: (body, args) => {
      const [condition, x, y] = args;
      if (!(condition instanceof Argument) || x instanceof Argument || y instanceof Argument) return [];
      return [body.node('Where', [body.ref(condition.source)], { T: type(condition.source.dtype) }, 'index')];
    },
  };
/** The shape in which the axes that a mask goes over are one. */
function maskedShape(body: Body, x: Source, first: number, count: number): string {
  const [before, after] = [x.sizes.slice(0, first), x.sizes.slice(first + count)];
  if (![...before, ...after].some((s) => s instanceof Varying))
    return body.list([...(before as number[]), -1, ...(after as number[])]);
  const packed = [...before, -1, ...after].map((s) => body.size(s));
  return body.node('Pack', packed, { N: int(packed.length), T: type('int32'), axis: int(0) }, 'output');
}
const isOptions = (v: unknown): boolean =>
  typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype;
function scalar(body: Body, value: unknown, dtype: DType): string {
  if (value instanceof Argument) return body.cast(body.ref(value.source), value.source.dtype, dtype);
  if (value instanceof Varying) return body.cast(body.size(value as Size), 'int32', dtype);
  return body.number(Number(value), dtype);
}

/** A parameter that a loop's body gives back as it came. */
const handedOn = (body: Body, { name, type: kind }: Parameter): { ref: string; type: string } => ({
  ref: kind === 'resource' ? name : body.node('Identity', [name], { T: type(kind) }, 'output'),
  type: kind,
});
/** A size that is told by the value itself, where the rules of sizes do not say it. */
const shapeText = (body: Body, sizes: readonly Size[]): string =>
  sizes.some((s) => s instanceof Varying) ? body.number(-1, 'int32') : body.list(sizes as number[]);

/** A loop over rows: lists of what is gone through and of what comes out, a counter, and the states. */
function overRows(
  body: Body,
  step: AlignedStep,
  { turn, outside, elems, kept, back }: Extract<Meaning, { kind: 'rows' }>,
): readonly string[] {
  const data = step.inputs.slice(0, elems);
  const states = step.inputs.slice(elems, turn.inputs.length);
  const around = surroundings(body, outside, [turn]);
  const element = (dtype: DType) => ({ element_dtype: type(dtype) });
  const shape_type = { shape_type: type('int32') };
  const lists = data.map((s) =>
    body.node(
      'TensorListFromTensor',
      [body.ref(s), shapeText(body, s.sizes.slice(1))],
      { ...element(s.dtype), ...shape_type },
      'output_handle',
    ),
  );
  const count = body.node('TensorListLength', [lists[0]!], {}, 'length');
  const made = kept ? turn.outputs.map((s) => body.reserve(count, s.dtype)) : [];
  const int32 = 'int32';
  const variants = [...lists, ...made].map(() => 'variant');
  const own = [int32, int32, ...variants, ...states.map((s) => s.dtype)];
  const T = { T: type(int32) };
  const tested = innerFunction(body, 'map_while_cond', own, around, (b, [turns, all]) => [
    { ref: b.node('Less', [turns!.name, all!.name], T, 'z'), type: 'bool' },
  ]);
  const turned = innerFunction(body, 'map_while_body', own, around, (b, parameters) => {
    const [turns, all] = parameters as readonly [Parameter, Parameter];
    const name = (i: number): string => parameters[i]!.name;
    const last = (): string => b.node('Sub', [all.name, b.number(1, int32)], T, 'z');
    const at = back ? b.node('Sub', [last(), turns.name], T, 'z') : turns.name;
    const firstState = 2 + variants.length;
    turn.inputs.forEach((value, i) => {
      const source = data[i];
      const shape = source === undefined ? '' : shapeText(b, source.sizes.slice(1));
      b.bind(
        value,
        source === undefined
          ? name(firstState + i - elems)
          : b.node('TensorListGetItem', [name(2 + i), at, shape], element(source.dtype), 'item'),
      );
    });
    b.write(turn);
    const written = made.map((_, k) => {
      const item = turn.outputs[k]!;
      const inputs = [name(2 + elems + k), at, b.ref(item)];
      return { ref: b.node('TensorListSetItem', inputs, element(item.dtype), 'output_handle'), type: 'variant' };
    });
    return [
      { ref: b.node('AddV2', [turns.name, b.number(1, int32)], T, 'z'), type: int32 },
      handedOn(b, all),
      ...data.map((_, i) => handedOn(b, parameters[2 + i]!)),
      ...written,
      ...(states.length > 0 ? resultsOf(b, turn) : []),
      ...parameters.slice(own.length).map((p) => handedOn(b, p)),
    ];
  });
  const inputs = [body.number(0, int32), count, ...lists, ...made, ...states.map((s) => body.ref(s)), ...around.refs];
  const attrs = {
    T: types([...own, ...around.types]),
    cond: func(tested),
    body: func(turned),
    output_shapes: shapes([
      ...own.slice(0, 2 + variants.length).map(() => null),
      ...states.map(dimsOf),
      ...around.types.map(() => null),
    ]),
    parallel_iterations: int(10),
  };
  const loop = steered(body, 'While', inputs, attrs, around, changedIn(turn));
  return turn.outputs.map((s, k) => {
    if (!kept) return `${loop}:output:${2 + variants.length + k}`;
    return body.node(
      'TensorListStack',
      [`${loop}:output:${2 + elems + k}`, shapeText(body, s.sizes)],
      { ...element(s.dtype), num_elements: int(-1) },
      'tensor',
    );
  });
}

/** A call written as a function of its own, which reads the sizes off its inputs; nothing where it cannot be traced. */
function calledAtAnySize(
  body: Body,
  step: AlignedStep,
  sized: NonNullable<Extract<Meaning, { kind: 'call' }>['sized']>,
): readonly string[] {
  const varying = step.inputs.map((s) => s.sizes.map((size) => size instanceof Varying));
  let found: ReturnType<typeof sized>;
  try {
    found = sized(varying);
  } catch {
    return [];
  }
  const inputs = step.inputs.map((s, i) => ({ name: `arg_${i}`, dtype: s.dtype }));
  const made = body.library.write(body.library, { name: `__inference_${step.name}`, inputs, ...found });
  const { variables } = made;
  const refs = [...step.inputs.map((s) => body.ref(s)), ...variables.map((v) => body.state(v).handle)];
  const call = body.place(variables.length > 0 ? 'StatefulPartitionedCall' : 'PartitionedCall', refs, {
    Tin: types([...inputs.map((p) => p.dtype), ...variables.map(() => 'resource')]),
    Tout: types(made.outputs.map((o) => o.dtype)),
    f: func(made.name),
  });
  for (const v of variables) body.state(v).reads.push(call);
  return made.outputs.map((_, i) => `${call}:output:${i}`);
}

/** How steps are written that are no ops. */
export const stepWriters: Writers = {
  assign: (body, step, { variable }) => {
    const { handle } = body.state(variable);
    const value = body.ref(step.inputs[0]!);
    const attrs = { dtype: type(variable.scalarType) };
    body.changed(variable, body.place('AssignVariableOp', [handle, value], attrs, body.before(variable)));
    return [];
  },
  if: (body, step, { yes, no, outside }) => {
    const around = surroundings(body, outside, [yes, no]);
    const branches = [yes, no].map((graph, i) =>
      inner(body, i === 0 ? 'cond_true' : 'cond_false', graph, [], around, (b) => resultsOf(b, graph)),
    );
    step.outputs.forEach((value, i) => {
      const source = yes.outputs[i]!;
      const element = body.elementOf(source);
      if (element !== undefined) body.markList(value, element);
    });
    const outputs = step.outputs.map((value) => body.typeOf(value));
    const attrs = {
      Tcond: type(step.inputs[0]!.dtype),
      Tin: types(around.types),
      Tout: types(outputs),
      then_branch: func(branches[0]!),
      else_branch: func(branches[1]!),
      output_shapes: shapes(step.outputs.map(dimsOf)),
    };
    const changed = changedIn(no, changedIn(yes));
    const name = steered(body, 'If', [body.ref(step.inputs[0]!), ...around.refs], attrs, around, changed);
    return outputs.map((_, i) => `${name}:output:${i}`);
  },
  while: (body, step, { test, body: turn, outside, limited }) => {
    const count = turn.inputs.length;
    const own = step.inputs.slice(0, count);
    const around = surroundings(body, outside, [test, turn]);
    // a loop with a limit counts its turns in two values more
    const extra = limited ? [body.number(0, 'int32'), body.ref(step.inputs.at(-1)!)] : [];
    const wide: Surroundings = {
      ...around,
      refs: [...around.refs, ...extra],
      types: [...around.types, ...extra.map(() => 'int32')],
    };
    const T = { T: type('int32') };
    const tested = inner(body, 'while_cond', test, own, wide, (b, parameters) => {
      const [result] = resultsOf(b, test);
      if (!limited) return [result!];
      const [turns, most] = parameters.slice(-2).map((p) => p.name) as [string, string];
      const early = b.node('Less', [turns, most], T, 'z');
      return [{ ref: b.node('LogicalAnd', [result!.ref, early], {}, 'z'), type: 'bool' }];
    });
    const turned = inner(body, 'while_body', turn, own, wide, (b, parameters) => {
      const passed = parameters.slice(count).map((p) => handedOn(b, p));
      if (limited) {
        const turns = parameters.at(-2)!.name;
        passed[passed.length - 2] = { ref: b.node('AddV2', [turns, b.number(1, 'int32')], T, 'z'), type: 'int32' };
      }
      return [...resultsOf(b, turn), ...passed];
    });
    step.outputs.forEach((value, i) => {
      const element = body.elementOf(own[i]!);
      if (element !== undefined) body.markList(value, element);
    });
    const inputs = [...own.map((s) => body.ref(s)), ...wide.refs];
    const attrs = {
      T: types([...own.map((s) => body.typeOf(s)), ...wide.types]),
      cond: func(tested),
      body: func(turned),
      output_shapes: shapes([...step.outputs.map(dimsOf), ...wide.types.map(() => null)]),
      parallel_iterations: int(10),
    };
    const name = steered(body, 'While', inputs, attrs, around, changedIn(test, changedIn(turn)));
    return step.outputs.map((_, i) => `${name}:output:${i}`);
  },
  rows: overRows,
  call: (body, step, { name, args, sized }) => {
    const own = calls[name]?.(body, args, step) ?? [];
    const made = own.length > 0 || sized === undefined ? own : calledAtAnySize(body, step, sized);
    if (made.length === 0)
      throw new FormatError(
        `SavedModel: tf.${name} of values or sizes that are known only when the function runs cannot be written yet`,
      );
    return made;
  },
  list: (body, step, { does, dtype }) => {
    const [first, index, item] = step.inputs;
    const [out] = step.outputs;
    const element = { element_dtype: type(dtype) };
    if (does === 'reserve' || does === 'set' || does === 'from') body.markList(out!, dtype);
    if (does === 'reserve') return [body.reserve(body.ref(first!), dtype)];
    const handle = body.ref(first!);
    if (does === 'from')
      return [
        body.node(
          'TensorListFromTensor',
          [handle, body.number(-1, 'int32')],
          { ...element, shape_type: type('int32') },
          'output_handle',
        ),
      ];
    if (does === 'set')
      return [body.node('TensorListSetItem', [handle, body.ref(index!), body.ref(item!)], element, 'output_handle')];
    if (does === 'get')
      return [body.node('TensorListGetItem', [handle, body.ref(index!), elementShape(body, out!)], element, 'item')];
    if (does === 'length') return [body.node('TensorListLength', [handle], {}, 'length')];
    const stacked = body.node(
      'TensorListStack',
      [handle, out!.sizes.length > 0 ? body.sizes(out!.sizes.slice(1)) : body.number(-1, 'int32')],
      { ...element, num_elements: int(-1) },
      'tensor',
    );
    return [stacked];
  },
  random: (body, step, { name, scale, shift }) => {
    const { dtype, sizes } = step.outputs[0]!;
    const attrs = { dtype: type(dtype), T: type('int32'), seed: int(0), seed2: int(0) };
    const drawn = body.node(name, [body.sizes(sizes)], attrs, 'output');
    const T = { T: type(dtype) };
    const scaled = scale === 1 ? drawn : body.node('Mul', [drawn, body.number(scale, dtype)], T, 'z');
    return [shift === 0 ? scaled : body.node('AddV2', [scaled, body.number(shift, dtype)], T, 'z')];
  },
};
const elementShape = (body: Body, out: Source): string =>
  out.sizes.some((s) => s instanceof Varying) ? body.number(-1, 'int32') : body.list(out.sizes as number[]);
