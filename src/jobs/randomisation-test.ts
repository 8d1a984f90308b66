/**
 * @file The randomisation test (Adebayo 2018): layers are drawn anew from the last to the first, and the maps of each network are compared
 * with those of the trained one. Maps that stay alike do not show what was learnt.
 */
import { letMessagesIn } from '../base/event-loop';
import { printFloat } from '../base/python-number';
import { TorchRandom } from '../base/torch-random';
import type { Executor } from '../engine/executor';
import type { Folder } from '../folders/folder';
import { mapsOfBatch } from '../learning/explain/maps-of-batch';
import { cascade, randomised } from '../learning/explain/randomise';
import { correlation, ranksOfSize } from '../learning/explain/rank-correlation';
import { type NetworkNumber, type PredictionLevel, randomisationTable } from '../maps/layout';
import { writeTextTable } from '../maps/text-table';
import { initialState } from '../networks/initial-state';
import type { StateDict } from '../networks/state-dict';
import type { Elements, Explanations } from './explain-elements';
import type { JobContext } from './job-context';

export const testSeeds = [0, 1, 2, 3, 4] as const;

export interface RandomisationRow {
  /** Of a training with several networks. */
  readonly network: NetworkNumber;
  /** No layer is left as it was. */
  readonly isLast: boolean;
  /** The layer that was drawn anew, with all after it. */
  readonly layer: string;
  /** Of each seed: Spearman's correlation of |map| with that of the trained network, mean over the elements. */
  readonly bySeed: readonly number[];
  readonly mean: number;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Leaves the executor with the trained weights. Correlations of maps with one value only are NaN. Rejects with AbortError. */
export async function randomisationTest(
  executor: Executor,
  trained: StateDict,
  number: NetworkNumber,
  { loader, order }: Elements,
  { method, node, batchSize, draws }: Explanations,
  { signal }: Pick<JobContext, 'signal'>,
  onPasses: (passes: number) => void,
): Promise<RandomisationRow[]> {
  const { network } = executor;
  const layers = cascade(network);
  const found = layers.map(() => testSeeds.map((): number[] => []));
  const told = async (passes: number): Promise<void> => {
    onPasses(passes);
    await letMessagesIn();
    signal.throwIfAborted();
  };
  for await (const batch of loader.batches(order, batchSize, signal)) {
    const ranks = async (): Promise<Float64Array[]> => {
      const { maps } = await mapsOfBatch(executor, batch, node, method, batchSize, draws, told);
      const size = maps.length / batch.samples.length;
      return batch.samples.map((_, n) => ranksOfSize(maps.subarray(n * size, (n + 1) * size)));
    };
    await executor.writeState(trained);
    const before = await ranks();
    for (const [k, seed] of testSeeds.entries()) {
      const fresh = initialState(network, new TorchRandom(seed));
      for (const i of layers.keys()) {
        await executor.writeState(randomised(network, trained, fresh, i + 1));
        const after = await ranks();
        found[i][k].push(...after.map((one, n) => correlation(before[n], one)));
      }
    }
  }
  await executor.writeState(trained);
  return layers.map(({ name }, i) => {
    const bySeed = found[i].map(meanOf);
    return { network: number, isLast: i === layers.length - 1, layer: name, bySeed, mean: meanOf(bySeed) };
  });
}

/** One row for each layer, from the last on; of several networks one after the other. */
export async function writeRandomisation(
  folder: Folder,
  path: string,
  mode: PredictionLevel,
  rows: readonly RandomisationRow[],
): Promise<void> {
  const several = rows.some(({ network }) => network !== null);
  const header = [...(several ? [`${mode}_id`] : []), 'layer', 'spearman', ...testSeeds.map((seed) => `spearman_seed_${seed}`)];
  const cells = rows.map(({ network, layer, bySeed, mean }) => [
    ...(several ? [String(network)] : []),
    layer,
    ...[mean, ...bySeed].map(printFloat),
  ]);
  await folder.write(`${path}/${randomisationTable}`, writeTextTable(header, cells));
}
