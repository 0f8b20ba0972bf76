export { ChainedScheduler, SequentialLR } from './composed';
export { CosineAnnealingLR, CosineAnnealingWarmRestarts } from './cosines';
export { CyclicLR, OneCycleLR } from './cycles';
export {
  ConstantLR,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiplicativeLR,
  MultiStepLR,
  PolynomialLR,
  StepLR,
} from './decays';
export { ReduceLROnPlateau } from './plateau';
export { LRScheduler } from './scheduler';
