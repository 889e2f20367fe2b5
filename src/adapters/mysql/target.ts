/** Where MySQL is and how to behave there. Times in milliseconds. */
export interface MysqlTarget {
  /** Shown in messages; never holds a password. */
  readonly label: string;
  readonly address:
    { readonly socketPath: string } | { readonly host: string; readonly port: number };
  readonly user: string;
  readonly password: string | null;
  readonly database: string;
  /** null = plain text (private socket, loopback, or --insecure). */
  readonly tls: { readonly ca: string | null; readonly serverName: string | null } | null;
}

/** Every bound of the adapter, spelled out. */
export interface MysqlLimits {
  readonly poolSizeMax: number;
  readonly queueSizeMax: number;
  readonly acquireTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Longest run of one statement; the server is told too. */
  readonly statementTimeoutMs: number;
  readonly lockWaitTimeoutMs: number;
  /** Runs of one transaction after deadlock, lock wait timeout or a changed row. */
  readonly transactionAttemptsMax: number;
}
