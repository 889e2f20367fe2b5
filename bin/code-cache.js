'use strict';

// Runs the files of dist/ with V8's code cache, which holds the compiled form of the functions that
// earlier runs used: compiling is most of what start-up costs. A cache that is missing, foreign or
// broken is ignored. It can make a run slower, never fail it.
//
// INV_CODE_CACHE=off does without; INV_CODE_CACHE=refresh rewrites the cache after the run.
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const IDENTITY = /^\/\*! inv (\S+) \*\//;
const WRITABLE_BY_OTHERS = 0o022;
const UNUSED_DAYS_MAX = 30;

/** What this process runs, with its module and its code cache: one entry a file. */
const loaded = new Map();

exports.run = function run(file) {
  process.once('exit', writeCaches);
  load(file);
};

function load(file) {
  const known = loaded.get(file);
  if (known !== undefined) return known.module.exports;
  // The files are pure ASCII, which makes this the cheapest way to read them.
  const source = fs.readFileSync(file, 'latin1');
  const cache = findCache(file, source);
  const script = new vm.Script(wrap(source), {
    filename: file,
    cachedData: cache.data,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  loaded.set(file, { module, script, cache });
  const directory = path.dirname(file);
  script.runInThisContext()(module.exports, requireFor(directory), module, file, directory);
  return module.exports;
}

/** The parameters stand on the first line, so line numbers stay those of the file. */
function wrap(source) {
  return `(function (exports, require, module, __filename, __dirname) { ${source}\n})`;
}

/** bin/ and dist/ are neighbours, so packages resolve the same way from both. */
function requireFor(directory) {
  return (name) => (name.startsWith('./') ? load(path.join(directory, name)) : require(name));
}

function findCache(file, source) {
  const identity = IDENTITY.exec(source);
  if (process.env.INV_CODE_CACHE === 'off' || identity === null) return { places: [] };
  // The identity is a hash of the content: V8 itself compares no more than the length.
  const name = `${path.basename(file)}-${identity[1]}-${process.version}-${process.arch}.v8`;
  const places = [path.join(path.dirname(file), name), path.join(userCacheFolder(), name)];
  return { data: readCache(places[0]) || readCache(places[1]), places };
}

function userCacheFolder() {
  const base = process.env.XDG_CACHE_HOME;
  if (base && path.isAbsolute(base)) return path.join(base, 'inv');
  return path.join(process.env.HOME || '/', '.cache', 'inv');
}

/** Compiled code is code: it is read only where nobody else can have put it. */
function readCache(file) {
  try {
    if (!isPrivate(path.dirname(file)) || !isPrivate(file)) return undefined;
    return fs.readFileSync(file);
  } catch (error) {
    return undefined;
  }
}

function isPrivate(location) {
  const stat = fs.statSync(location);
  return (stat.mode & WRITABLE_BY_OTHERS) === 0 && (stat.uid === 0 || isOurs(stat));
}

function isOurs(stat) {
  return process.geteuid === undefined || stat.uid === process.geteuid();
}

/**
 * Writes after the run, so that the functions it used are in. A run that met one file for the first
 * time writes all of them: it took a way through the others that their caches do not know either.
 */
function writeCaches(exitCode) {
  if (process.env.INV_CODE_CACHE === 'off') return;
  // V8 refuses a cache made under other flags. Such a run must not replace the one that others use.
  if (process.execArgv.length > 0 || process.env.NODE_OPTIONS) return;
  const entries = Array.from(loaded.values());
  const isRefresh = process.env.INV_CODE_CACHE === 'refresh';
  if (!isRefresh && (exitCode !== 0 || entries.every(isUsingCache))) return;
  for (const entry of entries) writeCache(entry);
}

function isUsingCache(entry) {
  return entry.cache.data !== undefined && entry.script.cachedDataRejected === false;
}

/** The first place that takes it will do. */
function writeCache(entry) {
  let data;
  for (const file of entry.cache.places) {
    try {
      const directory = path.dirname(file);
      makeFolder(directory);
      if (!isPrivate(directory) || !isOurs(fs.statSync(directory))) continue;
      data = data || entry.script.createCachedData();
      const temporary = `${file}.${process.pid}`;
      fs.writeFileSync(temporary, data, { mode: 0o600 });
      fs.renameSync(temporary, file);
      removeUnused(directory);
      return;
    } catch (error) {
      // A full disk or a read-only folder costs the next run its head start, and nothing else.
    }
  }
}

/** Not `recursive: true`: where a parent cannot be made (HOME=/proc), Node 20 tries for ever. */
function makeFolder(directory) {
  if (fs.existsSync(directory)) return;
  const parent = path.dirname(directory);
  if (!fs.existsSync(parent)) fs.mkdirSync(parent, { mode: 0o700 });
  fs.mkdirSync(directory, { mode: 0o700 });
}

/** Caches of builds and Node versions that are gone, and what a killed process left half written. */
function removeUnused(directory) {
  const oldestMs = Date.now() - UNUSED_DAYS_MAX * 24 * 60 * 60 * 1000;
  for (const name of fs.readdirSync(directory)) {
    if (!/\.v8(\.\d+)?$/.test(name)) continue;
    const file = path.join(directory, name);
    if (fs.statSync(file).mtimeMs < oldestMs) fs.unlinkSync(file);
  }
}
