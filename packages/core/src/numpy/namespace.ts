import { NotImplementedError } from '../errors';

const ignored = new Set([
  'then',
  'toJSON',
  'constructor',
  '$$typeof',
  'asymmetricMatch',
  'nodeType',
  'tagName',
  '@@__IMMUTABLE_ITERABLE__@@',
  '@@__IMMUTABLE_RECORD__@@',
]);

/** A namespace object that answers a name it does not have with a sentence instead of undefined. */
export function closedNamespace<T extends object>(title: string, members: T): T {
  return new Proxy(Object.freeze(members), {
    get(target, key, receiver) {
      if (typeof key === 'symbol' || key in target || ignored.has(key)) return Reflect.get(target, key, receiver);
      throw new NotImplementedError(
        `${title}.${key} is not in Stele's numpy; there are: ${Object.keys(target).sort().join(', ')}`,
        {
          name: `${title}.${key}`,
        },
      );
    },
  });
}
