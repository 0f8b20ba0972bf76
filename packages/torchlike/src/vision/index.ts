import { namespace } from '@stele/core';
import * as transformMembers from './transforms/index';

export { Image, type Mode } from './image';
/**
 * torchvision's first transforms, for images and tensors.
 *
 * ```ts
 * const transform = new transforms.Compose([new transforms.Resize([8, 8]), new transforms.ToTensor()]);
 * ```
 * @see https://docs.pytorch.org/vision/stable/transforms.html
 */
export const transforms: typeof transformMembers = namespace('torchvision.transforms', { ...transformMembers });
