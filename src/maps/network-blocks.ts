/**
 * @file Tables of a group to which the networks of a split add one after another: predictions under one header, and metrics in blocks
 * that each end with a line of the network's number in every cell. A network that is evaluated again replaces itself and those after it.
 */

const linesOf = (text: string): string[] => text.replace(/\r?\n$/, '').split(/\r?\n/);
const textOf = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** A table with the rows of the networks before this one, as many of each, and then its `own`; undefined where those are not all there. */
export function addPredictions(there: string, own: string, network: number): string | undefined {
  const [header, ...rows] = linesOf(own);
  if (network === 0) return textOf([header, ...rows]);
  const before = linesOf(there).slice(0, 1 + network * rows.length);
  return before.length < 1 + network * rows.length ? undefined : textOf([...before, ...rows]);
}

/** A table with the blocks of the networks before this one, and then its `own`; undefined where those are not all there. */
export function addMetrics(there: string, own: string, network: number): string | undefined {
  const lines = linesOf(own);
  const block = [...lines, lines[0].split('\t').fill(String(network)).join('\t')];
  if (network === 0) return textOf(block);
  const before = linesOf(there);
  const last = String(network - 1);
  const end = before.findIndex(
    (line, i) => before[i - 1]?.startsWith('SE\t') === true && line.split('\t').every((cell) => cell === last),
  );
  return end < 0 ? undefined : textOf([...before.slice(0, end + 1), ...block]);
}
