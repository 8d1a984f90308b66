/** @file The summary of the features before the last layer beside the predictions: what that layer makes of their mean is the mean of its outputs. */
import { readCheckpoint } from '../src/maps/weights';
import type { Road } from './road';
import { cells } from './road-files';

/** Mean over the training set of the difference of the two outputs: by the summary, and by the predictions. `best`: the folder of a best model. */
export async function meanLogits(study: Road, best: string): Promise<{ readonly summary: number; readonly predicted: number }> {
  const { features } = JSON.parse(await study.text(`${best}/training_summary.json`)) as { features: { mean: readonly number[] } };
  const path = `${best}/model.pth.tar`;
  const { model } = readCheckpoint(await study.workspace.read(path), path);
  const [weight, bias] = ['fc.6.weight', 'fc.6.bias'].map((name) => model.get(name)!.data as Float32Array);
  const { mean } = features;
  if (weight.length !== 2 * mean.length) throw new Error(`${mean.length} features, and a last layer of ${weight.length} weights`);
  const summary = mean.reduce((sum, f, i) => sum + f * (weight[i] - weight[mean.length + i]), bias[0] - bias[1]);
  const [header, ...rows] = cells(await study.text(`${best}/train/train_image_level_prediction.tsv`));
  const logits = rows.map((row) => Math.log(Number(row[header.indexOf('proba0')]) / Number(row[header.indexOf('proba1')])));
  return { summary, predicted: logits.reduce((a, b) => a + b) / logits.length };
}
