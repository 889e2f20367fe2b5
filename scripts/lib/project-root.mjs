import path from 'node:path';

/** The folder of package.json, whatever the working directory is. */
export const projectRoot = path.resolve(import.meta.dirname, '..', '..');
