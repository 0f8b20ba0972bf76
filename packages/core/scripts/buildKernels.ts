// Compiles the AssemblyScript kernels and embeds them; with --check, fails if the committed blob is not what the sources give.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const folder = join(process.cwd(), 'packages/core/src/kernels/assembly');
const target = join(folder, 'gen/kernels.ts');

async function compile(): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const options = '-O3 --runtime stub --noAssert --enable simd --importMemory --noExportMemory --outFile kernels.wasm';
  const { error, stderr } = await asc.main(['as/index.ts', ...options.split(' '), '--baseDir', folder], {
    writeFile: (_name: string, contents: string | Uint8Array) => {
      if (typeof contents !== 'string') binary = contents;
    },
  });
  if (error || !binary) throw new Error(`the kernels do not compile: ${error?.message ?? ''}\n${stderr.toString()}`);
  return binary;
}

async function main(): Promise<void> {
  const binary = await compile();
  const source = `export const kernelsBase64 =\n  '${Buffer.from(binary).toString('base64')}';\n`;
  if (!process.argv.includes('--check')) {
    writeFileSync(target, source);
    console.log(`kernels: ${binary.length} bytes of WebAssembly`);
    return;
  }
  if (readFileSync(target, 'utf8') !== source) {
    console.error(`gen/kernels.ts is not what the sources compile to: run "pnpm kernels" and commit it`);
    process.exit(1);
  }
  console.log('kernels: the committed blob is up to date');
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
