const identities = new WeakMap<object, number>();
let next = 1;

/** A number that an object keeps and no other has: what Python's `hash` of an object without value equality gives. */
export function identityOf(object: object): number {
  let id = identities.get(object);
  if (id === undefined) {
    id = next++;
    identities.set(object, id);
  }
  return id;
}
