import type { OpDefinition } from './define';

const complete: OpDefinition<object> = {
  name: 'identity',
  infer: ([x]) => ({ sizes: x!.sizes, scalarType: x!.scalarType }),
  forward: (_family, [x]) => x!,
  vjp: (g) => [g],
  samples: [],
};
const { vjp: _, ...rest } = complete;
// @ts-expect-error an op without a gradient does not compile: `null` says that there is none
const without: OpDefinition<object> = rest;

it('asks every op for its gradient', () => {
  expect(complete.vjp).not.toBeUndefined();
  expect(without.vjp).toBeUndefined();
});
