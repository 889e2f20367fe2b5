import { openExportFile } from '../../../adapters/files/export-file.ts';

/** The file of `--html`, opened before a run: that it cannot be written should not be learned after it. */
export interface PageFile {
  readonly write: (page: () => string) => Promise<void>;
  /** Without effect on what was written. */
  readonly abandon: () => Promise<void>;
}

/**
 * @param path undefined: no page was asked for
 * @throws InvError INVALID_INPUT when it cannot be written
 */
export async function openPageFile(path: string | undefined): Promise<PageFile> {
  if (path === undefined) {
    return { write: () => Promise.resolve(), abandon: () => Promise.resolve() };
  }
  const file = await openExportFile(path, '--html');
  let isWritten = false;
  return {
    write: async (page) => {
      file.stream.write(page());
      await file.finish();
      isWritten = true;
    },
    abandon: async () => {
      if (!isWritten) await file.abandon();
    },
  };
}
