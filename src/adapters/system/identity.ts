import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';

/** The name of the operating system's user, or `uid <n>` where it has no entry (containers). */
export function osUserName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${String(uid)}`;
  }
}

export function hostName(): string {
  return hostname();
}

/** Without the leading v. */
export function nodeVersion(): string {
  return process.versions.node;
}

/**
 * A UUID version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then random bits. Ids in the
 * order of time keep inserts at the right edge of the unique index.
 * @param nowMs milliseconds since the epoch
 */
export function newRequestId(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.writeUInt8(((bytes[6] ?? 0) & 0x0f) | 0x70, 6);
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
