export { DataLoader, type DataLoaderOptions, default_collate } from './dataloader';
export { Dataset, random_split, Subset, TensorDataset } from './dataset';
