/** @file `play-leak`: what one seed leaves on disk, honest and leaking, and that it goes on where it was. */
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import type { PlayLeakResult } from '../src/jobs/play-leak/play-leak';
import { type Road, road } from './road';
import { cells, contentOf, filesBelow } from './road-files';

const line = 'clinicadl play-leak biased-split leaks --seed 3 --n_seeds 1';
const seed = 'leaks/biased-split/seed-3';
const participants = (table: string): string[] => [
  ...new Set(
    cells(table)
      .slice(1)
      .map((row) => row.find((cell) => cell.startsWith('sub-'))!),
  ),
];

let study: Road;
let result: PlayLeakResult;
beforeAll(async () => {
  study = await road(memoryFolder('s'), 'wasm');
  result = (await study.must(line)).result as PlayLeakResult;
});

describe('one seed', () => {
  it('leaves a MAPS of each study, whose tables show what leaks, and the lines that made them', async () => {
    const seen = async (way: string) => {
      const tables = ['groups/train/split-0/data.tsv', 'groups/test/data.tsv'].map((file) =>
        study.text(`${seed}/${way}/maps/${file}`),
      );
      const [train, test] = (await Promise.all(tables)).map(participants);
      return test!.filter((id) => train!.includes(id)).length / test!.length;
    };
    expect([await seen('honest'), await seen('leaking')]).toEqual([0, 1]);
    const lines = (await study.text(`${seed}/lines.txt`)).trimEnd().split('\n');
    expect(lines.map((one) => one.split(' ').slice(1, 3).join(' '))).toEqual([
      ...['generate cohort', 'prepare-data roi'],
      ...['train classification', `predict ${seed}/honest/maps`, 'train classification', `predict ${seed}/leaking/maps`],
    ]);
    expect((await filesBelow(study.workspace)).filter((file) => file.endsWith('.nii.gz') && file.includes('/subjects/'))).toEqual(
      [],
    );
  });

  it('tells the accuracies that the predictions in the MAPS have', async () => {
    for (const way of ['honest', 'leaking'] as const) {
      const [header, ...rows] = cells(await study.text(`${seed}/${way}/maps/split-0/best-BA/test/test_roi_level_prediction.tsv`));
      const [truth, predicted] = ['true_label', 'predicted_label'].map((name) => header!.indexOf(name));
      expect(result.played[0]![way]).toBe(rows.filter((row) => row[truth!] === row[predicted!]).length / rows.length);
    }
    const [header, row] = cells(await study.text(result.table));
    expect(header).toEqual(['seed', 'honest', 'leaking', 'honest_sessions', 'leaking_sessions']);
    expect(row!.map(Number)).toEqual([3, result.played[0]!.honest, result.played[0]!.leaking, 16, 16]);
    expect(result.summary).toBeNull();
  });

  it('is not played twice, and a folder of something else is left alone', async () => {
    const before = await contentOf(study.workspace);
    expect((await study.must(line)).result).toEqual(result);
    expect(await contentOf(study.workspace)).toEqual(before);
    await study.workspace.write('leaks/biased-split/seed-4/mine.txt', new Uint8Array([1]));
    const outcome = await study.run(line.replace('--seed 3', '--seed 4'));
    expect(outcome.error?.code).toBe('folder-not-empty');
    expect(await filesBelow(study.workspace, 'leaks/biased-split/seed-4')).toEqual(['leaks/biased-split/seed-4/mine.txt']);
  });
});
