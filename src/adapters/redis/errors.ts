import { InvError } from '../../lib/errors.ts';

/** First words of replies that refuse this account. */
const NOT_PERMITTED = /^(WRONGPASS|NOAUTH|NOPERM|ERR (invalid password|AUTH ))/;
/** First words of replies of a server that is there and cannot serve now. */
const NOT_SERVING = /^(LOADING|MASTERDOWN|BUSY|TRYAGAIN|CLUSTERDOWN|MISCONF|OOM|READONLY)/;
const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO)/;
const NO_ANSWER = /^(Connection is closed|Command timed out|Stream isn't writeable|connect )/;

/**
 * A driver error in words for the user; anything unknown goes on as it is (a bug, exit 1).
 * Messages of the driver are not passed on: they may carry the command and its arguments.
 */
export function translateRedis(error: unknown, where: string): unknown {
  if (error instanceof InvError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const facts = { store: 'redis', ...(code === '' ? {} : { driver_code: code }) };
  if (NOT_PERMITTED.test(error.message)) {
    const word = /^\w+/.exec(error.message)?.[0] ?? '';
    return new InvError('NOT_PERMITTED', `Redis at ${where} refuses this account (${word})`, {
      hint: 'set redis.password (INV_REDIS_PASSWORD), then: inv doctor',
      facts,
    });
  }
  if (TLS_CODES.test(code)) {
    return new InvError(
      'NOT_PERMITTED',
      `no trusted TLS connection to Redis at ${where} (${code})`,
      {
        hint: 'set redis.tls_ca_file and redis.tls_server_name, then: inv doctor',
        facts,
      },
    );
  }
  const refusal = NOT_SERVING.exec(error.message)?.[0];
  if (refusal !== undefined || code !== '' || NO_ANSWER.test(error.message)) {
    const why = refusal ?? (code === '' ? error.message.replace(/\.$/, '').toLowerCase() : code);
    return new InvError('STORE_UNAVAILABLE', `Redis at ${where} cannot be reached (${why})`, {
      hint: 'inv doctor',
      facts,
    });
  }
  return error;
}
