/** One privilege on one thing: `*.*`, `shop.*`, `shop.stock`, `PROCEDURE shop.post_one_line`. */
export interface Right {
  readonly privilege: string;
  readonly scope: string;
}

const ALL = 'ALL PRIVILEGES';

/** The rights that GRANT statements give: those of the server (SHOW GRANTS) as those of our file. */
export function rightsOf(statements: readonly string[]): readonly Right[] {
  return statements.flatMap((statement) => {
    const match = /^\s*GRANT\s+(.+?)\s+ON\s+(.+?)\s+TO\s/is.exec(statement);
    const [, privileges = '', scope = ''] = match ?? [];
    if (match === null) return [];
    const withOption = /WITH GRANT OPTION/i.test(statement) ? ['GRANT OPTION'] : [];
    return [...listOf(privileges), ...withOption].map((privilege) => ({
      privilege,
      scope: plainScope(scope),
    }));
  });
}

/** True when a role was granted: what it allows, the account's own grants do not say. */
export function namesRoles(statements: readonly string[]): boolean {
  return statements.some(
    (statement) => /^\s*GRANT\s/i.test(statement) && !/\sON\s/i.test(statement),
  );
}

export function missingRights(needed: readonly Right[], held: readonly Right[]): readonly Right[] {
  return needed.filter((right) => !held.some((candidate) => covers(candidate, right)));
}

/** Rights that no command uses and that a mistake or an intruder would. */
export function excessRights(held: readonly Right[], database: string): readonly Right[] {
  return held.filter(({ privilege, scope }) => {
    if (privilege === ALL || DANGEROUS.has(privilege)) return true;
    const isWrite = privilege === 'UPDATE' || privilege === 'DELETE';
    return isWrite && LEDGER.some((table) => reaches(scope, `${database}.${table}`));
  });
}

export function grantStatement(rights: readonly Right[], account: string): string {
  const byScope = new Map<string, string[]>();
  for (const { privilege, scope } of rights) {
    byScope.set(scope, [...(byScope.get(scope) ?? []), privilege]);
  }
  return [...byScope]
    .map(([scope, privileges]) => `GRANT ${privileges.join(', ')} ON ${scope} TO ${account};`)
    .join(' ');
}

/** The ledger is only ever added to. */
const LEDGER = ['movements', 'postings'];

const DANGEROUS: ReadonlySet<string> = new Set([
  'ALTER',
  'CREATE',
  'CREATE USER',
  'DROP',
  'FILE',
  'GRANT OPTION',
  'PROCESS',
  'SHUTDOWN',
  'SUPER',
  'TRIGGER',
]);

function covers(held: Right, needed: Right): boolean {
  return (
    (held.privilege === needed.privilege || held.privilege === ALL) &&
    reaches(held.scope, needed.scope)
  );
}

function reaches(scope: string, target: string): boolean {
  if (scope === '*.*' || scope === target) return true;
  const [database = ''] = target.replace(/^(PROCEDURE|FUNCTION) /, '').split('.');
  const pattern = /^(.+)\.\*$/.exec(scope)?.[1];
  return pattern !== undefined && likeToRegExp(pattern).test(database);
}

/** Database names in grants are LIKE patterns: `shop\_a`, `t%`. */
function likeToRegExp(pattern: string): RegExp {
  const source = pattern.replace(/\\.|%|_|[^\\%_]+/g, (part) => {
    if (part === '%') return '.*';
    return part === '_' ? '.' : escapeRegExp(part.replace(/^\\/, ''));
  });
  return new RegExp(`^${source}$`);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A privilege on columns, `SELECT (name)`, counts as no privilege on the table. */
function listOf(privileges: string): readonly string[] {
  return privileges
    .split(/,(?![^(]*\))/)
    .map((privilege) => privilege.trim().toUpperCase())
    .map((privilege) => (privilege === 'ALL' ? ALL : privilege));
}

function plainScope(scope: string): string {
  return scope.replaceAll('`', '').trim();
}
