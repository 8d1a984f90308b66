/** @file Prediction tables: missing probabilities in both directions. */
import { expect, it } from 'vitest';
import { plainLoss } from '../engine/executor';
import { classification } from '../learning/tasks/classification';
import { readPredictions, writePredictions } from './predictions';

const task = classification(2, plainLoss('CrossEntropyLoss'));

it('a probability that is no number is an empty cell, and comes back as NaN, not as 0', () => {
  const row = { participant_id: 'sub-1', session_id: 'ses-M000', elementId: 0, true_label: 1, predicted_label: 0 };
  const bytes = writePredictions([{ ...row, probabilities: [Number.NaN, 0.25] }], 'slice', task);
  const header = 'participant_id\tsession_id\tslice_id\ttrue_label\tpredicted_label\tproba0\tproba1';
  expect(new TextDecoder().decode(bytes)).toBe(`${header}\nsub-1\tses-M000\t0\t1\t0\t\t0.25\n`);
  expect(readPredictions(bytes, 'slice', 'p.tsv', task)[0].probabilities).toEqual([Number.NaN, 0.25]);
});
