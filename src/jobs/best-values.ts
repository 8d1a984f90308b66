/** @file How good the best models of an unfinished split are, measured again: a MAPS does not remember it. */
import { TorchRandom } from '../base/torch-random';
import { drawsFrom } from '../engine/draws';
import { evaluateModel } from '../learning/evaluate';
import { valuesOf } from '../learning/metrics/statistic';
import { selectionValue } from '../learning/selection';
import { bestFolder, modelFile } from '../maps/layout';
import type { JobContext } from './job-context';
import { readWeights } from './read-weights';
import { onDevice, recovery } from './recovery';
import type { Training } from './train';
import { executorRequest } from './training-task';

/** Validation value of the best model of each selection metric; metrics without one are left out. */
export async function bestValues(training: Training, split: number, context: JobContext): Promise<ReadonlyMap<string, number>> {
  const { maps, options, network, task, study, tables, labels } = training;
  const values = new Map<string, number>();
  const { loader } = await study.open(tables[split].validation, labels);
  const order = Array.from({ length: loader.size }, (_, i) => i);
  const policy = recovery(options.batch_size, {
    goesOn: 'the best models are measured again on another',
    again: `"train resume ${training.mapsPath}" again`,
  });
  for (const metric of options.selection_metrics) {
    if ((await maps.kindOf(bestFolder(split, metric))) !== 'folder') continue;
    const path = modelFile(split, metric);
    const { model } = await readWeights(maps, path, network, context);
    await onDevice(policy, context, async (createExecutor) => {
      const executor = await createExecutor(executorRequest(network, model, task, options, options));
      try {
        const measured = { executor, batchSize: options.batch_size, draws: drawsFrom(new TorchRandom(options.seed)) };
        const { rows, losses } = await evaluateModel(measured, { loader, order, labelled: true }, task, context.signal);
        const metrics = valuesOf(task.statistics(rows), rows.length);
        values.set(metric, selectionValue(metric, { metrics, losses }, task));
      } finally {
        executor.dispose();
      }
    });
  }
  return values;
}
