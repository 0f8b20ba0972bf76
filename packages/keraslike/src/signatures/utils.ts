/** What Keras' own signatures are in `keras.utils`, as `scripts/api/signatures.py` read them. */
export const utils: Readonly<Record<string, string>> = {
  Config: '**kwargs',
  CustomObjectScope: 'custom_objects',
  FeatureSpace:
    "features, output_mode='concat', crosses=None, crossing_dim=32, hashing_dim=32, num_discretization_bins=32, name=None",
  Progbar:
    "target, width=20, verbose=1, interval=0.05, stateful_metrics=None, stateless_metrics=None, unit_name='step'",
  PyDataset: 'workers=1, use_multiprocessing=False, max_queue_size=10',
  Sequence: 'workers=1, use_multiprocessing=False, max_queue_size=10',
  array_to_img: 'x, data_format=None, scale=True, dtype=None',
  audio_dataset_from_directory:
    "directory, labels='inferred', label_mode='int', class_names=None, batch_size=32, sampling_rate=None, output_sequence_length=None, ragged=False, shuffle=True, seed=None, validation_split=None, subset=None, follow_links=False, verbose=True",
  clear_session: 'free_memory=True',
  custom_object_scope: 'custom_objects',
  deserialize_keras_object: 'config, custom_objects=None, safe_mode=True, **kwargs',
  disable_interactive_logging: '',
  enable_interactive_logging: '',
  get_custom_objects: '',
  get_file:
    "fname=None, origin=None, untar=False, md5_hash=None, file_hash=None, cache_subdir='datasets', hash_algorithm='auto', extract=False, archive_format='auto', cache_dir=None, force_download=False",
  get_registered_name: 'obj',
  get_registered_object: 'name, custom_objects=None, module_objects=None',
  get_source_inputs: 'tensor',
  image_dataset_from_directory:
    "directory, labels='inferred', label_mode='int', class_names=None, color_mode='rgb', batch_size=32, image_size=(256, 256), shuffle=True, seed=None, validation_split=None, subset=None, interpolation='bilinear', follow_links=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, data_format=None, format='tf', verbose=True",
  img_to_array: 'img, data_format=None, dtype=None',
  is_interactive_logging_enabled: '',
  is_keras_tensor: 'x',
  load_img: "path, color_mode='rgb', target_size=None, interpolation='nearest', keep_aspect_ratio=False",
  model_to_dot:
    "model, show_shapes=False, show_dtype=False, show_layer_names=True, rankdir='TB', expand_nested=False, dpi=200, subgraph=False, show_layer_activations=False, show_trainable=False, splines='ortho', **kwargs",
  normalize: 'x, axis=-1, order=2',
  pack_x_y_sample_weight: 'x, y=None, sample_weight=None',
  pad_sequences: "sequences, maxlen=None, dtype='int32', padding='pre', truncating='pre', value=0.0",
  plot_model:
    "model, to_file='model.png', show_shapes=False, show_dtype=False, show_layer_names=False, rankdir='TB', expand_nested=False, dpi=200, show_layer_activations=False, show_trainable=False, splines='ortho', **kwargs",
  register_keras_serializable: "package='Custom', name=None",
  save_img: 'path, x, data_format=None, file_format=None, scale=True, **kwargs',
  serialize_keras_object: 'obj',
  set_random_seed: 'seed',
  split_dataset: 'dataset, left_size=None, right_size=None, shuffle=False, seed=None, preferred_backend=None',
  standardize_dtype: 'dtype',
  text_dataset_from_directory:
    "directory, labels='inferred', label_mode='int', class_names=None, batch_size=32, max_length=None, shuffle=True, seed=None, validation_split=None, subset=None, follow_links=False, format='tf', verbose=True",
  timeseries_dataset_from_array:
    "data, targets, sequence_length, sequence_stride=1, sampling_rate=1, batch_size=128, shuffle=False, seed=None, start_index=None, end_index=None, format='tf'",
  to_categorical: 'x, num_classes=None',
  unpack_x_y_sample_weight: 'data',
};
