import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadParser, runPythonSync } from '@stele/python/node';

// Pure Python loops: time of the front end beside CPython's, in the same run.
const programs: Readonly<Record<string, string>> = {
  '10 million additions in a function': `
def f():
    s = 0
    for i in range(10_000_000):
        s += i
    return s
result = f()`,
  '10 million additions at module level': `
s = 0
for i in range(10_000_000):
    s += i
result = s`,
  '10 million float additions': `
def f():
    s = 0.0
    for i in range(10_000_000):
        s += 0.1
    return s
result = f()`,
  '1 million calls': `
def add(a, b=1):
    return a + b
def f():
    s = 0
    for i in range(1_000_000):
        s = add(s, i)
    return s
result = f()`,
  '1 million attributes and methods': `
class P:
    def __init__(self):
        self.x = 0
    def move(self, d):
        self.x += d
p = P()
for i in range(1_000_000):
    p.move(i)
result = p.x`,
  'lists and dicts': `
def f():
    d = {}
    out = []
    for i in range(500_000):
        d[i % 1000] = d.get(i % 1000, 0) + i
        out.append(i * 2)
    return sum(d.values()) + len(out) + sum(x for x in out if x % 3 == 0)
result = f()`,
};

async function main(): Promise<void> {
  await loadParser();
  const folder = mkdtempSync(join(tmpdir(), 'python-loop-'));
  try {
    for (const [name, program] of Object.entries(programs)) {
      const timed = `import time\nstarted = time.perf_counter()\n${program}\nprint(result, time.perf_counter() - started)\n`;
      const file = join(folder, 'loop.py');
      writeFileSync(file, timed);
      const [theirs, cpython] = execFileSync('python3', [file], { encoding: 'utf8' }).trim().split(' ');
      const [ours, stele] = runPythonSync(timed).output.trim().split(' ');
      if (ours !== theirs) throw new Error(`${name}: ${ours} here, ${theirs} in CPython`);
      const ratio = Number(stele) / Number(cpython);
      console.log(
        `${name.padEnd(38)} ${Number(stele).toFixed(3)} s, CPython ${Number(cpython).toFixed(3)} s, ratio ${ratio.toFixed(2)}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main();
