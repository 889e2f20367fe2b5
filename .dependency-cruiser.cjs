'use strict';

// The layers of docs/architecture.md: imports point inward. `npm run layers` holds them.

/** What each folder of src/ may import besides itself and its allowed packages. */
const LAYERS = {
  lib: [],
  domain: ['lib'],
  ports: ['domain', 'lib'],
  // A strategy is a way to talk to a store, which it does through the shared adapters.
  strategies: ['adapters', 'ports', 'domain', 'lib'],
  services: ['ports', 'domain', 'lib'],
  loadtest: ['ports', 'domain', 'lib'],
  // Ways that are known to be wrong talk to the stores as strategies do, and live where nobody sells by them.
  bench: ['loadtest', 'strategies', 'adapters', 'ports', 'domain', 'lib'],
  report: ['domain', 'lib'],
  worker: ['services', 'ports', 'domain', 'lib'],
  adapters: ['ports', 'domain', 'lib'],
  local: ['lib'],
  config: ['domain', 'lib'],
};

/** Which folder may import which npm package. A package not named here may not be imported at all. */
const PACKAGES = {
  mysql2: '^src/adapters/mysql/',
  ioredis: '^src/adapters/redis/',
  cosmiconfig: '^src/config/',
  zod: '^src/config/',
  'csv-parse': '^src/(adapters/files/|lib/csv\\.ts$)',
  'csv-stringify': '^src/(adapters/files/|lib/csv\\.ts$)',
  commander: '^src/(cli/|main\\.ts$)',
  inquirer: '^src/cli/',
  chalk: '^src/cli/',
  ora: '^src/cli/',
  'cli-table3': '^src/cli/',
  'string-width': '^src/cli/',
};

const layerRules = Object.entries(LAYERS).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `src/${layer} may import only ${['itself', ...allowed].join(', ')}.`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
}));

const packageRules = Object.entries(PACKAGES).map(([name, home]) => ({
  name: `package-${name}`,
  comment: `${name} is imported only under ${home}.`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: `node_modules/${name}/` },
}));

const knownPackages = Object.keys(PACKAGES).join('|');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    ...packageRules,
    {
      name: 'unknown-package',
      comment: 'Name the package and its one home in .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/', pathNot: `node_modules/(${knownPackages})/` },
    },
    {
      name: 'composition-root',
      comment:
        'Only src/cli/context.ts and what it is composed of build adapters and private servers.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/(context\\.ts$|composition/)' },
      to: { path: '^src/(adapters|local)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'main-is-thin',
      comment: 'src/main.ts starts the command line and handles what escapes it.',
      severity: 'error',
      from: { path: '^src/main\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(cli/|lib/|version\\.ts$)' },
    },
    {
      name: 'adapters-apart',
      comment: 'An adapter does not know its neighbours.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/$1/' },
    },
    {
      name: 'child-processes',
      comment: 'Only src/local starts processes.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/local/' },
      to: { path: '^(node:)?child_process$' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that need each other are one module or three.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this file, and it imports nothing.',
      severity: 'error',
      from: { path: '^src/', orphan: true, pathNot: '^src/main\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolved',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What a user runs must not need a development tool.',
      severity: 'error',
      from: { path: '^(src|bin)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.cjs', '.mjs', '.json'],
    },
    combinedDependencies: false,
  },
};
