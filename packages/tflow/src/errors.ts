import { describeValue, EngineError } from '@stele/core';
import { kernelName } from './dtypes';

/** Base of the errors that TensorFlow's runtime raises. */
export class OpError extends Error {
  /** The message alone, or TensorFlow's own arguments: the node's definition, the op, the message. */
  constructor(...args: readonly unknown[]) {
    super(String(args.length >= 3 ? args[2] : args[0]));
    this.name = new.target.name;
  }
}
export class InvalidArgumentError extends OpError {}
export class FailedPreconditionError extends OpError {}
export class OutOfRangeError extends OpError {}
export class NotFoundError extends OpError {}
export class UnimplementedError extends OpError {}
export class DataLossError extends OpError {}
export class AbortedError extends OpError {}
export class AlreadyExistsError extends OpError {}
export class CancelledError extends OpError {}
export class DeadlineExceededError extends OpError {}
export class InternalError extends OpError {}
export class PermissionDeniedError extends OpError {}
export class ResourceExhaustedError extends OpError {}
export class UnauthenticatedError extends OpError {}
export class UnavailableError extends OpError {}
export class UnknownError extends OpError {}
/** What `tf.errors` holds: the classes, and the codes of the runtime's states. */
export const publicErrors = {
  OpError,
  AbortedError,
  AlreadyExistsError,
  CancelledError,
  DataLossError,
  DeadlineExceededError,
  FailedPreconditionError,
  InternalError,
  InvalidArgumentError,
  NotFoundError,
  OutOfRangeError,
  PermissionDeniedError,
  ResourceExhaustedError,
  UnauthenticatedError,
  UnavailableError,
  UnimplementedError,
  UnknownError,
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

function named(name: string): (message: string) => Error {
  return (message) => {
    const error = new Error(message);
    error.name = name;
    return error;
  };
}
/** Python's ValueError. */
export const valueError = named('ValueError');
/** Python's IndexError. */
export const indexError = named('IndexError');
/** Python's OSError. */
export const osError = named('OSError');
/** Python's AssertionError. */
export const assertionError = named('AssertionError');
/** Python's AttributeError for a value that does not have what is asked of it. */
export const noAttribute = (value: unknown, name: string): Error =>
  named('AttributeError')(
    `'${/'([^']*)'>$/.exec(describeValue(value).type)?.[1] ?? 'object'}' object has no attribute '${name}'`,
  );
/** What a protocol buffer raises that cannot be read. */
export const decodeError = named('DecodeError');
/** Python's RuntimeError. */
export const runtimeError = named('RuntimeError');

/**
 * What a kernel of TensorFlow's runtime says, with the place that it names: the kernel's wrapper, which may add what it
 * is made for to its name, and the name that the call gives it (null where it says nothing of one).
 */
export const kernelError = (
  kernel: string,
  message: string,
  ErrorClass: new (message: string) => Error = InvalidArgumentError,
  { made = '', name = '' }: { readonly made?: string; readonly name?: string | null } = {},
): Error =>
  new ErrorClass(
    `{{function_node __wrapped__${kernel}${made}_device_/job:localhost/replica:0/task:0/device:CPU:0}} ${message} [Op:${kernel}]${name === null ? '' : ` name: ${name}`}`,
  );
/** What the runtime says of an input of another type than the first's. */
export const typeMismatch = (kernel: string, input: number, wanted: string, got: string, name = ''): Error =>
  new InvalidArgumentError(
    `cannot compute ${kernel} as input #${input}(zero-based) was expected to be a ${kernelName(wanted)} tensor but is a ${kernelName(got)} tensor [Op:${kernel}] name: ${name}`,
  );

/** What the runtime says of an attribute that is less than a kernel can have. */
export const belowMinimum = (kernel: string, attribute: string, value: number, least: number): Error =>
  new InvalidArgumentError(
    `Value for attr '${attribute}' of ${value} must be at least minimum ${least}\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}]`,
  );

/** What a program's own function raises while TensorFlow's runtime calls it, as the runtime reports it. */
export function programError(error: unknown): Error {
  if (error instanceof OpError) return error;
  const { name, message } = error as Error;
  const type = /^(ValueError|TypeError)$/.test(name)
    ? InvalidArgumentError
    : name === 'NotImplementedError'
      ? UnimplementedError
      : name === 'StopIteration'
        ? OutOfRangeError
        : UnknownError;
  return Object.assign(new type(`${name}: ${message}\nTraceback (most recent call last):\n`), { cause: error });
}

const opNames: Readonly<Record<string, string>> = {
  add: 'AddV2',
  sub: 'Sub',
  mul: 'Mul',
  div: 'RealDiv',
  pow: 'Pow',
  matmul: 'MatMul',
  maximumFirst: 'Maximum',
  minimumFirst: 'Minimum',
  floorDiv: 'FloorDiv',
  remainder: 'FloorMod',
  equal: 'Equal',
  notEqual: 'NotEqual',
  less: 'Less',
  lessEqual: 'LessEqual',
  greater: 'Greater',
  greaterEqual: 'GreaterEqual',
  reshape: 'Reshape',
  sum: 'Sum',
  mean: 'Mean',
  max: 'Max',
  min: 'Min',
  prod: 'Prod',
  any: 'Any',
  all: 'All',
  argmax: 'ArgMax',
  argmin: 'ArgMin',
  concat: 'ConcatV2',
  stack: 'Pack',
  expand: 'BroadcastTo',
  take: 'GatherV2',
  crossEntropy: 'SparseSoftmaxCrossEntropyWithLogits',
  conv2d: 'Conv2D',
  maxPool2d: 'MaxPool',
  avgPool2d: 'AvgPool',
  unsqueeze: 'ExpandDims',
  squeeze: 'Squeeze',
  where: 'SelectV2',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softmax: 'Softmax',
  cholesky: 'Cholesky',
  inverse: 'MatrixInverse',
  determinant: 'MatrixDeterminant',
  slogdet: 'LogMatrixDeterminant',
  solve: 'MatrixSolve',
  solveTriangular: 'MatrixTriangularSolve',
  einsum: 'Einsum',
  triangle: 'MatrixBandPart',
  cumsum: 'Cumsum',
};

/** The kernel that an op of core is in TensorFlow. */
export const kernelNameOf = (op: string): string =>
  opNames[op] ?? op.replace(/(^|_)([a-z])/g, (_, __, c: string) => c.toUpperCase());

const list = (shape: readonly number[]): string => `[${shape.join(',')}]`;

function wording(error: EngineError, op: string): string | null {
  const { kind, shapes = [] } = error.details;
  const [a = [], b = []] = shapes;
  // a layer's product of one step
  if (error.details.op === 'linear' && shapes.length >= 2)
    return `Matrix size-incompatible: In[0]: ${list([a[0] ?? 1, a.at(-1) ?? 1])}, In[1]: ${list(b)}`;
  if (error.details.op === 'matmul' && shapes.length >= 2) {
    return a.length < 2 || b.length < 2
      ? a.length > 2 || b.length > 2
        ? `In[${a.length < 2 ? 0 : 1}] ndims must be >= 2: ${Math.min(a.length, b.length)}`
        : `In[0] and In[1] has different ndims: ${list(a)} vs. ${list(b)}`
      : `Matrix size-incompatible: In[0]: ${list(a)}, In[1]: ${list(b)}`;
  }
  switch (kind) {
    case 'singular':
      return op === 'MatrixInverse' ? 'Input is not invertible.' : 'Input matrix is not invertible.';
    case 'square':
      return 'Input matrix must be square.';
    case 'matrixRank':
      return `Input tensor ${error.details.place ?? 0} must have rank >= 2`;
    case 'broadcast':
      return `Incompatible shapes: ${list(a)} vs. ${list(b)}`;
    case 'reshape': {
      const holes = b.flatMap((d, i) => (d === -1 ? [i] : []));
      const count = a.reduce((n, d) => n * d, 1);
      if (holes.length > 1) return `Only one input size may be -1, not both ${holes[0]} and ${holes[1]}`;
      const known = b.reduce((n, d) => (d === -1 ? n : n * d), 1);
      return holes.length === 1
        ? `Input to reshape is a tensor with ${count} values, but the requested shape requires a multiple of ${known}`
        : `Input to reshape is a tensor with ${count} values, but the requested shape has ${known}`;
    }
    case 'concat': {
      const place = error.details.position ?? 1;
      const shown = `shape[0] = ${list(a)} vs. shape[${place}] = ${list(b)}`;
      if (a.length !== b.length) return `ConcatOp : Ranks of all input tensors should match: ${shown}`;
      const bad = a.findIndex((d, i) => i !== error.details.axis && d !== b[i]);
      return `ConcatOp : Dimension ${bad} in both shapes must be equal: ${shown}`;
    }
    case 'stack':
      return `Shapes of all inputs must match: values[0].shape = ${list(a)} != values[${error.details.position ?? 1}].shape = ${list(b)}`;
    case 'expand':
      return `Incompatible shapes: ${list(a)} vs. ${list(b)}`;
    case 'indexValue': {
      const { index, size } = error.details as { index?: number; size?: number };
      return op === 'GatherV2' ? `indices = ${index} is not in [0, ${size})` : null;
    }
    case 'emptyReduction':
      return error.details.axis === undefined
        ? null
        : `Reduction axis ${error.details.axis} is empty in shape ${list(a)}`;
    case 'axis': {
      const { axis, rank } = error.details as { axis?: number; rank?: number };
      if (op === 'ArgMax' || op === 'ArgMin')
        return `Expected dimension in the range [${-rank!}, ${rank}), but got ${axis}`;
      if (op === 'Cumsum') return `ScanOp: Expected scan axis in the range [${-rank!}, ${rank}), but got ${axis}`;
      if (op === 'ConcatV2')
        return `ConcatOp : Expected concatenating dimensions in the range [${-rank!}, ${rank}), but got ${axis}`;
      if (op === 'Softmax')
        return `\`dim\` must be in the range [${-rank!}, ${rank}) where ${rank} is the number of dimensions in the input. Received: dim=${axis}`;
      if (op === 'ExpandDims') return `Tried to expand dim index ${axis} for tensor with ${rank! - 1} dimensions.`;
      if (op === 'Squeeze') return `Tried to squeeze dim index ${axis} for tensor with ${rank} dimensions.`;
      return `Invalid reduction dimension (${axis} for input with ${rank} dimension(s)`;
    }
    case 'label': {
      const { index, size } = error.details as { index?: number; size?: number };
      return `Received a label value of ${index} which is outside the valid range of [0, ${size}).  Label values: ${index}`;
    }
    default:
      return null;
  }
}

let running: string | null = null;
/** Runs a formula of several operations under the name of one kernel. */
export function underKernel<T>(kernel: string, run: () => T): T {
  const before = running;
  running = kernel;
  try {
    return run();
  } finally {
    running = before;
  }
}

/** Words an engine error as TensorFlow does; what it has no words for keeps the engine's sentence. */
export function rephrase(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error;
  if (error.details.kind === 'mixedFamilies' || error.details.kind === 'symbolic') return error;
  const op = running ?? opNames[error.details.op ?? ''] ?? error.details.op ?? '';
  const { kind, dtypes = [] } = error.details;
  if (kind === 'mismatch')
    return dtypes.length === 2
      ? typeMismatch(op, 1, dtypes[0]!, dtypes[1]!)
      : new InvalidArgumentError(`${error.message} [Op:${op}] name: `);
  const text = wording(error, op);
  return text === null ? new InvalidArgumentError(`${error.message} [Op:${op}] name: `) : kernelError(op, text);
}

/** A tensor of a function's graph that is used where that graph is not being traced. */
export const outOfScope = (tensor: unknown): Error =>
  new TypeError(
    `${(tensor as { __repr__(): string }).__repr__()} is out of scope and cannot be used here. Use return values, explicit Python locals or TensorFlow collections to access it.\nPlease see https://www.tensorflow.org/guide/function#all_outputs_of_a_tffunction_must_be_return_values for more information.`,
  );
