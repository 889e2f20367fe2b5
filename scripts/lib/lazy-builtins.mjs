// Loading node:crypto or node:child_process takes Node as long as all of our own code, and most
// commands call nothing of them. In the bundle an import of such a module is an object that loads it
// when something in it is first used.

/** Modules that are costly and whose exports are plain objects: a function could not be stood in for. */
const COSTLY = [
  'child_process',
  'crypto',
  'fs/promises',
  'net',
  'os',
  'readline',
  'readline/promises',
  'timers/promises',
  'tls',
  'zlib',
];

const NAMESPACE = 'lazy-builtin';

export const lazyBuiltins = {
  name: NAMESPACE,
  setup(setup) {
    const filter = new RegExp(`^(?:node:)?(?:${COSTLY.join('|')})$`);
    setup.onResolve({ filter }, ({ path, namespace }) =>
      namespace === NAMESPACE ? { path, external: true } : { path, namespace: NAMESPACE },
    );
    setup.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => ({
      contents: await standIn(path),
      loader: 'js',
    }));
  },
};

async function standIn(specifier) {
  const builtin = await import(specifier);
  const names = Object.keys(builtin).filter((name) => name !== 'default');
  return `
    let loaded;
    for (const name of ${JSON.stringify(names)}) {
      const get = () => (loaded ??= require(${JSON.stringify(specifier)}))[name];
      Object.defineProperty(exports, name, { enumerable: true, get });
    }
  `;
}
