export {
  DTypePolicy,
  DTypePolicy as FloatDTypePolicy,
  deserialize,
  get,
  provideDefaultPolicy,
  serialize,
} from './policy';
