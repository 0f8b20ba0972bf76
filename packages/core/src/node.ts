export * from './data/datasets.node';
export * from './formats/files.node';
