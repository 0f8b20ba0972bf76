import * as tf from '../index';

const { v1 } = tf.compat;

describe('messages', () => {
  it('hold fields, messages, lists and maps, and print as protobuf does', () => {
    const config = new v1.ConfigProto({ allow_soft_placement: true, device_count: { GPU: 0 } });
    expect(config.HasField('gpu_options')).toBe(false);
    config.gpu_options.per_process_gpu_memory_fraction = 0.333;
    config.graph_options.optimizer_options.global_jit_level = v1.OptimizerOptions.ON_1;
    config.device_filters.push('/job:ps');
    expect(config.HasField('gpu_options')).toBe(true);
    expect(String(config)).toBe(
      [
        'device_count {',
        '  key: "GPU"',
        '  value: 0',
        '}',
        'device_filters: "/job:ps"',
        'gpu_options {',
        '  per_process_gpu_memory_fraction: 0.333',
        '}',
        'allow_soft_placement: true',
        'graph_options {',
        '  optimizer_options {',
        '    global_jit_level: ON_1',
        '  }',
        '}',
        '',
      ].join('\n'),
    );
    const copy = v1.ConfigProto.FromString(config.SerializeToString());
    expect(String(copy)).toBe(String(config));
  });
  it.each<[string, () => unknown, string]>([
    ['an unknown field', () => new v1.ConfigProto({ foo: 1 }), 'Protocol message ConfigProto has no "foo" field.'],
    ['text for a truth value', () => new v1.ConfigProto({ allow_soft_placement: 'x' }), "'str' object cannot be"],
    [
      'a message that is assigned',
      () => {
        new v1.ConfigProto().gpu_options = new v1.GPUOptions();
      },
      'Assignment not allowed to message field "gpu_options"',
    ],
    ['a label that is not there', () => new v1.RunOptions({ trace_level: 'NOPE' }), 'unknown enum label "NOPE"'],
    [
      'another record for the settings of a session',
      () => new v1.Session({ config: 3 }),
      'Argument `config` must be a tf.ConfigProto, but got "int"',
    ],
  ])('refuse %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
  it('of a run say when its nodes were computed', () => {
    using _ = new v1.Graph().as_default();
    const x = v1.placeholder_with_default(2, [], { name: 'x' });
    const y = tf.add(x, 1);
    using session = new v1.Session();
    const metadata = new v1.RunMetadata();
    const options = new v1.RunOptions({ trace_level: v1.RunOptions.FULL_TRACE });
    expect(session.run(y, { feed_dict: new Map([[x, 4]]), options, run_metadata: metadata }).item()).toBe(5);
    expect(metadata.step_stats.dev_stats[0].node_stats.map((s: { node_name: string }) => s.node_name)).toContain('Add');
    session.run(y, { run_metadata: metadata });
    expect(String(metadata)).toBe('');
  });
});
