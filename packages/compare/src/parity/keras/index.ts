import type { Adapter } from '../adapter';
import { Unsupported } from '../outcome';

export const kerasAdapter: Adapter = {
  suite: 'keras',
  categories: [],
  recognise: (_row, stem) => stem,
  subject: (_row, category) => category,
  run() {
    throw new Unsupported('keras');
  },
};
