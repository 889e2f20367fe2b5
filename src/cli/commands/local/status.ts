import type { JsonObject } from '../../../lib/json.ts';
import type { LocalStatus, ServerStatus } from '../../../local/status.ts';
import type { Context } from '../../context.ts';
import type { Presentation, Style, StyleName } from '../../terminal/types.ts';

export async function runLocalStatus(context: Context): Promise<void> {
  const servers = await context.operator.privateServers();
  const status = await servers.status();
  if (!servers.areUsed) warnUnused(context);
  await context.terminal.print(statusPresentation(status));
}

/** Whoever looks at the private servers should know when no other command does. */
export function warnUnused({ terminal, loaded }: Context): void {
  const { mysql, redis } = loaded.config;
  const set = [
    ...(mysql.url === null ? [] : ['mysql.url']),
    ...(redis.url === null ? [] : ['redis.url']),
  ];
  terminal.warn(
    `other commands do not use these servers: ${set.join(' and ')} ` +
      `${set.length === 1 ? 'is' : 'are'} set (inv config show --origin)`,
  );
}

const COLUMN_KEYS = ['server', 'state', 'flavor', 'version', 'socket', 'pid', 'log_file'];

export function statusPresentation({ mysql, redis, directory }: LocalStatus): Presentation {
  return {
    document: { mysql: { ...mysql }, redis: { ...redis }, directory },
    rows: [rowOf('mysql', mysql), rowOf('redis', redis)],
    columns: COLUMN_KEYS.map((key) => ({ key, title: key.replaceAll('_', ' ') })),
    human: (style) => [
      ...serverLines('MySQL', mysql, style),
      ...serverLines('Redis', redis, style),
      style.dim(`folder ${directory}`),
      ...(mysql.state === 'running'
        ? [style.dim(`client mariadb --socket=${mysql.socket} -u ${mysql.user} ${mysql.database}`)]
        : []),
    ],
  };
}

function rowOf(server: string, status: ServerStatus): JsonObject {
  const { state, flavor, version, socket, pid, log_file } = status;
  return { server, state, flavor, version, socket, pid, log_file };
}

const STATE_STYLES: Readonly<Record<ServerStatus['state'], StyleName>> = {
  running: 'green',
  stopped: 'yellow',
  'not-installed': 'red',
  broken: 'red',
};

function serverLines(name: string, status: ServerStatus, style: Style): readonly string[] {
  const { state, flavor, version, socket, log_file } = status;
  const program = flavor === null ? '' : `  ${flavor} ${version ?? ''}`;
  const paint = style[STATE_STYLES[state]];
  const first = `${style.bold(name)}  ${paint(state)}${program}`;
  switch (state) {
    case 'running':
      return [`${first}  ${socket}`];
    case 'stopped':
      return [first];
    case 'not-installed':
      return [`${first}  ${style.cyan('try:')} inv local install`];
    case 'broken':
      return [`${first}  log: ${log_file}`];
  }
}
