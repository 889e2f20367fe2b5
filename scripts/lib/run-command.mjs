import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** A command that was told to end has this long to clean up after itself. */
const END_MS_MAX = 15_000;
/** What the command itself has started and not ended gets this much more. */
const SWEEP_MS_MAX = 2_000;
const POLL_MS = 50;

/**
 * Runs a command to its end in the foreground. Signals reach it and it is always waited for.
 *
 * @returns {Promise<number>} its exit code; 128 and the signal's number when a signal ended it
 */
export async function runCommand(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  return withForwardedSignals(child, (signal) => {
    // Ctrl-C on a terminal goes to the whole group: a second one would mean "stop at once".
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}

/**
 * Like `runCommand`, for a command that reads nothing and starts helpers of its own: they form one
 * process group with it, and none of them outlives this call.
 */
export async function runGroup(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  let deadline;
  try {
    return await withForwardedSignals(child, (signal) => {
      child.kill(signal);
      deadline ??= setTimeout(() => signalGroup(child.pid, 'SIGKILL'), END_MS_MAX);
    });
  } finally {
    clearTimeout(deadline);
    await sweepGroup(child.pid);
  }
}

/** Like `runCommand`, but silent: what the command prints is returned. */
export async function captureCommand(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const exitCode = await withForwardedSignals(child, (signal) => child.kill(signal));
  return { exitCode, output: Buffer.concat(chunks).toString('utf8') };
}

async function withForwardedSignals(child, forward) {
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  try {
    return await exitCodeOf(child);
  } finally {
    for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
  }
}

function exitCodeOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // `close` comes after all output has been read; `exit` may come before.
    child.once('close', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

async function sweepGroup(leader) {
  for (const signal of ['SIGTERM', 'SIGKILL']) {
    const deadline = performance.now() + SWEEP_MS_MAX;
    let isThere = signalGroup(leader, signal);
    while (isThere && performance.now() < deadline) {
      await sleep(POLL_MS);
      isThere = signalGroup(leader, 0);
    }
    if (!isThere) return;
  }
}

/** @returns {boolean} whether the group has any member left */
function signalGroup(leader, signal) {
  // A command that could not be started has no id, and 0 would mean our own group.
  if (leader === undefined) return false;
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}
