import { openExportFile } from '../../../adapters/files/export-file.ts';
import type { ExportFile } from '../../../adapters/files/export-file.ts';
import { readText } from '../../../adapters/files/read-text.ts';
import { must } from '../../../domain/parse/parsed.ts';
import type { LoadDocument } from '../../../report/load/load-document.ts';
import { loadReport } from '../../../report/load/load-report.ts';
import { readLoadDocument } from '../../../report/load/read-document.ts';

const DOCUMENT_BYTES_MAX = 256 * 2 ** 20;

export interface ReportPaths {
  readonly savePath: string | undefined;
  readonly htmlPath: string | undefined;
}

/** Files that a run will write, opened before it: that one cannot be written should not be learned after it. */
export interface ReportFiles {
  readonly write: (document: LoadDocument) => Promise<void>;
  /** Without effect on what was written. */
  readonly abandon: () => Promise<void>;
}

/** @throws InvError INVALID_INPUT when one cannot be written */
export async function openReportFiles({ savePath, htmlPath }: ReportPaths): Promise<ReportFiles> {
  const files: {
    readonly file: ExportFile;
    readonly textOf: (document: LoadDocument) => string;
  }[] = [];
  let isWritten = false;
  const abandon = async (): Promise<void> => {
    if (isWritten) return;
    for (const { file } of files) await file.abandon();
  };
  try {
    if (savePath !== undefined) {
      const file = await openExportFile(savePath, '--save');
      files.push({ file, textOf: (document) => `${JSON.stringify(document, undefined, 1)}\n` });
    }
    if (htmlPath !== undefined) {
      const file = await openExportFile(htmlPath, '--html');
      files.push({ file, textOf: loadReport });
    }
  } catch (error) {
    await abandon();
    throw error;
  }
  return {
    write: async (document) => {
      for (const { file, textOf } of files) {
        file.stream.write(textOf(document));
        await file.finish();
      }
      isWritten = true;
    },
    abandon,
  };
}

/** @throws InvError INVALID_INPUT when it cannot be read, or is no document of a load test */
export async function readReportFile(path: string): Promise<LoadDocument> {
  return must(readLoadDocument(await readText(path, { bytesMax: DOCUMENT_BYTES_MAX })), path);
}
