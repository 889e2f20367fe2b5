import type { PeerCertificate } from 'node:tls';
import { expect, it } from 'vitest';
import { redisOptions } from '../../../src/adapters/redis/options.ts';

const limits = { connectTimeoutMs: 1, commandTimeoutMs: 1 };

function tlsOptions(serverName: string) {
  const tls = { ca: null, serverName };
  const address = { host: '10.0.0.1', port: 7000 };
  const target = { label: 'r', address, user: null, password: null, database: 0, tls };
  return redisOptions(target, limits).tls;
}

/** As far as the check of names looks at it. */
function certificateFor(subjectaltname: string): PeerCertificate {
  return { subject: { CN: 'r' }, subjectaltname } as unknown as PeerCertificate;
}

it('sends the name of a server, whose certificate the driver checks', () => {
  expect(tlsOptions('r.shop')).toEqual({ rejectUnauthorized: true, servername: 'r.shop' });
});

it('sends no address, and wants it in the certificate all the same', () => {
  const options = tlsOptions('10.0.0.1');
  expect(options).toMatchObject({ rejectUnauthorized: true, servername: '' });
  const check = options?.checkServerIdentity;
  expect(check?.('', certificateFor('IP Address:10.0.0.1'))).toBeUndefined();
  const wrong = { code: 'ERR_TLS_CERT_ALTNAME_INVALID' };
  expect(check?.('', certificateFor('IP Address:10.0.0.2'))).toMatchObject(wrong);
  expect(check?.('10.0.0.2', certificateFor('IP Address:10.0.0.2'))).toMatchObject(wrong);
  expect(check?.('', certificateFor('DNS:10.0.0.1'))).toMatchObject(wrong);
});
