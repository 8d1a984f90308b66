/** @file Reconstruction: the network gives its input back. Images are their own truth, so that no labels are needed. */
import { floatText } from '../../base/python-number';
import type { Batch } from '../../batches/batch';
import type { LossOptions, Outputs } from '../../engine/executor';
import { mainOutput } from '../../engine/trained-parameters';
import type { Network } from '../../networks/graph';
import { isClassLoss, isVariational } from '../../vocabulary/losses';
import { numberLosses } from '../losses/numbers';
import { variationalLoss } from '../losses/variational';
import { namesOf } from '../metrics/names';
import { isSingle, type Nearness, nearness, reconstructionStatistics } from '../metrics/reconstruction';
import type { PredictionRow } from '../prediction';
import { channelsFirst, sampleShape } from './channels-first';
import { rowHead, valuesOf } from './samples';
import type { Task } from './task';

export interface ImageRow extends PredictionRow, Nearness {}

const names = namesOf('reconstruction') as (keyof Nearness)[];

/** What a table of reconstructions holds. */
export const imageRows: Pick<Task<ImageRow>, 'columns' | 'read'> = {
  columns: names,
  read: (head, number) => ({
    ...head,
    MAE: number('MAE'),
    RMSE: number('RMSE'),
    PSNR: number('PSNR'),
    SSIM: number('SSIM'),
  }),
};

/** `network`: its outputs are told apart by name. `loss`: with the weights that the network makes of them. */
export function reconstruction(network: Pick<Network, 'graph'>, loss: LossOptions): Task<ImageRow> {
  const main = mainOutput(network as Network);
  return {
    name: 'reconstruction',
    loss,
    needsLabels: false,
    target: () => ({ kind: 'input' }),
    lossNames: isVariational(loss.loss) ? ['loss', 'recon_loss', 'kl_loss'] : ['loss'],
    losses: (outputs, batch) => lossesOf(loss, main, outputs, batch),
    rows: (outputs, batch) => {
      const images = channelsFirst(batch);
      const shape = sampleShape(batch);
      const count = batch.samples.length;
      return batch.samples.map((sample, n) => ({
        ...rowHead(sample),
        ...nearness(shape, valuesOf(images, count, n), valuesOf(outputs[main], count, n)),
      }));
    },
    ...imageRows,
    cells: (row) => names.map((name) => (Number.isNaN(row[name]) ? '' : floatText(row[name], isSingle(name)))),
    statistics: (rows) => reconstructionStatistics(rows, names),
    logNames: names,
    moreLogNames: [],
    logged: (metrics) => [...metrics],
    weights: () => null,
    vote: null,
    savesExamples: true,
  };
}

function lossesOf(loss: LossOptions, main: string, outputs: Outputs, batch: Batch): number[] {
  const input = channelsFirst(batch);
  const { loss: name } = loss;
  if (isClassLoss(name)) throw new Error(`${name} is no loss of reconstruction`);
  if (!isVariational(name)) return [numberLosses[name](outputs[main], input)];
  const { mu, logVar } = outputs;
  const found = variationalLoss(
    { ...loss, loss: name },
    { reconstruction: outputs[main], mu, logVar },
    input,
    batch.samples.length,
  );
  return [found.loss, found.recon_loss, found.kl_loss];
}
