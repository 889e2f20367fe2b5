/**
 * The lines that only one of two texts has, as `- …` and `+ …` in their order, by the longest
 * common sequence of lines. Meant for texts of some thousand lines.
 */
export function lineDifferences(before, after) {
  if (before === after) return [];
  const a = before.split('\n');
  const b = after.split('\n');
  const lengths = commonLengths(a, b);
  const differences = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) {
      differences.push(`- ${a[i]}`);
      i += 1;
    } else {
      differences.push(`+ ${b[j]}`);
      j += 1;
    }
  }
  return differences;
}

/** How many lines the ends of both texts, from line i and line j, have in common. */
function commonLengths(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i][j] =
        a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  return lengths;
}
