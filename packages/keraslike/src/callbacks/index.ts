export { Callback, History, type Logs } from './callback';
export { BackupAndRestore, CSVLogger, ModelCheckpoint } from './files';
export { CallbackList, ProgbarLogger } from './list';
export { EarlyStopping, LearningRateScheduler, ReduceLROnPlateau } from './monitor';
export { LambdaCallback, RemoteMonitor, SwapEMAWeights, TerminateOnNaN } from './others';
export { TensorBoard } from './tensorboard';
