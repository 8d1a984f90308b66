/** @file Ways to do the same work, timed in turns: load of the machine hits all of them, so their ratio is what counts. */

export interface Contender {
  /** Does the work once and resolves when the device has finished; to the milliseconds by a clock of its own, if it has one. */
  readonly run: () => Promise<number> | Promise<void>;
}

/** Of the ratios of each round. */
export interface Ratio {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  readonly name: string;
  /** Median milliseconds. */
  readonly stock: number;
  readonly ours: number;
  /** stock ÷ ours. */
  readonly ratio: Ratio;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Mean of as many runs as fill `least` milliseconds: one would be at the mercy of the scheduler where the work is short. */
async function milliseconds({ run }: Contender, least: number): Promise<number> {
  const begin = performance.now();
  let [total, count] = [0, 0];
  do {
    const start = performance.now();
    const own = await run();
    total += typeof own === 'number' ? own : performance.now() - start;
    count++;
  } while (performance.now() - begin < least);
  return total / count;
}

/** Runs once to compile and once more to see how long it takes, unless that was long already. True if the work is shorter than `least`. */
async function warmUp(contender: Contender, least: number): Promise<boolean> {
  const first = await milliseconds(contender, 0);
  if (first >= 1000 || least === 0) return first < least;
  return (await milliseconds(contender, 0)) < least;
}

/**
 * After warming up, `rounds` rounds in turns of at least `least` milliseconds: milliseconds [contender][round]. Short work begins its
 * turn with a run that does not count: on a graphics card the first one after seconds of another's work was seen to take 80 times as long.
 */
export async function timeInTurns(contenders: readonly Contender[], rounds: number, least = 50): Promise<number[][]> {
  const short: boolean[] = [];
  for (const contender of contenders) short.push(await warmUp(contender, least));
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (const [k, contender] of contenders.entries()) {
      if (short[k]) await contender.run();
      times[k].push(await milliseconds(contender, least));
    }
  return times;
}

/** Of a[i] ÷ b[i]. */
export function ratioOf(a: readonly number[], b: readonly number[]): Ratio {
  const ratios = a.map((time, i) => time / b[i]);
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/** Two contenders in turns. */
export async function compare(name: string, stock: Contender, ours: Contender, rounds: number): Promise<Comparison> {
  const [theirTimes, ourTimes] = await timeInTurns([stock, ours], rounds);
  return { name, stock: median(theirTimes), ours: median(ourTimes), ratio: ratioOf(theirTimes, ourTimes) };
}
