/** The element types that kernels take for the types of their inputs and results, in the order they say them in. */
const listed: readonly (readonly [types: string, attributes: string])[] = [
  [
    'int32, int64',
    'BroadcastArgs InTopKV2 InvertPermutation ParameterizedTruncatedNormal RandomStandardNormal RandomUniform RandomUniformInt Substr TruncatedNormal All.Tidx Any.Tidx ArgMin.Tidx ArgMin.output_type BatchToSpaceND.Tblock_shape BatchToSpaceND.Tcrops BroadcastTo.Tidx ConcatV2.Tidx Conv3DBackpropInputV2.Tshape Cumprod.Tidx Cumsum.Tidx CumulativeLogsumexp.Tidx DenseBincount.Tidx EuclideanNorm.Tidx ExpandDims.Tdim Fill.index_type Gather.Tindices GatherV2.Taxis HistogramFixedWidth.dtype LinSpace.Tidx ListDiff.out_idx LowerBound.out_type Lu.output_idx_type MatrixBandPart.Tindex Max.Tidx MaxPoolWithArgmax.Targmax Mean.Tidx Min.Tidx MirrorPad.Tpaddings Multinomial.output_dtype Pad.Tpaddings Prod.Tidx RaggedRange.Tsplits RandomGamma.S RandomPoissonV2.S RandomUniformInt.Tout Reshape.Tshape ResourceScatterAdd.Tindices ResourceScatterNdAdd.Tindices ResourceScatterNdSub.Tindices ResourceScatterNdUpdate.Tindices ResourceScatterSub.Tindices ResourceScatterUpdate.Tindices ReverseSequence.Tlen ReverseV2.Tidx Roll.Taxis Roll.Tshift ScatterAdd.Tindices ScatterSub.Tindices ScatterUpdate.Tindices SegmentMax.Tindices SegmentMean.Tindices SegmentMin.Tindices SegmentProd.Tindices SegmentProdV2.Tindices SegmentProdV2.Tnumsegments SegmentSum.Tindices Shape.out_type Size.out_type Slice.Index SpaceToBatchND.Tblock_shape SpaceToBatchND.Tpaddings SparseSegmentMean.Tidx SparseSegmentMean.Tsegmentids SparseSegmentSum.Tidx SparseSegmentSum.Tsegmentids SparseSoftmaxCrossEntropyWithLogits.Tlabels SparseTensorDenseMatMul.Tindices StatefulRandomBinomial.S StatelessMultinomial.Tseed StatelessMultinomial.output_dtype StatelessParameterizedTruncatedNormal.S StatelessParameterizedTruncatedNormal.Tseed StatelessRandomBinomial.S StatelessRandomBinomial.Tseed StatelessRandomGetKeyCounter.Tseed StatelessRandomNormalV2.Tshape StatelessRandomUniformFullIntV2.Tshape StatelessRandomUniformIntV2.Tshape StatelessRandomUniformV2.Tshape StatelessTruncatedNormalV2.Tshape Sum.Tidx TensorListReserve.shape_type TensorScatterAdd.Tindices TensorScatterMax.Tindices TensorScatterMin.Tindices TensorScatterSub.Tindices Tile.Tmultiples Transpose.Tperm UnicodeEncode.Tsplits Unique.out_idx UniqueV2.Taxis UniqueV2.out_idx UniqueWithCounts.out_idx UnravelIndex.Tidx UnsortedSegmentMax.Tindices UnsortedSegmentMax.Tnumsegments UnsortedSegmentMin.Tindices UnsortedSegmentMin.Tnumsegments UnsortedSegmentProd.Tindices UnsortedSegmentProd.Tnumsegments UnsortedSegmentSum.Tnumsegments UpperBound.out_type',
  ],
  [
    'half, bfloat16, float, double',
    'AvgPool AvgPool3D Conv3D Conv3DBackpropInputV2 DepthwiseConv2dNative Elu HSVToRGB L2Loss LeakyRelu LogSoftmax RGBToHSV Selu Softmax SoftmaxCrossEntropyWithLogits Softplus Softsign SparseSoftmaxCrossEntropyWithLogits ParameterizedTruncatedNormal.dtype RandomStandardNormal.dtype RandomUniform.dtype StatelessRandomNormalV2.dtype StatelessRandomUniformV2.dtype StatelessTruncatedNormalV2.dtype TruncatedNormal.dtype',
  ],
  [
    'bfloat16, half, float, double',
    'Atan2 BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e BesselK1 BesselK1e BesselY0 BesselY1 Ceil CheckNumerics CumulativeLogsumexp Dawsn Digamma Erf Erfc Erfinv Expint Floor FresnelCos FresnelSin Igamma Igammac IsFinite IsInf IsNan Lgamma LinSpace Ndtri Rint SparseSegmentMean Spence',
  ],
  [
    'float, double, int32, uint8, int16, int8, complex64, int64, qint8, quint8, qint32, bfloat16, qint16, quint16, uint16, complex128, half, uint32, uint64',
    'AccumulateNV2 AssignAdd AssignSub BiasAdd Cumprod Cumsum EuclideanNorm Mean Prod ScatterAdd ScatterSub SegmentMean SegmentProd SegmentProdV2 SegmentSum SparseAdd SparseReduceSum Sum UnsortedSegmentProd UnsortedSegmentSum ResourceScatterAdd.dtype ResourceScatterSub.dtype',
  ],
  [
    'bfloat16, half, float, double, complex64, complex128',
    'Acos Acosh Asin Asinh Atan Atanh Cos Cosh Exp Expm1 Log Log1p MulNoNan Rsqrt Sigmoid Sin Sinh Sqrt Tan Tanh',
  ],
  [
    'complex64, complex128',
    'Angle ComplexAbs Imag MatrixLogarithm Real Complex.Tout Eig.Tout FFT.Tcomplex FFT2D.Tcomplex FFT3D.Tcomplex IFFT.Tcomplex IFFT2D.Tcomplex IFFT3D.Tcomplex IRFFT.Tcomplex IRFFT2D.Tcomplex IRFFT3D.Tcomplex RFFT.Tcomplex RFFT2D.Tcomplex RFFT3D.Tcomplex',
  ],
  [
    'float, double',
    'Betainc CTCGreedyDecoder CTCLoss Complex Polygamma RandomGammaGrad Zeta Angle.Tout ComplexAbs.Tout IRFFT.Treal IRFFT2D.Treal IRFFT3D.Treal Imag.Tout RFFT.Treal RFFT2D.Treal RFFT3D.Treal Real.Tout',
  ],
  [
    'float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64',
    'Cross Dilation2D Greater GreaterEqual Less LessEqual MaxPoolWithArgmax Multinomial Relu6 SegmentMax SegmentMin SparseSegmentSum StatelessMultinomial TopKV2 UnsortedSegmentMax UnsortedSegmentMin SparseAdd.Treal',
  ],
  [
    'double, float, half, complex64, complex128',
    'Cholesky Lu MatrixExponential MatrixInverse MatrixSolve MatrixSolveLs Qr SelfAdjointEigV2 Svd',
  ],
  [
    'half, float',
    'AdjustContrastv2 AdjustHue AdjustSaturation NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 NonMaxSuppressionV3.T_threshold NonMaxSuppressionV4.T_threshold',
  ],
  [
    'int16, int32, int64',
    'ArgMax.Tidx GatherNd.Tindices GatherV2.Tindices ScatterNd.Tindices StridedSlice.Index TopKV2.Tk TopKV2.index_type UnsortedSegmentSum.Tindices',
  ],
  [
    'int8, int16, int32, int64, uint8, uint16, uint32, uint64',
    'BitwiseAnd BitwiseOr BitwiseXor Invert LeftShift RightShift',
  ],
  [
    'half, float, double, int32, int64',
    'StatefulRandomBinomial StatelessRandomBinomial RandomPoissonV2.R RandomPoissonV2.dtype StatefulRandomBinomial.dtype StatelessRandomBinomial.dtype',
  ],
  [
    'bfloat16, half, float, double, uint8, int8, uint16, int16, int32, uint32, uint64, int64, complex64, complex128',
    'Div FloorDiv Mul RealDiv TruncateDiv',
  ],
  ['bfloat16, half, float, double, int8, int16, int32, int64, complex64, complex128', 'Neg Reciprocal Round Sign'],
  ['int32, int64, float, double', 'Bincount Bucketize DenseBincount HistogramFixedWidth'],
  ['half, bfloat16, float, double, complex64, complex128', 'Xdivy Xlog1py Xlogy'],
  ['half, bfloat16, float', 'FusedBatchNormV3 LRN MaxPool3D'],
  ['bfloat16, half, float, double, int32, int64, complex64, complex128', 'Diag DiagPart SquaredDifference'],
  ['half, bfloat16, float, double, int32', 'Conv Conv2D Conv2DBackpropInput'],
  ['half, float, double', 'RandomGamma SparseSoftmax StatelessParameterizedTruncatedNormal.dtype'],
  [
    'int8, uint8, int16, uint16, int32, int64, half, float, double, bfloat16',
    'ResizeArea ResizeBicubic ResizeNearestNeighbor',
  ],
  ['half, float, double, complex64, complex128', 'LogMatrixDeterminant MatrixDeterminant'],
  ['bfloat16, half, float, double, int8, uint8, int16, uint16, int32, uint32, int64, uint64', 'Maximum Minimum'],
  ['int32, int64, uint32, uint64', 'StatelessRandomUniformFullIntV2.dtype StatelessRandomUniformIntV2.dtype'],
  ['uint8, uint16', 'EncodePng DecodePng.dtype'],
  ['float, bfloat16', 'SparseMatMul.Ta SparseMatMul.Tb'],
  ['int64, int32', 'RaggedTensorToTensor.Tindex RaggedTensorToTensor.Tshape'],
  [
    'float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64, qint8, quint8, qint32, qint16, quint16, bool',
    'ArgMax ArgMin',
  ],
  [
    'bfloat16, half, float, double, int64, int32, uint8, uint16, uint32, uint64, int8, int16, complex64, complex128, qint8, quint8, qint16, quint16, qint32',
    'Bitcast Bitcast.type',
  ],
  [
    'bfloat16, half, float, double, uint8, int8, int16, int32, int64, complex64, complex128',
    'BatchMatMulV3.Ta BatchMatMulV3.Tb',
  ],
  ['int64, string', 'SparseCross.internal_type SparseCross.out_type'],
  [
    'float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64, qint8, quint8, qint32, qint16, quint16',
    'Max Min',
  ],
  [
    'bfloat16, half, float, double, uint8, uint16, uint32, uint64, int8, int16, int32, int64, complex64, complex128',
    'AddV2',
  ],
  [
    'uint8, int8, uint16, int16, int32, uint32, int64, uint64, bool, bfloat16, half, float, double, complex64, complex128, string',
    'ReverseV2',
  ],
  ['bfloat16, half, float, double, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128', 'MatMul'],
  ['float, double, complex64, complex128', 'Eig'],
  ['float, double, int32, int64', 'FractionalMaxPool'],
  [
    'half, float, double, int32, uint16, uint8, int16, int8, int64, complex64, complex128, bool, bfloat16',
    'DecodeRaw.out_type',
  ],
  ['bfloat16, float, half, double, int8, int16, int32, int64, complex64, complex128', 'Pow'],
  ['int8, int32, int64', 'SplitV.Tlen'],
  ['uint8, uint16, float', 'DecodeImage.dtype'],
  ['float, half', 'DrawBoundingBoxesV2'],
  ['int32, int64, bfloat16, half, float, double', 'TruncateMod'],
  ['bfloat16, half, float, double, uint8, int8, int16, int32, int64, complex64, complex128, string', 'Add'],
  [
    'bfloat16, half, float, double, uint8, int8, uint16, int16, int32, int64, complex64, complex128, uint32, uint64',
    'Sub',
  ],
  ['bfloat16, double, float, half, complex64, complex128', 'MatrixTriangularSolve'],
  ['bfloat16, float, double, int32, int64', 'RaggedRange'],
  ['uint8, uint16, int8, int16, int32, int64, half, float, double', 'CropAndResize'],
  [
    'bfloat16, half, float, double, int8, uint8, int16, uint16, int32, uint32, int64, uint64, complex64, complex128, bool',
    'OnesLike',
  ],
  ['complex64, complex128, variant', 'Conj'],
  ['bfloat16, half, float, double, int8, int16, int32, int64, uint16, uint32, uint64', 'Range.Tidx'],
  ['bfloat16, float', 'FusedBatchNormV3.U'],
  ['bfloat16, half, float, double, int16, int32, int64, complex64, complex128', 'BatchMatMulV3.Tout'],
  [
    'bfloat16, half, float, double, int8, int16, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128',
    'Square',
  ],
  [
    'bfloat16, half, float, double, int8, int16, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128, bool',
    'ExtractImagePatches',
  ],
  [
    'float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64, complex64, complex128, bool, variant, string',
    'AsString',
  ],
  ['double, float, complex64, complex128', 'TridiagonalSolve'],
  ['bfloat16, half, float, double, int8, int16, int32, int64', 'Abs'],
  ['float, double, int32, int64, uint32, uint64', 'StringToNumber.out_type'],
  ['int8, uint8, int16, uint16, int32, int64, bfloat16, half, float, double', 'ScaleAndTranslate'],
  ['int16, int32, int64, uint16', 'TensorScatterUpdate.Tindices'],
  ['float, double, int32, uint8, int16, int8, int64, bfloat16, uint16, half, uint32, uint64, qint8', 'Relu'],
  ['int8, int16, int32, int64, uint8, uint16, uint32, uint64, bfloat16, half, float, double', 'FloorMod'],
  ['uint8, int8, int16, int32, int64', 'SampleDistortedBoundingBoxV2'],
  ['double, float', 'NextAfter'],
  ['int16, uint16, int32, int64', 'ArgMax.output_type'],
  [
    'bfloat16, half, float, double, int16, int32, int64, uint8, uint16, uint32, uint64, complex64, complex128',
    'BatchMatMulV2',
  ],
  ['int8, uint8, int16, uint16, int32, int64, bfloat16, half, float, double, bfloat16', 'ResizeBilinear'],
  ['uint8, int8, int32, int64', 'OneHot.TI'],
  ['half, float, bfloat16, double, complex64, complex128', 'DivNoNan'],
  [
    'float, double, int32, uint8, int16, int8, complex64, int64, qint8, quint8, qint32, bfloat16, qint16, quint16, uint16, complex128, half, uint32, uint64, variant',
    'AddN',
  ],
  ['half, bfloat16, float, double, int32, int64, uint8, int16, int8, uint16, qint8', 'MaxPool'],
  [
    'float, double, int32, uint8, int16, int8, complex64, int64, qint8, quint8, qint32, bfloat16, qint16, quint16, uint16, complex128, half, uint32, uint64, bool',
    'Where',
  ],
];
const taken = new Map(
  listed.flatMap(([types, attributes]) =>
    attributes.split(' ').map((name) => [name.includes('.') ? name : `${name}.T`, types.split(', ')] as const),
  ),
);
/** The types that an attribute of a kernel may be; undefined where it may be any. */
export const allowedTypes = (kernel: string, attribute = 'T'): readonly string[] | undefined =>
  taken.get(`${kernel}.${attribute}`);
