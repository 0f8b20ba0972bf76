function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
export const valueError = (message: string): Error => named('ValueError', message);
export const typeError = (message: string): Error => named('TypeError', message);
export const keyError = (message: string): Error => named('KeyError', message);
export const attributeError = (message: string): Error => named('AttributeError', message);
export const invalidArgument = (message: string): Error => named('InvalidArgumentError', message);
export const notImplemented = (message: string): Error => named('NotImplementedError', message);

/** A value as Python's f-strings show it. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map((v) => (typeof v === 'string' ? `'${v}'` : show(v))).join(', ')}]`;
  if (typeof value === 'object') {
    const name = (value as object).constructor?.name;
    return name && name !== 'Object' ? `<${name}>` : JSON.stringify(value);
  }
  return String(value);
}
