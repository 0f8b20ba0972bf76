import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Esbuild {
  build(options: object): Promise<{
    readonly metafile: { readonly inputs: Readonly<Record<string, { readonly imports: readonly { path: string }[] }>> };
  }>;
}
/** esbuild comes with the tools that build the packages; there may be an installation without. */
function esbuild(): Esbuild | null {
  try {
    const fromTools = createRequire(createRequire(__filename).resolve('tsx/package.json'));
    return fromTools('esbuild') as Esbuild;
  } catch {
    return null;
  }
}
const bundler = esbuild();
const test = bundler === null ? it.skip : it;

test(`the package's main file reaches no module of Node${bundler === null ? ' (skipped: no esbuild here)' : ''}`, async () => {
  const reached: string[] = [];
  const { metafile } = await bundler!.build({
    entryPoints: [join(__dirname, 'index.ts')],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'browser',
    format: 'esm',
    conditions: ['@stele/source'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'modules of Node',
        setup(build: { onResolve(filter: object, f: (a: { path: string; importer: string }) => object): void }) {
          build.onResolve(
            { filter: /^node:|^(fs|path|module|url|zlib|worker_threads|os|child_process)(\/|$)/ },
            ({ path, importer }) => {
              reached.push(
                `${importer.replace(/^.*(?=node_modules\/web-tree-sitter|packages\/)/, '')} imports ${path}`,
              );
              return { path, external: true };
            },
          );
        },
      },
    ],
  });
  expect(Object.keys(metafile.inputs).some((file) => file.endsWith('packages/python/src/show/index.ts'))).toBe(true);
  // the parser's own engine asks for them where it finds itself in Node
  expect(reached.filter((line) => !line.includes('web-tree-sitter'))).toEqual([]);
}, 60_000);
