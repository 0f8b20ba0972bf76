import type { Expr, ExprOf, Keyword } from '../parse/ast';
import { callDoc } from './arguments';
import type { Context } from './context';
import type { Doc } from './doc';
import { show } from './expressions';
import { braced, quoted } from './text';

const colors: Readonly<Record<string, string>> = {
  r: 'red',
  g: 'green',
  b: 'blue',
  c: 'cyan',
  m: 'magenta',
  y: 'yellow',
  k: 'black',
  w: 'white',
};
const options: Readonly<Record<string, string>> = {
  label: 'label',
  color: 'color',
  c: 'color',
  alpha: 'alpha',
  linewidth: 'lineWidth',
  lw: 'lineWidth',
  linestyle: 'lineStyle',
  ls: 'lineStyle',
  marker: 'marker',
};
const axes: Readonly<Record<string, string>> = { xlabel: 'xLabel', ylabel: 'yLabel', title: 'title' };

/** The parts of a format such as `'r--o'`. */
function format(text: string): Doc[] {
  const out: Doc[] = [];
  const style = /--|-\.|-|:/.exec(text)?.[0];
  const color = [...text].map((ch) => colors[ch]).find((name) => name !== undefined);
  const marker = /[o.s^x+]/.exec(text.replace('-.', ''))?.[0];
  if (color !== undefined) out.push(`color: ${quoted(color)}`);
  if (style !== undefined && style !== '-') out.push(`lineStyle: ${quoted(style)}`);
  if (marker !== undefined) out.push(`marker: ${quoted(marker)}`);
  if (marker !== undefined && style === undefined) out.push("lineStyle: 'none'");
  return out;
}

/** A call of matplotlib's as what core's plots have for it; null if it is no such call. */
export function drawing(c: Context, e: Expr): readonly Doc[] | null {
  if (e.kind !== 'Call' || e.func.kind !== 'Attribute' || e.func.value.kind !== 'Name') return null;
  const owner = c.lookup(e.func.value.id);
  if (owner?.kind !== 'module' || owner.path !== 'python:matplotlib.pyplot') return null;
  const { name } = e.func;
  const first = begin(c);
  const done = drawn(c, name, e);
  return done === null ? [`// matplotlib's ${name}() has no counterpart in core's plots`] : [...first, ...done];
}

/** The figure, made where a scope draws first. */
function begin(c: Context): Doc[] {
  if (c.scope.drawing) return [];
  c.scope.drawing = true;
  c.import('@stele/core/plot', 'figure');
  return ['const fig = figure();', 'const panel = fig.panel();'];
}

function drawn(c: Context, name: string, e: ExprOf<'Call'>): Doc[] | null {
  const given = (keywords: readonly Keyword[]): Doc[] =>
    keywords.flatMap((k): Doc[] => {
      const key = k.name === null ? undefined : options[k.name];
      return key === undefined ? [] : [[key, ': ', show(c, k.value).doc]];
    });
  if (name === 'plot' || name === 'scatter' || name === 'bar' || name === 'imshow') {
    const styles = e.args.flatMap((a) => (a.kind === 'Str' ? format(a.value) : []));
    const docs = e.args.filter((a) => a.kind !== 'Str').map((a) => show(c, a).doc);
    const all = [...styles, ...given(e.keywords)];
    const method = { plot: 'line', scatter: 'scatter', bar: 'bar', imshow: 'image' }[name];
    const args = docs.map((doc) => ({ doc, hugs: false }));
    if (all.length > 0) args.push({ doc: braced(all), hugs: true });
    return [[callDoc(`panel.${method}`, args), ';']];
  }
  const axis = axes[name];
  if (axis !== undefined)
    return [[callDoc('panel.set', [{ doc: braced([[axis, ': ', show(c, e.args[0]!).doc]]), hugs: true }]), ';']];
  if (name === 'legend') return ['// plt.legend(): a panel shows the labels by itself'];
  if (name === 'savefig') {
    c.import('node:fs', 'writeFileSync');
    return [['writeFileSync(', show(c, e.args[0]!).doc, ', fig.toSVG());']];
  }
  if (name === 'show') return ['// plt.show(): write fig.toSVG() to a file or a page'];
  if (name === 'figure') return [];
  return null;
}
