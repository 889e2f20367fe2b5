/** One of the things that are compared. */
export interface Side {
  readonly name: string;
  /** Does the work once. @returns what is compared: milliseconds, or units a second */
  readonly run: (round: number) => number | Promise<number>;
}

/** Runs every side once a round, in turn (A B A B …), after rounds that warm up and are not counted. */
export async function runInTurn(
  sides: readonly Side[],
  { rounds, warmUps }: { readonly rounds: number; readonly warmUps: number },
): Promise<ReadonlyMap<string, readonly number[]>> {
  const samples = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const side of sides) {
      const value = await side.run(round);
      if (round >= 0) samples.get(side.name)?.push(value);
    }
    progress(`round ${Math.max(0, round + 1)} of ${rounds}`);
  }
  progress('');
  return samples;
}

export function samplesOf(
  samples: ReadonlyMap<string, readonly number[]>,
  name: string,
): readonly number[] {
  const found = samples.get(name);
  if (found === undefined) throw new Error(`nothing was measured under the name ${name}`);
  return found;
}

/** A line that writes over itself, on a terminal only. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}
