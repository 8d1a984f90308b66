import { describe, expect, it } from 'vitest';
import type { Issue } from '../base/issues';
import { NumpyRandom } from '../base/numpy-random';
import type { Loader } from '../batches/batch';
import { noDraws } from '../engine/draws';
import { type Executor, plainLoss } from '../engine/executor';
import { memoryFolder } from '../folders/memory-folder';
import { classification } from '../learning/tasks/classification';
import { readPredictions, writePredictions } from '../maps/predictions';
import { evaluateGroup, writeVote } from './evaluate-group';

const task = classification(2, plainLoss('CrossEntropyLoss'));

/** A network that says `predicted[i]` of sample i, whose label is `truth[i]`. */
async function evaluateRows(truth: readonly number[], predicted: readonly number[], seed: number) {
  const maps = memoryFolder('maps');
  const issues: Issue[] = [];
  const loader: Loader = {
    size: truth.length,
    ahead: () => {},
    async *batches(order) {
      yield {
        shape: [order.length, 1, 1, 1, 1],
        data: Float32Array.from(order),
        samples: order.map((i) => ({ participant_id: `sub-${i}`, session_id: 'ses-M000', elementId: 0, label: truth[i] })),
      };
    },
  };
  const predict: Executor['predict'] = async ({ data }) => ({
    output: Float32Array.from([...data].flatMap((i) => (predicted[i] === 0 ? [1, 0] : [0, 1]))),
  });
  await evaluateGroup(
    {
      maps,
      folder: 'test',
      group: 'test',
      mode: 'image',
      network: null,
      model: { executor: { predict } as Executor, batchSize: 8, draws: noDraws },
      data: { loader, order: truth.map((_, i) => i), labelled: true },
      task,
      random: new NumpyRandom(seed),
      caps: [{ cohort: 'single', path: 'caps' }],
      now: new Date(0),
      issue: (found) => issues.push(found),
    },
    new AbortController().signal,
    () => {},
  );
  return { issues, metrics: new TextDecoder().decode(await maps.read('test/test_image_level_metrics.tsv')) };
}

describe('intervals that lost their decimals', () => {
  it('are told with the names of the metrics, and hold whole numbers', async () => {
    const { issues, metrics } = await evaluateRows([1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 0, 1], 3);
    expect(issues.map(({ code, where }) => [code, where])).toEqual([['intervals-truncated', 'test']]);
    const told = /intervals of (.*) hold/.exec(issues[0].message)?.[1].split(', ') ?? [];
    const [names, , lower, upper] = metrics.split('\n').map((line) => line.split('\t'));
    expect(told.length).toBeGreaterThan(0);
    for (const name of told) {
      const bounds = [lower, upper].map((row) => Number(row[names.indexOf(name)]));
      expect(bounds.every(Number.isInteger), `${name} ${bounds}`).toBe(true);
    }
  });

  it('are not told when every resample has a value', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => i % 2);
    const predicted = rows.map((label, i) => (i % 5 === 0 ? 1 - label : label));
    expect((await evaluateRows(rows, predicted, 0)).issues).toEqual([]);
  });
});

describe('a network with one element per image', () => {
  it('has the results of the element at image level, even where the element was never right', async () => {
    const maps = memoryFolder('maps');
    await maps.write('test/test_patch_level_metrics.tsv', new TextEncoder().encode('the intervals of the patch'));
    const rows = [0, 1].map((label) => ({
      participant_id: `sub-${label}`,
      session_id: 'ses-M000',
      elementId: 0,
      true_label: label,
      predicted_label: 1 - label,
      probabilities: label === 0 ? [0.25, 0.75] : [0.75, 0.25],
    }));
    const vote = { maps, folder: 'test', group: 'test', mode: 'patch', task, labelled: true } as const;
    await maps.write('test/test_patch_level_prediction.tsv', writePredictions(rows, 'patch', task));
    const voted = await writeVote({ ...vote, weightRows: null, threshold: null });
    const { written } = voted!;
    expect(written).toEqual(['test/test_image_level_prediction.tsv', 'test/test_image_level_metrics.tsv']);
    const [prediction, metrics] = await Promise.all(written.map((path) => maps.read(path)));
    expect(new TextDecoder().decode(prediction)).toMatch(/^participant_id\tsession_id\timage_id\t/);
    expect(readPredictions(prediction, 'patch', 'p', task)).toEqual(rows);
    expect(new TextDecoder().decode(metrics)).toBe('the intervals of the patch');
  });
});
