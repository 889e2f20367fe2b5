import type { Context } from '../../context.ts';

export async function runConfigPath({ terminal, loaded }: Context): Promise<void> {
  const { files, userFile } = loaded;
  const rows = files.map((path) => ({ path }));
  await terminal.print({
    document: { files, user_file: userFile },
    rows,
    columns: [{ key: 'path', title: 'PATH' }],
    human: (style) => [
      ...files,
      ...(files.includes(userFile) ? [] : [style.dim(`${userFile} (not there)`)]),
    ],
  });
}
