import { describe, expect, it } from 'vitest';
import { AppError } from '../base/errors';
import { fillFolder, memoryFolder } from '../folders/memory-folder';
import { readSplits, type SplitTableOptions } from './split-tables';

const rows = 'participant_id\tsession_id\tdiagnosis\nsub-A\tses-M000\tAD\nsub-B\tses-M000\tCN\n';
const both = ['train.tsv', 'validation_baseline.tsv'];
const fold = (folder: string, count: number, tables = both): string[] =>
  Array.from({ length: count }, (_, i) => tables.map((table) => `${folder}/split-${i}/${table}`)).flat();

async function ask(files: readonly string[], path: string, more: Partial<SplitTableOptions> = {}): Promise<AppError | number> {
  const workspace = memoryFolder('study');
  await fillFolder(workspace, Object.fromEntries(files.map((file) => [file, rows])));
  const options = { diagnoses: ['AD', 'CN'], label: 'diagnosis', n_splits: 0, baseline: false, valid_longitudinal: false };
  try {
    return (await readSplits(workspace, [{ cohort: 'single', path, diagnoses: options.diagnoses }], { ...options, ...more }))
      .length;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

describe('a path that is not the folder of the splits is refused with the one that is', () => {
  const study = ['labels.tsv', 'split/train.tsv', 'split/test_baseline.tsv', ...fold('split/4_fold', 4)];
  it.each([
    ['the folds themselves', study, 'split/4_fold', 0, 'split/4_fold --n_splits 4'],
    ['the folds, with another number', study, 'split/4_fold', 5, 'split/4_fold --n_splits 4'],
    ['the parent', study, 'split', 0, 'split/4_fold --n_splits 4'],
    ['the parent, with the number', study, 'split', 4, 'split/4_fold --n_splits 4'],
    ['the opened folder', study, '.', 4, 'split/4_fold --n_splits 4'],
    ['the table that was split', study, 'split/train.tsv', 4, 'split/4_fold --n_splits 4'],
    ['the labels', study, 'labels.tsv', 0, 'split/4_fold --n_splits 4'],
    ['one fold of several', study, 'split/4_fold/split-2', 4, 'split/4_fold --n_splits 4'],
    ['a table of a fold', study, 'split/4_fold/split-2/train.tsv', 0, 'split/4_fold/split-2 without --n_splits'],
    ['a table of a fold, with the number', study, 'split/4_fold/split-2/train.tsv', 4, 'split/4_fold --n_splits 4'],
    ['a single split, with a number', both.map((t) => `hand/${t}`), 'hand', 3, 'hand without --n_splits'],
    ['the opened folder as a single split', both, '.', 3, '. without --n_splits'],
    ['a folder inside the right one', [...both.map((t) => `hand/${t}`), 'hand/notes/x.txt'], 'hand/notes', 0, 'hand without'],
    ['a folder with one fold only', fold('one', 1), 'one', 0, 'one/split-0 without --n_splits'],
    ['a name with a blank', fold('my folds', 2), 'my folds', 0, "'my folds' --n_splits 2"],
  ])('%s', async (_, files, path, n_splits, give) => {
    const refusal = await ask(files, path, { n_splits });
    expect(refusal).toMatchObject({ code: 'splits-elsewhere', where: path });
    expect((refusal as AppError).hint).toContain(give);
    // What the hint says can be followed.
    const [, folder, , count] = /^Give (.+?) (without )?--n_splits ?(\d+)?/.exec((refusal as AppError).hint)!;
    const typed = folder!.replaceAll("'", '');
    expect(await ask(files, typed, { n_splits: Number(count ?? 0) })).toBe(Number(count ?? 1));
  });

  it('names each of several folders', async () => {
    const files = [...fold('2_fold', 2), ...fold('5_fold', 5)];
    expect(await ask(files, '.')).toMatchObject({ hint: 'Give 2_fold --n_splits 2, or 5_fold --n_splits 5 instead.' });
  });

  it('is none when fewer folds are asked for than there are', async () => {
    expect(await ask(fold('5_fold', 5), '5_fold', { n_splits: 3 })).toBe(3);
  });
});

describe('a split that lacks a table is refused with the way to it', () => {
  it.each([
    ['no validation table', ['split/train.tsv', 'split/test_baseline.tsv'], 'split', {}, 'tsvtools kfold split/train.tsv'],
    ['no longitudinal one', fold('f', 2), 'f', { n_splits: 2, valid_longitudinal: true }, 'train without it'],
    ['no baseline one', fold('f', 2), 'f', { n_splits: 2, baseline: true }, 'train without --baseline'],
    ['another subset', fold('f', 2, ['train.tsv', 'test_baseline.tsv']), 'f', { n_splits: 2 }, 'rename test_baseline.tsv'],
  ])('%s', async (_, files, path, more, way) => {
    const refusal = await ask(files, path, more);
    expect(refusal).toMatchObject({ code: 'split-incomplete' });
    expect((refusal as AppError).hint).toContain(way);
  });

  it.each([
    ['nothing.tsv', 'tsv-folder-expected'],
    ['nothing', 'folder-missing'],
    ['empty', 'file-missing'],
  ])('and "%s" where no split is near is refused as %s', async (path, code) => {
    expect(await ask(['empty/notes.txt'], path)).toMatchObject({ code });
  });
});
