let enabled = true;
let inference = false;

/** Whether ops on tensors that require gradients are recorded. */
export const isGradEnabled = (): boolean => enabled;
export const isInferenceMode = (): boolean => inference;

export function setGradEnabled(value: boolean): boolean {
  const before = enabled;
  enabled = value;
  return before;
}

export function setInferenceMode(value: boolean): boolean {
  const before = inference;
  inference = value;
  return before;
}

/** Runs a function with recording on or off and restores the mode whatever happens. */
export function withGrad<T>(value: boolean, body: () => T): T {
  const before = setGradEnabled(value);
  try {
    return body();
  } finally {
    enabled = before;
  }
}
