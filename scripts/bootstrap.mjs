// From a bare clone to a running demo or test suite, in one command:
//
//   node scripts/bootstrap.mjs demo|test|check [arguments for what is run]
//
// Installs the packages, builds dist/, sees to MySQL and Redis, then runs. What is there already is
// left alone. Before `npm ci` has run nothing but Node itself can be imported here.
import path from 'node:path';
import process from 'node:process';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureServers } from './lib/ensure-servers.mjs';
import { projectRoot } from './lib/project-root.mjs';
import { runCommand, runGroup } from './lib/run-command.mjs';
import { runChecks } from './lib/run-checks.mjs';

const NODE_MINIMUM = { major: 20, minor: 19 };

const TASKS = {
  demo: async (args) => {
    await prepare();
    return runCommand(process.execPath, [path.join('bin', 'inv.js'), 'demo', ...args]);
  },
  test: async (args) => {
    await prepare();
    const vitest = path.join('node_modules', 'vitest', 'vitest.mjs');
    return runGroup(process.execPath, [vitest, 'run', ...args]);
  },
  // The build is one of the checks, and none needs a server that it does not start.
  check: async (args) => runChecks(args),
};

process.chdir(projectRoot);
process.exitCode = await main();

async function main() {
  const [name = '', ...args] = process.argv.slice(2);
  if (!Object.hasOwn(TASKS, name)) return fail('say what to run: demo, test or check', 2);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_MINIMUM.major || (major === NODE_MINIMUM.major && minor < NODE_MINIMUM.minor)) {
    return fail(`Node ${NODE_MINIMUM.major}.${NODE_MINIMUM.minor} or newer is needed`, 78);
  }
  try {
    await ensurePackages();
    return await TASKS[name](args);
  } catch (error) {
    return fail(error.message, 1);
  }
}

async function prepare() {
  const builder = path.join('scripts', 'build.mjs');
  const exitCode = await runCommand(process.execPath, [builder, '--quiet']);
  if (exitCode !== 0) throw new Error('dist/ could not be built');
  await ensureServers();
}

function fail(message, exitCode) {
  process.stderr.write(`bootstrap: ${message}\n`);
  return exitCode;
}
