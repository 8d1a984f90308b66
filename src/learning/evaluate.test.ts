/** @file From outputs to predictions. */
import { expect, it } from 'vitest';
import { arrayLoader } from '../../test/array-loader';
import { noDraws } from '../engine/draws';
import { type Executor, plainLoss } from '../engine/executor';
import { evaluateModel } from './evaluate';
import { classification } from './tasks/classification';

it('the first of the largest outputs is predicted; of outputs that are no numbers the first such, as torch.argmax', async () => {
  const outputs = [
    [0.5, 0.5, 0.1],
    [0, Number.NaN, 3],
    [Number.NaN, Number.NaN, Number.NaN],
    [-Infinity, -2, -1],
  ];
  const sample = { shape: [1, 1, 1], data: Float32Array.of(0), session_id: 'ses-M000', elementId: 0, label: 0 };
  const samples = outputs.map((_, i) => ({ ...sample, participant_id: `sub-${i}` }));
  const executor = { predict: async () => ({ output: Float32Array.from(outputs.flat()) }) } as unknown as Executor;
  const group = { loader: arrayLoader(samples), order: [0, 1, 2, 3], labelled: true };
  const task = classification(3, plainLoss('CrossEntropyLoss'));
  const { rows } = await evaluateModel({ executor, batchSize: 4, draws: noDraws }, group, task, new AbortController().signal);
  expect(rows.map((row) => row.predicted_label)).toEqual([0, 1, 0, 2]);
});
