/** What the signatures of Keras' models' own methods are. */
export const model_methods: Readonly<Record<string, string>> = {
  build: 'input_shape',
  call: '*args, **kwargs',
  compile:
    "optimizer='rmsprop', loss=None, loss_weights=None, metrics=None, weighted_metrics=None, run_eagerly=False, steps_per_execution=1, jit_compile='auto', auto_scale_loss=True",
  evaluate:
    "x=None, y=None, batch_size=None, verbose='auto', sample_weight=None, steps=None, callbacks=None, return_dict=False, **kwargs",
  export: "filepath, format='tf_saved_model', verbose=None, input_signature=None, **kwargs",
  fit: "x=None, y=None, batch_size=None, epochs=1, verbose='auto', callbacks=None, validation_split=0.0, validation_data=None, shuffle=True, class_weight=None, sample_weight=None, initial_epoch=0, steps_per_epoch=None, validation_steps=None, validation_batch_size=None, validation_freq=1",
  get_layer: 'name=None, index=None',
  load_weights: 'filepath, skip_mismatch=False, **kwargs',
  predict: "x, batch_size=None, verbose='auto', steps=None, callbacks=None",
  predict_on_batch: 'x',
  save: 'filepath, overwrite=True, zipped=None, **kwargs',
  save_weights: 'filepath, overwrite=True, max_shard_size=None',
  summary:
    'line_length=None, positions=None, print_fn=None, expand_nested=False, show_trainable=False, layer_range=None',
  test_on_batch: 'x, y=None, sample_weight=None, return_dict=False',
  to_json: '**kwargs',
  train_on_batch: 'x, y=None, sample_weight=None, class_weight=None, return_dict=False',
  train_step: 'data',
  get_config: '',
  get_weights: '',
  set_weights: 'weights',
  count_params: '',
  reset_metrics: '',
};
