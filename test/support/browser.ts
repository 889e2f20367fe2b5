import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram, searchFolders } from '../../src/local/executables.ts';

/** A real browser without a window and without a network. */
export interface Browser {
  /** Opens the page, runs its scripts, and returns its document as it is then. */
  dump(path: string, view: { readonly isDark: boolean }): Promise<string>;
}

/** undefined where none is installed. */
export function findBrowser(profileFolder: string): Browser | undefined {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const program = findProgram(names, searchFolders(process.env));
  if (program === undefined) return undefined;
  return {
    dump: async (path, { isDark }) => {
      const { stdout } = await promisify(execFile)(
        program,
        [
          ...[
            '--headless=new',
            '--no-sandbox',
            '--disable-gpu',
            `--user-data-dir=${profileFolder}`,
          ],
          ...['--host-resolver-rules=MAP * ~NOTFOUND', '--window-size=1400,1000'],
          ...[
            `--blink-settings=preferredColorScheme=${isDark ? 0 : 1}`,
            '--virtual-time-budget=3000',
            '--dump-dom',
          ],
          `file://${path}`,
        ],
        { timeout: 60_000, maxBuffer: 64 * 2 ** 20 },
      );
      return stdout;
    },
  };
}
