/** A text that may be laid out on one line or over several, as formatters of code do it. */
export type Doc =
  | string
  | readonly Doc[]
  | { readonly kind: 'indent'; readonly doc: Doc }
  | { readonly kind: 'group'; readonly doc: Doc; readonly broken: boolean }
  /** The first layout that fits; the last one where none does. */
  | { readonly kind: 'choice'; readonly layouts: readonly Doc[] }
  | { readonly kind: 'line'; readonly flat: string; readonly hard: boolean }
  | { readonly kind: 'either'; readonly broken: Doc; readonly flat: Doc }
  /** Text at the end of a line that does not count towards its width: a comment. */
  | { readonly kind: 'suffix'; readonly text: string }
  /** On one line, whatever its length: what a template holds. */
  | { readonly kind: 'flat'; readonly doc: Doc };

export const line: Doc = { kind: 'line', flat: ' ', hard: false };
export const softline: Doc = { kind: 'line', flat: '', hard: false };
export const hardline: Doc = { kind: 'line', flat: '', hard: true };
export const indent = (doc: Doc): Doc => ({ kind: 'indent', doc });
export const group = (doc: Doc, broken = false): Doc => ({ kind: 'group', doc, broken: broken || hasHard(doc) });
export const choice = (...layouts: readonly Doc[]): Doc => ({ kind: 'choice', layouts });
export const either = (broken: Doc, flat: Doc): Doc => ({ kind: 'either', broken, flat });
export const flat = (doc: Doc): Doc => ({ kind: 'flat', doc });
export const suffix = (text: string): Doc => ({ kind: 'suffix', text });
/** Parts with something between them. */
export const join = (between: Doc, parts: readonly Doc[]): Doc =>
  parts.flatMap((part, i) => (i === 0 ? [part] : [between, part]));
/** `(a, b)` on one line, or one a line with a comma after the last. */
export const enclosed = (open: Doc, parts: readonly Doc[], close: string, broken = false, comma = ','): Doc =>
  parts.length === 0
    ? [open, close]
    : group([open, indent([softline, join([',', line], parts)]), either(comma, ''), softline, close], broken);

/** Whether a layout holds a line break on any account. */
export function hasHard(doc: Doc): boolean {
  if (typeof doc === 'string') return false;
  if (!('kind' in doc)) return doc.some(hasHard);
  switch (doc.kind) {
    case 'line':
      return doc.hard;
    case 'indent':
      return hasHard(doc.doc);
    case 'group':
      return doc.broken || hasHard(doc.doc);
    case 'choice':
      return doc.layouts.every(hasHard);
    default:
      return false;
  }
}

interface Command {
  readonly indent: number;
  readonly flat: boolean;
  readonly doc: Doc;
}
const isList = (doc: Doc): doc is readonly Doc[] => typeof doc !== 'string' && !('kind' in doc);

/** Whether the commands' text up to the first line break has room. */
function fits(first: Command, rest: readonly Command[], room: number): boolean {
  const stack: Command[] = [first];
  let next = rest.length;
  while (room >= 0) {
    const command = stack.pop() ?? rest[--next];
    if (command === undefined) return true;
    const { doc, flat: whole } = command;
    const push = (d: Doc, f = whole): void => void stack.push({ indent: 0, flat: f, doc: d });
    if (typeof doc === 'string') room -= [...doc].length;
    else if (isList(doc)) for (let i = doc.length - 1; i >= 0; i--) push(doc[i]!);
    else if (doc.kind === 'indent') push(doc.doc);
    else if (doc.kind === 'flat') push(doc.doc, true);
    else if (doc.kind === 'group') {
      if (whole && doc.broken) return false;
      push(doc.doc, doc.broken ? false : whole);
    } else if (doc.kind === 'choice') push(whole ? doc.layouts[0]! : doc.layouts.at(-1)!);
    else if (doc.kind === 'either') push(whole ? doc.flat : doc.broken);
    else if (doc.kind === 'line') {
      if (!whole || doc.hard) return true;
      room -= doc.flat.length;
    }
  }
  return false;
}

/** Lays a document out in lines of a width. */
export function layOut(doc: Doc, width = 120): string {
  let out = '';
  let column = 0;
  let pending = '';
  const stack: Command[] = [{ indent: 0, flat: false, doc }];
  const write = (text: string): void => {
    out += text;
    column += [...text].length;
  };
  for (let command = stack.pop(); command !== undefined; command = stack.pop()) {
    const { doc: d, flat: whole, indent: depth } = command;
    const push = (next: Doc, f = whole, by = depth): void => void stack.push({ indent: by, flat: f, doc: next });
    if (typeof d === 'string') write(d);
    else if (isList(d)) for (let i = d.length - 1; i >= 0; i--) push(d[i]!);
    else if (d.kind === 'indent') push(d.doc, whole, depth + 2);
    else if (d.kind === 'flat') push(d.doc, true);
    else if (d.kind === 'suffix') pending += d.text;
    else if (d.kind === 'either') push(whole ? d.flat : d.broken);
    else if (d.kind === 'group') {
      const oneLine: Command = { indent: depth, flat: true, doc: d.doc };
      push(d.doc, !d.broken && (whole || fits(oneLine, stack, width - column)));
    } else if (d.kind === 'choice') {
      const [first] = d.layouts;
      const free = !whole && hasHard(first!);
      if (whole || fits({ indent: depth, flat: !free, doc: first! }, stack, width - column)) push(first!, !free);
      else {
        const found = d.layouts
          .slice(1, -1)
          .find((layout) => fits({ indent: depth, flat: false, doc: layout }, stack, width - column));
        push(found ?? d.layouts.at(-1)!, false);
      }
    } else if (whole && !d.hard) write(d.flat);
    else {
      out = `${out.replace(/ +$/, '')}${pending}\n${' '.repeat(depth)}`;
      pending = '';
      column = depth;
    }
  }
  return `${out}${pending}`.replace(/[ \t]+$/gm, '');
}
