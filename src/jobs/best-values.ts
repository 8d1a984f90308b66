/** @file How good the best models of an unfinished split are, measured again: a MAPS does not remember it. */
import { TorchRandom } from '../base/torch-random';
import { drawsFrom } from '../engine/draws';
import { headOf } from '../learning/adaptation';
import { evaluateModel } from '../learning/evaluate';
import { valuesOf } from '../learning/metrics/statistic';
import { selectionValue } from '../learning/selection';
import { modelFile, type NetworkNumber } from '../maps/layout';
import type { JobContext } from './job-context';
import type { Training } from './plan-training';
import { readWeights } from './read-weights';
import { onDevice, recovery } from './recovery';
import { executorRequest } from './training-task';

/** Validation value of the best model of each selection metric, of one network; metrics without one are left out. */
export async function bestValues(
  training: Training,
  { split, number }: { readonly split: number; readonly number: NetworkNumber },
  context: JobContext,
): Promise<ReadonlyMap<string, number>> {
  const { maps, options, network, task, labels, target } = training;
  const [study, tables] = target === null ? [training.study, training.tables] : [target.study, target.splits];
  const values = new Map<string, number>();
  const { loader } = (await study.open(tables[split].validation, labels)).of(number);
  const order = Array.from({ length: loader.size }, (_, i) => i);
  const policy = recovery(options.batch_size, {
    goesOn: 'the best models are measured again on another',
    again: `"train resume ${training.mapsPath}" again`,
  });
  for (const metric of options.selection_metrics) {
    const path = modelFile(split, metric, number);
    if ((await maps.kindOf(path)) !== 'file') continue;
    const { model } = await readWeights(maps, path, network, context);
    await onDevice(policy, context, async (createExecutor) => {
      const executor = await createExecutor({ ...executorRequest(network, task, options, options), state: model });
      try {
        const asked = target === null ? executor : headOf(executor, 'class_target');
        const measured = { executor: asked, batchSize: options.batch_size, draws: drawsFrom(new TorchRandom(options.seed)) };
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
