#!/usr/bin/env node
'use strict';

// The launcher: answers `--version` at once, otherwise runs the bundle (dist/inv.cjs) from its code cache.
// It keeps to old syntax, so that a Node that is too old gets a sentence and not a syntax error.
const fs = require('fs');
const path = require('path');

const NODE_MINIMUM = [20, 19];
const EXIT_BAD_CONFIGURATION = 78;
const ROOT = path.dirname(__dirname);
const BUNDLE = path.join(ROOT, 'dist', 'inv.cjs');

start();

function start() {
  const argument = process.argv.length === 3 ? process.argv[2] : undefined;
  if (argument === '--version' || argument === '-V') return printVersion();
  if (isNodeTooOld()) {
    return refuse(
      `inv needs Node ${NODE_MINIMUM.join('.')} or newer, and this is ${process.version}.`,
    );
  }
  if (!fs.existsSync(BUNDLE) && !buildOnce()) return undefined;
  if (wantsSourceMaps()) return runWithSourceMaps();
  const { run } = require('./code-cache.js');
  return run(BUNDLE);
}

function printVersion() {
  const manifest = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  write(1, `${manifest.version}\n`);
}

function isNodeTooOld() {
  const version = process.versions.node.split('.').map(Number);
  return (
    version[0] < NODE_MINIMUM[0] || (version[0] === NODE_MINIMUM[0] && version[1] < NODE_MINIMUM[1])
  );
}

/** A fresh checkout has the sources and, after `npm ci`, the bundler: build then, once. */
function buildOnce() {
  const builder = path.join(ROOT, 'scripts', 'build.mjs');
  const hasBundler = fs.existsSync(path.join(ROOT, 'node_modules', 'esbuild'));
  if (!hasBundler || !fs.existsSync(builder)) {
    refuse(`inv is not built yet: run "npm ci" in ${ROOT} first.`);
    return false;
  }
  write(2, 'inv: building dist/inv.cjs, once\n');
  // The build's own output is no result of a command, so it goes to stderr.
  const options = { stdio: ['ignore', 2, 2] };
  require('child_process').spawnSync(process.execPath, [builder, '--quiet'], options);
  if (fs.existsSync(BUNDLE)) return true;
  refuse(`inv could not be built: run "npm run build" in ${ROOT} to see why.`);
  return false;
}

/** Node maps stack traces only for code that its own loader compiled, so debugging skips the cache. */
function wantsSourceMaps() {
  const asked = process.env.INV_DEBUG;
  return process.argv.includes('--debug') || asked === '1' || asked === 'true';
}

function runWithSourceMaps() {
  process.setSourceMapsEnabled(true);
  require(BUNDLE);
}

function refuse(message) {
  write(2, `✗ ${message} [BAD_CONFIGURATION]\n`);
  process.exitCode = EXIT_BAD_CONFIGURATION;
}

/** Synchronous and without opening a stream: process.stdout alone costs two milliseconds. */
function write(descriptor, text) {
  try {
    fs.writeSync(descriptor, text);
  } catch (error) {
    // Nobody listens (`| head -0`) or the pipe is full: neither is worth a stack trace.
    if (error.code !== 'EPIPE' && error.code !== 'EAGAIN') throw error;
  }
}
