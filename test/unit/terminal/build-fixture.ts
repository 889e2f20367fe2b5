import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** Bundles a fixture into one file, as the product is; its dynamic imports run on demand. */
export function buildFixture(name: string): { readonly file: string; remove(): void } {
  const directory = mkdtempSync(join(tmpdir(), 'inv-terminal-'));
  const file = join(directory, `${name}.mjs`);
  buildSync({
    entryPoints: [join(import.meta.dirname, 'fixtures', `${name}.ts`)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
    // Bundled CommonJS packages look for `require`.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  return { file, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
