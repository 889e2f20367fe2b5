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
import { runCommand } from './lib/run-command.mjs';
import { runChecks } from './lib/run-checks.mjs';

const NODE_MINIMUM = { major: 20, minor: 19 };
const launcher = path.join('bin', 'inv.js');

const TASKS = {
  demo: async (args) => onServers(launcher, 'demo', ...args),
  test: async (args) =>
    onServers(path.join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...args),
  // The build is one of the checks.
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

async function onServers(...args) {
  const exitCode = await node(path.join('scripts', 'build.mjs'), '--quiet');
  if (exitCode !== 0) return exitCode;
  await ensureServers();
  return node(...args);
}

async function node(...args) {
  return runCommand(process.execPath, args);
}

function fail(message, exitCode) {
  process.stderr.write(`bootstrap: ${message}\n`);
  return exitCode;
}
