import type { Tensor as CoreTensor } from '@stele/core';
import { kernelName } from './dtypes';
import { InvalidArgumentError, underKernel } from './errors';
import { allowedTypes } from './kernelTypes';

const needsBool = new Set(['LogicalAnd', 'LogicalOr', 'LogicalNot', 'Any', 'All']);

/** Whether a kernel takes an element type; a kernel that is not listed takes all. */
export const takes = (kernel: string, dtype: string): boolean =>
  allowedTypes(kernel)?.includes(kernelName(dtype)) ?? true;

/** Refuses an element type that a kernel does not take for one of its attributes. */
export function needType(kernel: string, dtype: string, attribute = 'T'): void {
  const allowed = allowedTypes(kernel, attribute);
  if (allowed === undefined || allowed.includes(kernelName(dtype))) return;
  throw new InvalidArgumentError(
    `Value for attr '${attribute}' of ${kernelName(dtype)} is not in the list of allowed values: ${[...new Set(allowed)].join(', ')}\n\t; NodeDef: {{node ${kernel}}} [Op:${kernel}] name: `,
  );
}

/**
 * A formula run as one kernel of TensorFlow: its operands have one element type, which the kernel takes, and what the
 * engine refuses is worded under the kernel's name.
 */
export function asKernel<T>(kernel: string, inputs: readonly CoreTensor[], run: () => T): T {
  const first = needsBool.has(kernel) ? 'bool' : inputs[0]!.scalarType;
  inputs.forEach((t, i) => {
    if (t.scalarType !== first)
      throw new InvalidArgumentError(
        `cannot compute ${kernel} as input #${i}(zero-based) was expected to be a ${kernelName(first)} tensor but is a ${kernelName(t.scalarType)} tensor [Op:${kernel}] name: `,
      );
  });
  needType(kernel, first);
  return underKernel(kernel, run);
}
