/** @file Two ways to do the same work, timed in turns: load of the machine hits both, so their ratio is what counts. */

export interface Contender {
  /** Does the work once and resolves when the device has finished. */
  readonly run: () => Promise<void>;
}

export interface Comparison {
  readonly name: string;
  /** Median milliseconds. */
  readonly stock: number;
  readonly ours: number;
  /** Of the ratios stock ÷ ours of each round. */
  readonly ratio: { readonly median: number; readonly low: number; readonly high: number };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

async function milliseconds({ run }: Contender): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** One warm-up of each, then `rounds` rounds in turns. */
export async function compare(name: string, stock: Contender, ours: Contender, rounds: number): Promise<Comparison> {
  await ours.run();
  await stock.run();
  const times: { stock: number; ours: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const first = await milliseconds(stock);
    times.push({ stock: first, ours: await milliseconds(ours) });
  }
  const ratios = times.map((time) => time.stock / time.ours);
  return {
    name,
    stock: median(times.map((time) => time.stock)),
    ours: median(times.map((time) => time.ours)),
    ratio: { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) },
  };
}
