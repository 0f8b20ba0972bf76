import { namespace } from '@stele/core';
import * as functionalMembers from './functional';

export const functional: typeof functionalMembers = namespace('torchvision.transforms.functional', {
  ...functionalMembers,
});
export * from './transforms';
