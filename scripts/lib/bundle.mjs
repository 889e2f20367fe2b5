// What dist/ holds, and why:
//
//   inv.cjs             all of src/ and the small packages. Modules reached by `import()` are evaluated
//                       on first use, so `inv --help` evaluates next to nothing.
//   vendor-<name>.cjs   one file for each heavy package. In one file with the rest, reading and
//                       declaring them took a sixth of the time of `inv --help`, which uses none.
//   *.map               for --debug. Without it nothing reads them.
//
// CommonJS, because only V8 scripts take a code cache (see bin/code-cache.js).
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { lazyBuiltins } from './lazy-builtins.mjs';
import { lazyMysqlErrors } from './lazy-mysql-errors.mjs';
import { collectLicences } from './licences.mjs';
import { projectRoot } from './project-root.mjs';
import { readPackageVersion } from './package-version.mjs';

/** Packages that are worth a file of their own: big, and not needed by every command. */
const VENDOR_PACKAGES = [
  'cosmiconfig',
  'csv-parse',
  'csv-stringify',
  'inquirer',
  'ioredis',
  'mysql2',
  'ora',
  'zod',
];

const UNKNOWN_HASH = '0'.repeat(16);
/** The first line of a file, completed by `identify`. */
const IDENTITY = `/*! inv ${readPackageVersion()}-${UNKNOWN_HASH} */`;

const SHARED_OPTIONS = {
  absWorkingDir: projectRoot,
  bundle: true,
  // Reading and hashing a smaller file helps: 3 % of `inv --help`.
  minifySyntax: true,
  minifyWhitespace: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // The launcher reads the file as Latin-1, which for ASCII is a plain copy.
  charset: 'ascii',
  // cosmiconfig can load TypeScript; our configuration is YAML.
  external: ['typescript'],
  sourcemap: 'linked',
  sourcesContent: false,
  // Licences are collected whole, in a file of their own.
  legalComments: 'none',
  banner: { js: IDENTITY },
  metafile: true,
  write: false,
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  logLevel: 'warning',
};

/** @returns {Promise<{ name: string, contents: Uint8Array }[]>} the files of dist/, in memory */
export async function bundle() {
  const vendors = new Map();
  const own = await build({
    ...SHARED_OPTIONS,
    entryPoints: { inv: 'src/main.ts' },
    // Every name is a string that V8 takes out of the code cache at each start: a third of its time
    // for this file. Stack traces with names come from the source map, with --debug.
    minifyIdentifiers: true,
    plugins: [vendorPlugin(vendors), lazyBuiltins],
    define: {
      'import.meta.url': '__moduleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
    },
    banner: {
      js: `${IDENTITY}\nconst __moduleUrl=require("node:url").pathToFileURL(__filename).href;`,
    },
  });
  const foreign = await buildVendors(vendors);
  const results = [own, ...foreign];
  const licences = collectLicences(results.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
  return [
    ...results.flatMap(({ outputFiles }) => outputFiles.map(identify)),
    { name: 'THIRD-PARTY-LICENCES.txt', contents: new TextEncoder().encode(licences) },
  ];
}

/**
 * Turns each import of a heavy package into a `require` of its own file. The module in between keeps
 * the meaning of `import x from`, which for Node differs between packages of the two module systems.
 */
function vendorPlugin(vendors) {
  const filter = new RegExp(`^(?:${VENDOR_PACKAGES.join('|')})(?:/.*)?$`);
  return {
    name: 'vendor',
    setup(setup) {
      setup.onResolve({ filter }, async (request) => {
        if (request.pluginData === 'resolve-as-usual') return undefined;
        const { kind, resolveDir } = request;
        const real = await setup.resolve(request.path, {
          kind,
          resolveDir,
          pluginData: 'resolve-as-usual',
        });
        if (real.errors.length > 0) return real;
        vendors.set(request.path, { name: vendorFileName(request.path), file: real.path });
        return { path: request.path, namespace: 'vendor', sideEffects: false };
      });
      setup.onResolve({ filter: /^\.\/vendor-/ }, (request) => ({
        path: request.path,
        external: true,
      }));
      setup.onLoad({ filter: /.*/, namespace: 'vendor' }, async (request) => {
        const target = JSON.stringify(`./${vendorFileName(request.path)}.cjs`);
        const isEsm = await isEsModule(vendors.get(request.path).file);
        const contents = isEsm
          ? `export * from ${target}; export { default } from ${target};`
          : `module.exports = require(${target});`;
        return { contents, loader: 'js' };
      });
    },
  };
}

function vendorFileName(specifier) {
  return `vendor-${specifier.replace(/[^a-z0-9]+/gi, '-')}`;
}

async function isEsModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (file.endsWith('.cjs')) return false;
  let directory = path.dirname(file);
  while (!existsSync(path.join(directory, 'package.json'))) directory = path.dirname(directory);
  const manifest = await import(path.join(directory, 'package.json'), { with: { type: 'json' } });
  return manifest.default.type === 'module';
}

function buildVendors(vendors) {
  return Promise.all(
    [...vendors.values()].map(({ name, file }) =>
      build({
        ...SHARED_OPTIONS,
        entryPoints: { [name]: file },
        plugins: [lazyBuiltins, lazyMysqlErrors],
      }),
    ),
  );
}

/** Names the content in the first line, so that a code cache never meets another build's code. */
function identify({ path: file, contents }) {
  const name = path.basename(file);
  if (!name.endsWith('.cjs')) return { name, contents };
  const hash = createHash('sha256').update(contents).digest('hex').slice(0, UNKNOWN_HASH.length);
  // Same length, so the source map stays right.
  const text = Buffer.from(contents).toString('latin1').replace(UNKNOWN_HASH, hash);
  return { name, contents: Buffer.from(text, 'latin1') };
}
