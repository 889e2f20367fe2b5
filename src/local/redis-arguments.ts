export interface RedisSettings {
  data: string;
  socket: string;
}

/** How a private Redis runs: on a socket only, every write on disk before it is answered, nothing evicted. */
export function redisArguments(settings: RedisSettings): string[] {
  return [
    ...['--port', '0'],
    ...['--unixsocket', settings.socket],
    ...['--unixsocketperm', '700'],
    ...['--dir', settings.data],
    ...['--daemonize', 'no'],
    ...['--appendonly', 'yes'],
    ...['--appendfsync', 'always'],
    ...['--save', ''],
    ...['--maxmemory-policy', 'noeviction'],
  ];
}
