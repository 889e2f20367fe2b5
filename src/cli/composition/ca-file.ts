import { readFile } from 'node:fs/promises';
import { InvError } from '../../lib/errors.ts';

/** The PEM text of a certificate authority. @throws InvError BAD_CONFIGURATION naming the setting */
export async function readCaFile(
  file: string | null,
  setting: 'mysql.tls_ca_file' | 'redis.tls_ca_file',
): Promise<string | null> {
  if (file === null) return null;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InvError('BAD_CONFIGURATION', `the CA file ${file} cannot be read`, {
      hint: `mend ${setting}`,
      cause: error,
    });
  }
}
