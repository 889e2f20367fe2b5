/** The Node that runs this process, for commands of our own in processes of their own. */
export function nodeProgram(): string {
  return process.execPath;
}
