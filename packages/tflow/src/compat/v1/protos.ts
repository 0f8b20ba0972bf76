/** A message of settings, which have no effect here: fields given by name, the others as they are by default. */
function message(name: string, defaults: () => Record<string, unknown>) {
  const Message = class {
    [field: string]: unknown;
    constructor(given: Readonly<Record<string, unknown>> = {}) {
      const known = defaults();
      for (const key of Object.keys(given))
        if (!(key in known))
          throw Object.assign(new Error(`Protocol message ${name} has no "${key}" field.`), { name: 'ValueError' });
      Object.assign(this, known, given);
    }
    toString(): string {
      return `${name}()`;
    }
  };
  Object.defineProperty(Message, 'name', { value: name });
  return Message;
}

/** How graphics memory is shared out. */
export const GPUOptions = message('GPUOptions', () => ({
  per_process_gpu_memory_fraction: 0,
  allow_growth: false,
  allocator_type: '',
  visible_device_list: '',
  deferred_deletion_bytes: 0,
}));
/** How graphs are rewritten before they run. */
export const OptimizerOptions = Object.assign(
  message('OptimizerOptions', () => ({
    do_common_subexpression_elimination: false,
    global_jit_level: 0,
    opt_level: 0,
  })),
  { L0: -1, L1: 0, OFF: -1, ON_1: 1, ON_2: 2, DEFAULT: 0 },
);
export const GraphOptions = message('GraphOptions', () => ({
  optimizer_options: new OptimizerOptions(),
  build_cost_model: 0,
  infer_shapes: false,
}));
/** What a session is set up with. @see https://www.tensorflow.org/api_docs/python/tf/compat/v1/ConfigProto */
export const ConfigProto = message('ConfigProto', () => ({
  device_count: new Map<string, number>(),
  intra_op_parallelism_threads: 0,
  inter_op_parallelism_threads: 0,
  use_per_session_threads: false,
  allow_soft_placement: false,
  log_device_placement: false,
  gpu_options: new GPUOptions(),
  graph_options: new GraphOptions(),
  operation_timeout_in_ms: 0,
  isolate_session_state: false,
}));
/** How one run is traced. */
export const RunOptions = Object.assign(
  message('RunOptions', () => ({
    trace_level: 0,
    timeout_in_ms: 0,
    inter_op_thread_pool: 0,
    output_partition_graphs: false,
    report_tensor_allocations_upon_oom: false,
  })),
  { NO_TRACE: 0, SOFTWARE_TRACE: 1, HARDWARE_TRACE: 2, FULL_TRACE: 3 },
);
/** What a run leaves to be read about it. */
export const RunMetadata = message('RunMetadata', () => ({ step_stats: null, cost_graph: null, partition_graphs: [] }));
