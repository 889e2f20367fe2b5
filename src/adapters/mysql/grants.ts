/**
 * The statements of sql/grants.sql for one database and account.
 * Both are ours or the administrator's, never a user's input.
 */
export function grantStatements(
  template: string,
  { database, account }: { readonly database: string; readonly account: string },
): readonly string[] {
  return template
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')
    .map((statement) =>
      statement.replaceAll('{database}', `\`${database}\``).replaceAll('{account}', account),
    );
}
