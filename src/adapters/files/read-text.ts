import { readFile, stat } from 'node:fs/promises';
import { InvError } from '../../lib/errors.ts';

/**
 * A whole file as text.
 * @throws InvError INVALID_INPUT when it cannot be read or is larger than `bytesMax`
 */
export async function readText(
  path: string,
  { bytesMax }: { readonly bytesMax: number },
): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > bytesMax) {
      throw new InvError('INVALID_INPUT', `${path} is larger than ${bytesMax} bytes`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof InvError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvError('INVALID_INPUT', `${path} cannot be read: ${reason}`, { cause: error });
  }
}
