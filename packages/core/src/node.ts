export * from './data/datasetFiles';
export * from './formats/files';
