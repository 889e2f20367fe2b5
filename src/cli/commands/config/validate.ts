import type { Context } from '../../context.ts';

/** The work is done before it runs: a context is made of a valid configuration, or not at all. */
export async function runConfigValidate({ terminal, loaded }: Context): Promise<void> {
  const { files, warnings } = loaded;
  await terminal.print({
    document: { valid: true, files, warnings },
    human: (style) => [
      `${style.green(style.mark.ok)} the configuration is valid`,
      ...files.map((file) => `  ${file}`),
    ],
  });
}
