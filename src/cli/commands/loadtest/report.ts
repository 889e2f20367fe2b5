import { openReportFiles, readReportFile } from '../../composition/loadtest/report-files.ts';
import type { Context } from '../../context.ts';
import { summaryPresentation } from './summary-view.ts';

export interface ReportOptions {
  readonly path: string;
  readonly htmlPath: string | undefined;
}

/** The summary of a run that was kept, and its page of charts. */
export async function runLoadtestReport(
  { terminal }: Context,
  { path, htmlPath }: ReportOptions,
): Promise<void> {
  const document = await readReportFile(path);
  const files = await openReportFiles({ savePath: undefined, htmlPath });
  await files.write(document);
  await terminal.print(summaryPresentation(document, terminal.stdout));
}
