import { readFile } from 'node:fs/promises';
import { openExportFile } from '../../adapters/files/export-file.ts';
import { InvError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/json.ts';

/** A file of our own making, as JSON. */
export interface PlanFile {
  write(document: JsonObject): Promise<void>;
  abandon(): Promise<void>;
}

/** Opened before the run, so that a path that cannot be written costs nothing. @throws InvError INVALID_INPUT */
export async function openPlanFile(path: string): Promise<PlanFile> {
  const file = await openExportFile(path);
  return {
    write: async (document) => {
      file.stream.write(`${JSON.stringify(document, null, 2)}\n`);
      await file.finish();
    },
    abandon: () => file.abandon(),
  };
}

/** @throws InvError INVALID_INPUT when it cannot be read, or is no JSON */
export async function readPlanFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new InvError('INVALID_INPUT', `the plan ${path} cannot be read (${reason})`, {
      cause: error,
      hint: 'inv reconcile --plan FILE makes one',
    });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new InvError('INVALID_INPUT', `the plan ${path} is no JSON`, {
      cause: error,
      hint: 'inv reconcile --plan FILE makes one',
    });
  }
}
