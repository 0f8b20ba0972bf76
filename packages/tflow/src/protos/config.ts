import { type EnumValues, messageClass } from './message';

// the records that TF1's sessions are set up by: fields and numbers are those of TensorFlow's protocol buffers

const gpuExperimental = messageClass(
  'tensorflow.GPUOptions.Experimental',
  `
  bool use_unified_memory = 2
  int32 num_dev_to_dev_copy_streams = 3
  string collective_ring_order = 4
  bool timestamped_allocator = 5
  int32 kernel_tracker_max_interval = 7
  int32 kernel_tracker_max_bytes = 8
  int32 kernel_tracker_max_pending = 9
  double internal_fragmentation_fraction = 10
  bool use_cuda_malloc_async = 11
  bool disallow_retry_on_allocation_failure = 12
  int32 num_virtual_devices_per_gpu = 15
  `,
);
/** @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/GPUOptions */
export const GPUOptions = messageClass(
  'tensorflow.GPUOptions',
  `
  double per_process_gpu_memory_fraction = 1
  string allocator_type = 2
  int64 deferred_deletion_bytes = 3
  bool allow_growth = 4
  string visible_device_list = 5
  int32 polling_active_delay_usecs = 6
  int32 polling_inactive_delay_msecs = 7
  bool force_gpu_compatible = 8
  Experimental experimental = 9
  `,
  { '.Experimental': () => gpuExperimental },
);
const levels: EnumValues = { L1: 0, L0: -1 };
const jitLevels: EnumValues = { DEFAULT: 0, OFF: -1, ON_1: 1, ON_2: 2 };
/** @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/OptimizerOptions */
export const OptimizerOptions = messageClass(
  'tensorflow.OptimizerOptions',
  `
  bool do_common_subexpression_elimination = 1
  bool do_constant_folding = 2
  Level opt_level = 3
  bool do_function_inlining = 4
  GlobalJitLevel global_jit_level = 5
  int64 max_folded_constant_in_bytes = 6
  bool cpu_global_jit = 7
  `,
  { Level: levels, GlobalJitLevel: jitLevels },
);
/** @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/GraphOptions */
export const GraphOptions = messageClass(
  'tensorflow.GraphOptions',
  `
  bool enable_recv_scheduling = 2
  OptimizerOptions optimizer_options = 3
  int64 build_cost_model = 4
  bool infer_shapes = 5
  bool place_pruned_graph = 6
  bool enable_bfloat16_sendrecv = 7
  int32 timeline_step = 8
  int64 build_cost_model_after = 9
  `,
  { OptimizerOptions: () => OptimizerOptions },
);
const configExperimental = messageClass(
  'tensorflow.ConfigProto.Experimental',
  `
  string collective_group_leader = 1
  string executor_type = 3
  int32 recv_buf_max_chunk = 4
  bool use_numa_affinity = 5
  bool collective_deterministic_sequential_execution = 6
  bool collective_nccl = 7
  bool share_session_state_in_clusterspec_propagation = 8
  bool disable_thread_spinning = 9
  bool share_cluster_devices_in_session = 10
  bool optimize_for_static_graph = 12
  bool enable_mlir_bridge = 13
  bool disable_output_partition_graphs = 14
  bool enable_mlir_graph_optimization = 16
  bool use_tfrt = 18
  `,
);
const ThreadPoolOptionProto = messageClass(
  'tensorflow.ThreadPoolOptionProto',
  'int32 num_threads = 1\nstring global_name = 2',
);
/**
 * How a session is to run. Stele's sessions run on one device, so that nothing here changes a result.
 *
 * ```ts
 * const config = new tf.compat.v1.ConfigProto({ allow_soft_placement: true, device_count: { GPU: 0 } });
 * config.gpu_options.allow_growth = true;
 * using session = new tf.compat.v1.Session({ config });
 * ```
 * @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/ConfigProto
 */
export const ConfigProto = messageClass(
  'tensorflow.ConfigProto',
  `
  map<string, int32> device_count = 1
  int32 intra_op_parallelism_threads = 2
  int32 placement_period = 3
  repeated string device_filters = 4
  int32 inter_op_parallelism_threads = 5
  GPUOptions gpu_options = 6
  bool allow_soft_placement = 7
  bool log_device_placement = 8
  bool use_per_session_threads = 9
  GraphOptions graph_options = 10
  int64 operation_timeout_in_ms = 11
  repeated ThreadPoolOptionProto session_inter_op_thread_pool = 12
  bool isolate_session_state = 15
  Experimental experimental = 16
  bool share_cluster_devices_in_session = 17
  GPUOptions pluggable_device_options = 18
  `,
  {
    '.Experimental': () => configExperimental,
    GPUOptions: () => GPUOptions,
    GraphOptions: () => GraphOptions,
    ThreadPoolOptionProto: () => ThreadPoolOptionProto,
  },
);
const traces: EnumValues = { NO_TRACE: 0, SOFTWARE_TRACE: 1, HARDWARE_TRACE: 2, FULL_TRACE: 3 };
/** @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/RunOptions */
export const RunOptions = messageClass(
  'tensorflow.RunOptions',
  `
  TraceLevel trace_level = 1
  int64 timeout_in_ms = 2
  int32 inter_op_thread_pool = 3
  bool output_partition_graphs = 5
  bool report_tensor_allocations_upon_oom = 7
  `,
  { TraceLevel: traces },
);
const NodeExecStats = messageClass(
  'tensorflow.NodeExecStats',
  `
  string node_name = 1
  int64 all_start_micros = 2
  int64 op_start_rel_micros = 3
  int64 op_end_rel_micros = 4
  int64 all_end_rel_micros = 5
  string timeline_label = 8
  int64 scheduled_micros = 9
  `,
);
const DeviceStepStats = messageClass(
  'tensorflow.DeviceStepStats',
  'string device = 1\nrepeated NodeExecStats node_stats = 2',
  { NodeExecStats: () => NodeExecStats },
);
const StepStats = messageClass('tensorflow.StepStats', 'repeated DeviceStepStats dev_stats = 1', {
  DeviceStepStats: () => DeviceStepStats,
});
/** @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/RunMetadata */
export const RunMetadata = messageClass('tensorflow.RunMetadata', 'StepStats step_stats = 1', {
  StepStats: () => StepStats,
});

export type { AnyMessage } from './message';
