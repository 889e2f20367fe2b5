/** Slots that the keys of a cluster are spread over. */
const SLOTS = 16_384;

/** CRC-16/XMODEM: polynomial 0x1021, from zero, not reflected. */
const CRC_TABLE: readonly number[] = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc & 0xffff;
});

/**
 * The slot of a key, by what stands between its first braces, or by all of it.
 * Source: the specification of Redis Cluster, https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/
 */
export function keySlot(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashedPart(key))) {
    crc = ((crc << 8) & 0xffff) ^ (CRC_TABLE[(crc >> 8) ^ byte] ?? 0);
  }
  return crc % SLOTS;
}

function hashedPart(key: string): string {
  const open = key.indexOf('{');
  const close = open === -1 ? -1 : key.indexOf('}', open + 1);
  return close > open + 1 ? key.slice(open + 1, close) : key;
}
