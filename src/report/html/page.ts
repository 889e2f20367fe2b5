import { escapeHtml, scriptJson } from './escape.ts';
import { PAGE_SCRIPT } from './page-script.ts';
import { PAGE_STYLE } from './page-style.ts';

export interface Page {
  readonly title: string;
  /** HTML: the caller has escaped what is data. */
  readonly body: string;
  /** What the page shows, for whoever wants to go on with it. */
  readonly data: unknown;
}

/**
 * One file that needs nothing else: no network (the policy forbids it), light and dark as the reader has
 * set it, from phone to desktop.
 */
export function htmlPage({ title, body, data }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${body}
</main>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}
