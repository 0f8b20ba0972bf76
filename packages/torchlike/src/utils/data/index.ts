import { namespace } from '@stele/core';
import { DistributedSampler } from './sampler';

export { default_collate, default_convert } from './collate';
export { DataLoader, type DataLoaderOptions } from './dataloader';
export {
  ChainDataset,
  ConcatDataset,
  Dataset,
  IterableDataset,
  random_split,
  StackDataset,
  Subset,
  TensorDataset,
} from './dataset';
export {
  BatchSampler,
  DistributedSampler,
  RandomSampler,
  Sampler,
  SequentialSampler,
  SubsetRandomSampler,
  WeightedRandomSampler,
} from './sampler';
export const distributed = namespace('torch.utils.data.distributed', { DistributedSampler });
/** Which worker this is: none, since items are read in the thread that asks for them. */
export const get_worker_info = (): null => null;
