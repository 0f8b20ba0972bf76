export * from './colours';
export { convert_image_dtype } from './convert';
export {
  central_crop,
  crop_to_bounding_box,
  extract_patches,
  pad_to_bounding_box,
  resize_with_crop_or_pad,
} from './crop';
export * from './measures';
export * from './orientation';
export * from './random';
export {
  crop_and_resize,
  legacyResize,
  resize,
  resize_area,
  resize_bicubic,
  resize_bilinear,
  resize_nearest_neighbor,
  resize_with_pad,
} from './resize';
export * from './suppression';

/** The ways of `resize`. */
export class ResizeMethod {
  static readonly BILINEAR = 'bilinear';
  static readonly NEAREST_NEIGHBOR = 'nearest';
  static readonly BICUBIC = 'bicubic';
  static readonly AREA = 'area';
  static readonly LANCZOS3 = 'lanczos3';
  static readonly LANCZOS5 = 'lanczos5';
  static readonly GAUSSIAN = 'gaussian';
  static readonly MITCHELLCUBIC = 'mitchellcubic';
}
