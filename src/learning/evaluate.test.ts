/** @file From outputs to predictions. */
import { expect, it } from 'vitest';
import { arrayLoader } from '../../test/array-loader';
import type { Executor } from '../engine/executor';
import { evaluate } from './evaluate';

it('the first of the largest outputs is predicted; of outputs that are no numbers the first such, as torch.argmax', async () => {
  const outputs = [
    [0.5, 0.5, 0.1],
    [0, Number.NaN, 3],
    [Number.NaN, Number.NaN, Number.NaN],
    [-Infinity, -2, -1],
  ];
  const sample = { shape: [1, 1, 1], data: Float32Array.of(0), session_id: 'ses-M000', elementId: 0, label: 0 };
  const samples = outputs.map((_, i) => ({ ...sample, participant_id: `sub-${i}` }));
  const executor = { predict: async () => Float32Array.from(outputs.flat()) } as unknown as Executor;
  const { rows } = await evaluate(executor, arrayLoader(samples), [0, 1, 2, 3], 4, true, new AbortController().signal);
  expect(rows.map((row) => row.predicted_label)).toEqual([0, 1, 0, 2]);
});
