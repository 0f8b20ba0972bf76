import { Tensor as CoreTensor, ops } from '@stele/core';
import { type Attributes, type GraphHost, GraphKernels } from '@stele/core/formats/savedmodel';
import { depth_to_space, space_to_depth } from '../blocks';
import { conv3d } from '../convolution';
import { fill, linspace } from '../creation';
import { cumprod } from '../elementwise';
import { gather, gather_nd, where } from '../gather';
import { resize_bilinear, resize_nearest_neighbor } from '../image/resize';
import { band_part, cholesky, det, diag, diag_part, inv, set_diag, solve } from '../linalg';
import { local_response_normalization } from '../norms';
import { bincount, in_top_k, searchsorted, top_k, unique } from '../ordering';
import { avg_pool3d, max_pool3d } from '../pooling';
import { pad } from '../reshaping';
import {
  scatter_nd,
  tensor_scatter_nd_add,
  tensor_scatter_nd_max,
  tensor_scatter_nd_min,
  tensor_scatter_nd_sub,
  tensor_scatter_nd_update,
} from '../scatter';
import * as segments from '../segments';
import { reverse_sequence, roll } from '../sequences';
import { StringTensor } from '../strings';
import { Tensor, toTensor } from '../tensor';
import { type Kernel, type Kernels, list, number, plain } from './nodes/common';
import { gradientKernels } from './nodes/gradients';
import { imageKernels } from './nodes/images';
import { mathKernels } from './nodes/math';
import { randomKernels } from './nodes/random';
import { sparseKernels } from './nodes/sparse';
import { tableKernels } from './nodes/tables';
import { movesTexts, textKernels } from './nodes/texts';

const grid = (attrs: Attributes): [boolean, unknown, boolean] => [
  attrs.bool('align_corners'),
  null,
  attrs.bool('half_pixel_centers'),
];

const resourceChange =
  (change: (now: CoreTensor, indices: CoreTensor, updates: CoreTensor) => unknown): Kernel =>
  ([variable, indices, updates]) => {
    const handle = variable as { read(): CoreTensor; assign(value: CoreTensor): void };
    handle.assign(change(handle.read(), indices as CoreTensor, updates as CoreTensor) as CoreTensor);
    return [];
  };
const rows = (f: (...args: any[]) => unknown) => (now: CoreTensor, at: CoreTensor, updates: CoreTensor) =>
  f(now, ops.unsqueeze(at, -1), ops.expand(updates, [...at.sizes, ...now.sizes.slice(1)]));

/** Kinds of nodes beyond the core's, by the functions of the namespace that stand for them. */
const kernels: Kernels = {
  Where: plain(where),
  GatherNd: plain(gather_nd, 2),
  GatherV2: ([x, at, axis], attrs) =>
    gather(x as Tensor, at as Tensor, { axis: number(axis as Tensor), batch_dims: attrs.int('batch_dims') }),
  ScatterNd: plain(scatter_nd, 3),
  TensorScatterUpdate: plain(tensor_scatter_nd_update, 3),
  TensorScatterAdd: plain(tensor_scatter_nd_add, 3),
  TensorScatterSub: plain(tensor_scatter_nd_sub, 3),
  TensorScatterMax: plain(tensor_scatter_nd_max, 3),
  TensorScatterMin: plain(tensor_scatter_nd_min, 3),
  ResourceScatterNdUpdate: resourceChange(tensor_scatter_nd_update),
  ResourceScatterNdAdd: resourceChange(tensor_scatter_nd_add),
  ResourceScatterNdSub: resourceChange(tensor_scatter_nd_sub),
  ResourceScatterUpdate: resourceChange(rows(tensor_scatter_nd_update)),
  ResourceScatterAdd: resourceChange(rows(tensor_scatter_nd_add)),
  ResourceScatterSub: resourceChange(rows(tensor_scatter_nd_sub)),
  DepthToSpace: ([x], attrs) => depth_to_space(x as Tensor, attrs.int('block_size'), attrs.text('data_format', 'NHWC')),
  SpaceToDepth: ([x], attrs) => space_to_depth(x as Tensor, attrs.int('block_size'), attrs.text('data_format', 'NHWC')),
  Conv3D: ([x, w], attrs) =>
    conv3d(x as Tensor, w as Tensor, attrs.ints('strides'), attrs.text('padding'), {
      data_format: attrs.text('data_format', 'NDHWC'),
      dilations: attrs.ints('dilations').length > 0 ? attrs.ints('dilations') : null,
    }),
  MaxPool3D: ([x], attrs) => max_pool3d(x as Tensor, attrs.ints('ksize'), attrs.ints('strides'), attrs.text('padding')),
  AvgPool3D: ([x], attrs) => avg_pool3d(x as Tensor, attrs.ints('ksize'), attrs.ints('strides'), attrs.text('padding')),
  ResizeBilinear: ([x, size], attrs) => resize_bilinear(x as Tensor, list(size as Tensor), ...grid(attrs)),
  ResizeNearestNeighbor: ([x, size], attrs) =>
    resize_nearest_neighbor(x as Tensor, list(size as Tensor), ...grid(attrs)),
  Bucketize: ([x], attrs) => {
    const bounds = toTensor(attrs.floats('boundaries'), 'float32');
    const t = x as CoreTensor;
    const flat = ops.reshape(ops.cast(t, 'float32'), [-1]) as Tensor;
    return ops.reshape(searchsorted(bounds, flat, { side: 'right' }), t.sizes);
  },
  MirrorPad: ([x, pads], attrs) => pad(x as Tensor, pads as Tensor, { mode: attrs.text('mode') }),
  Cumsum: ([x, axis], attrs) =>
    ops.cumsum(x as CoreTensor, number(axis as Tensor), attrs.bool('exclusive'), attrs.bool('reverse')),
  Cumprod: ([x, axis], attrs) =>
    cumprod(x as Tensor, number(axis as Tensor), attrs.bool('exclusive'), attrs.bool('reverse')),
  LRN: ([x], attrs) =>
    local_response_normalization(
      x as Tensor,
      attrs.int('depth_radius', 5),
      attrs.float('bias', 1),
      attrs.float('alpha', 1),
      attrs.float('beta', 0.5),
    ),
  TopKV2: ([x, k], attrs) => [
    ...top_k(x as Tensor, number(k as Tensor), true, attrs.type('index_type', 'int32') as never),
  ],
  InTopKV2: ([predictions, targets, k]) => in_top_k(targets as Tensor, predictions as Tensor, number(k as Tensor)),
  Unique: ([x], attrs) => [...unique(x as Tensor, attrs.type('out_idx', 'int32') as never)],
  UniqueV2: ([x], attrs) => [...unique(x as Tensor, attrs.type('out_idx', 'int32') as never)],
  DenseBincount: ([x, size, weights], attrs) => {
    const t = x as CoreTensor;
    const length = number(size as Tensor);
    const given = (weights as CoreTensor).elementCount > 0 ? (weights as Tensor) : null;
    return bincount(
      t as Tensor,
      given,
      length,
      length,
      attrs.type('T', 'int32') as never,
      null,
      t.rank > 1 ? -1 : null,
      attrs.bool('binary_output'),
    );
  },
  ReverseSequence: ([x, lengths], attrs) =>
    reverse_sequence(x as Tensor, lengths, attrs.int('seq_dim'), attrs.int('batch_dim')),
  Roll: ([x, shift, axis]) => roll(x as Tensor, list(shift as Tensor), list(axis as Tensor)),
  LinSpace: plain(linspace, 3),
  Fill: ([sizes, value]) => fill(list(sizes as Tensor), value as Tensor),
  UnsortedSegmentSum: plain(segments.unsorted_segment_sum, 3),
  UnsortedSegmentMax: plain(segments.unsorted_segment_max, 3),
  UnsortedSegmentMin: plain(segments.unsorted_segment_min, 3),
  UnsortedSegmentProd: plain(segments.unsorted_segment_prod, 3),
  SegmentSum: plain(segments.segment_sum, 2),
  SegmentMean: plain(segments.segment_mean, 2),
  SegmentMax: plain(segments.segment_max, 2),
  SegmentMin: plain(segments.segment_min, 2),
  SegmentProd: plain(segments.segment_prod, 2),
  MatrixBandPart: ([x, low, high]) => band_part(x as Tensor, number(low as Tensor), number(high as Tensor)),
  MatrixDiagV3: ([d, k, height, width, padding], attrs) =>
    diag(d as Tensor, {
      k: list(k as Tensor),
      num_rows: number(height as Tensor),
      num_cols: number(width as Tensor),
      padding_value: number(padding as Tensor),
      align: attrs.text('align', 'RIGHT_LEFT'),
    }),
  MatrixDiagPartV3: ([x, k, padding], attrs) =>
    diag_part(x as Tensor, {
      k: list(k as Tensor),
      padding_value: number(padding as Tensor),
      align: attrs.text('align', 'RIGHT_LEFT'),
    }),
  MatrixSetDiagV3: ([x, d, k], attrs) =>
    set_diag(x as Tensor, d as Tensor, { k: list(k as Tensor), align: attrs.text('align', 'RIGHT_LEFT') }),
  Cholesky: plain(cholesky),
  MatrixDeterminant: plain(det),
  MatrixInverse: ([x], attrs) => inv(x as Tensor, attrs.bool('adjoint')),
  MatrixSolve: ([a, b], attrs) => solve(a as Tensor, b as Tensor, attrs.bool('adjoint')),
};
const all: Kernels = {
  ...kernels,
  ...mathKernels,
  ...gradientKernels,
  ...randomKernels,
  ...imageKernels,
  ...sparseKernels,
  ...textKernels,
  ...tableKernels,
};

/** The core's tensors as this namespace's. */
const own = (value: unknown): unknown =>
  value instanceof CoreTensor && !(value instanceof Tensor) ? toTensor(value) : value;

/** What graphs of models may use beside the core's kinds of nodes: this namespace's functions, texts and tables. */
export const graphHost: GraphHost = {
  kernels: Object.fromEntries(
    Object.entries(all).map(([op, run]): [string, Kernel] => {
      // the core's own kinds are the host's for texts alone
      const core = op in kernels ? undefined : (GraphKernels[op] as Kernel | undefined);
      const isText = (value: unknown): boolean => value instanceof StringTensor;
      return [
        op,
        (inputs, attrs) =>
          core !== undefined && movesTexts(op) && !inputs.some(isText)
            ? core(inputs, attrs)
            : run(inputs.map(own), attrs),
      ];
    }),
  ),
  text: (values, sizes) => new StringTensor(values, sizes),
};
