import type { Adapter } from '../adapter';
import { Unsupported } from '../outcome';

export const tfAdapter: Adapter = {
  suite: 'tf',
  categories: [],
  recognise: (_row, stem) => stem,
  subject: (_row, category) => category,
  run() {
    throw new Unsupported('tf');
  },
};
