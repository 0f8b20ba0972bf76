export { Coordinator } from './coordinator';
export * from './decay';
export * from './fromCheckpoint';
export * from './globalStep';
export { CheckpointSaverListener, SessionRunArgs, SessionRunContext, SessionRunHook } from './hookBase';
export {
  CheckpointSaverHook,
  FeedFnHook,
  FinalOpsHook,
  LoggingTensorHook,
  NanLossDuringTrainingError,
  NanTensorHook,
  SecondOrStepTimer,
  StepCounterHook,
  StopAtStepHook,
  SummarySaverHook,
} from './hooks';
export {
  ChiefSessionCreator,
  MonitoredSession,
  MonitoredTrainingSession,
  Scaffold,
  SingularMonitoredSession,
} from './monitored';
export { Optimizer } from './optimizer';
export * from './optimizers';
export {
  checkpoint_exists,
  export_meta_graph,
  import_meta_graph,
  Saver,
  update_checkpoint_state,
} from './saver';
