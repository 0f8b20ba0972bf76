import type { SuiteResult } from './outcome';
import { totalOf } from './report';

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const style = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #1c1e21; background: #fff; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .2rem .8rem .2rem 0; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { display: flex; height: 1rem; min-width: 16rem; background: #e4e6ea; }
.passed { background: #2e7d4f; } .failed { background: #c2412d; } .unsupported { background: #c9a227; }
input { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem .6rem; margin: .6rem 0; }
ol { list-style: none; padding: 0; margin: 0; } li { padding: .35rem 0; border-bottom: 1px solid #eceef1; }
li b { font-weight: 600; } li span { color: #5a6069; } code { font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { color: #e6e8eb; background: #16181c; } li { border-color: #2a2e35; } .bar { background: #2a2e35; } li span { color: #9aa2ad; } }
`;

const script = `
const box = document.querySelector('input'), items = [...document.querySelectorAll('li')], shown = document.getElementById('shown');
const texts = items.map((item) => item.textContent.toLowerCase());
const filter = () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let n = 0;
  items.forEach((item, i) => { const yes = words.every((w) => texts[i].includes(w)); item.hidden = !yes; if (yes) n++; });
  shown.textContent = n + ' of ' + items.length;
};
box.addEventListener('input', filter); filter();
`;

/** One page that needs nothing else: a bar per category, and the cases that did not pass with a box to filter them. */
export function htmlReport(suites: readonly SuiteResult[]): string {
  const part = (n: number, total: number, kind: string): string =>
    n === 0 ? '' : `<div class="${kind}" style="width:${((100 * n) / total).toFixed(2)}%" title="${n} ${kind}"></div>`;
  const tables = suites.map((suite) => {
    const rows = Object.entries({ ...suite.categories, all: totalOf(suite) }).map(
      ([name, c]) =>
        `<tr><td>${escape(name)}</td><td><div class="bar">${part(c.passed, c.total, 'passed')}${part(c.failed, c.total, 'failed')}${part(c.unsupported, c.total, 'unsupported')}</div></td><td class="n">${((100 * c.passed) / Math.max(1, c.total)).toFixed(1)}%</td><td class="n">${c.passed}</td><td class="n">${c.failed}</td><td class="n">${c.unsupported}</td><td class="n">${c.total}</td><td class="n">${c.worst === 0 ? '' : c.worst.toPrecision(2)}</td></tr>`,
    );
    return `<h2>${escape(suite.suite)}</h2><table><tr><th>category</th><th></th><th>rate</th><th>passed</th><th>failed</th><th>unsupported</th><th>total</th><th title="largest deviation as a multiple of the tolerance">worst</th></tr>${rows.join('')}</table>`;
  });
  const items = suites.flatMap((suite) =>
    suite.cases
      .filter((c) => c.status !== 'passed')
      .map(
        (c) =>
          `<li><b>${escape(c.id)}</b> <span>${escape(`${suite.suite} ${c.category} ${c.status} ${c.subject}`)}</span><br><code>${escape(c.reason ?? '')}</code></li>`,
      ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Stele: parity</title><style>${style}</style></head>
<body><h1>Parity with the recordings</h1>
${tables.join('\n')}
<h2>Cases that did not pass</h2>
<label>Filter <input type="search" placeholder="words that must occur: ops softmax failed" autofocus></label>
<p id="shown"></p>
<ol>
${items.join('\n')}
</ol>
<script>${script}</script></body></html>
`;
}
