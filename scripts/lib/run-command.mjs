import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';

const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command to its end in the foreground. Signals reach it and it is always waited for, so that
 * nothing is left behind.
 *
 * @returns {Promise<number>} its exit code; 128 and the signal's number when a signal ended it
 */
export async function runCommand(command, args, options = {}) {
  const child = spawn(command, args, { stdio: 'inherit', ...options });
  const forward = (signal) => {
    // Ctrl-C on a terminal goes to the whole group: a second one would mean "stop at once".
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  try {
    return await exitCodeOf(child);
  } finally {
    for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
  }
}

/** Like `runCommand`, but silent: what the command prints is returned. */
export async function captureCommand(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  child.stderr.on('data', (chunk) => chunks.push(chunk));
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  try {
    const exitCode = await exitCodeOf(child);
    return { exitCode, output: Buffer.concat(chunks).toString('utf8') };
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
