import { currentPrinter } from '@stele/core';

let interactive = true;
export function setInteractive(value: boolean): void {
  interactive = value;
}
/** Where lines go: to the printer that was set, else to standard output if there is one, else to the console. */
export function print(text: string): void {
  const elsewhere = currentPrinter();
  if (elsewhere !== null) {
    elsewhere(text);
    return;
  }
  const out = (globalThis as { process?: { stdout?: { write?(s: string): unknown } } }).process?.stdout;
  if (!interactive) console.info(plain(text));
  else if (out?.write) out.write(text);
  else if (text.endsWith('\n')) console.log(plain(text));
}

const colours = ['\u001b[0m', '\u001b[1m', '\u001b[32m', '\u001b[37m'];
const plain = (text: string): string =>
  colours.reduce((t, c) => t.replaceAll(c, ''), text.slice(text.lastIndexOf('\r') + 1)).trimEnd();

/** Four decimals; an exact half goes to the even digit, where toFixed goes up. */
function fourDecimals(value: number): string {
  const up = value.toFixed(4);
  const tie = /^-?\d+\.\d{3}[02468]50*$/.test(value.toFixed(30));
  return tie ? value.toFixed(30).slice(0, up.length) : up;
}

/** A number as a progress line shows it: four decimals, or scientific if it is small. */
export function formatValue(value: number, byMagnitude: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if ((byMagnitude ? Math.abs(value) : value) > 1e-3) return Number.isFinite(value) ? fourDecimals(value) : 'inf';
  return value.toExponential(4).replace(/e([+-])(\d)$/, 'e$10$2');
}
