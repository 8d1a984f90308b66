/** @file How good the best models of an unfinished split are, measured again: a MAPS does not remember it. */
import { plainLoss } from '../engine/executor';
import { evaluate } from '../learning/evaluate';
import { classificationMetrics, meanOverClasses } from '../learning/metrics';
import { bestFolder, modelFile } from '../maps/layout';
import type { JobContext } from './job-context';
import { readWeights } from './read-weights';
import { onDevice, recovery } from './recovery';
import type { Training } from './train';

/** Validation value of the best model of each selection metric; metrics without one are left out. */
export async function bestValues(training: Training, split: number, context: JobContext): Promise<ReadonlyMap<string, number>> {
  const { maps, options, network, study, tables, labelCode } = training;
  const values = new Map<string, number>();
  const { loader } = await study.open(tables[split].validation, labelCode);
  const order = Array.from({ length: loader.size }, (_, i) => i);
  const policy = recovery(options.batch_size, {
    goesOn: 'the best models are measured again on another',
    again: `"train resume ${training.mapsPath}" again`,
  });
  for (const metric of options.selection_metrics) {
    if ((await maps.kindOf(bestFolder(split, metric))) !== 'folder') continue;
    const path = modelFile(split, metric);
    const { model } = await readWeights(maps, path, network, context);
    const { learning_rate, weight_decay, batch_size: batchSize } = options;
    await onDevice(policy, context, async (createExecutor) => {
      const executor = await createExecutor({
        network,
        state: model,
        loss: plainLoss('CrossEntropyLoss'),
        optimizer: { optimizer: 'Adam', learning_rate, weight_decay },
        batchSize,
        amp: options.amp,
      });
      try {
        const { rows, loss } = await evaluate(executor, loader, order, batchSize, true, context.signal);
        const [truth, predicted] = [rows.map((row) => row.true_label), rows.map((row) => row.predicted_label)];
        const found = meanOverClasses(classificationMetrics(truth, predicted, network.outputSize)).find((m) => m.name === metric);
        values.set(metric, metric === 'loss' ? loss : (found?.value ?? Number.NaN));
      } finally {
        executor.dispose();
      }
    });
  }
  return values;
}
