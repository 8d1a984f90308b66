/** @file `tsvtools prepare-experiment` against the folders of ClinicaDL 1.6.1. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { filesIn, folderWith, textIn } from '../../test/table-files';
import { checkPrepareExperiment } from '../options/tsvtools-prepare-experiment';
import { tsvtoolsPrepareExperiment } from './tsvtools-prepare-experiment';

const golden = (path: string): string => readFileSync(`test/golden/study/tsv/${path}`, 'utf8');
const options = { data_tsv: 'tsv/labels.tsv', n_test: 4, validation_type: 'kfold', n_validation: 2, seed: 0 } as const;
const study = (): ReturnType<typeof folderWith> => folderWith({ 'tsv/labels.tsv': golden('labels.tsv') });

describe('tsvtools prepare-experiment', () => {
  it('seed 0 gives the test set and the folds of the original, byte for byte', async () => {
    const folder = await study();
    const { files } = await tsvtoolsPrepareExperiment(options, testContext(folder).context);
    const names = readdirSync('test/golden/study/tsv/split_3', { recursive: true })
      .map((name) => String(name).replaceAll('\\', '/'))
      .filter((name) => /\.(tsv|json)$/.test(name));
    expect(files.map((path) => path.replace('tsv/split/', '')).sort()).toEqual(names.sort());
    for (const name of names) {
      const text = await textIn(folder, `tsv/split/${name}`);
      // The seed is recorded here; ClinicaDL has none.
      expect(name === 'split.json' ? text.replace(',\n    "seed": 0', '') : text, name).toBe(golden(`split_3/${name}`));
    }
  });

  it('a validation set goes on with the draws of the test set, and the seed gives both again', async () => {
    const folder = await study();
    const single = { ...options, validation_type: 'split', n_validation: 0.25 } as const;
    const first = await tsvtoolsPrepareExperiment({ ...single, seed: null }, testContext(folder).context);
    expect(first.validation).toMatchObject({ folder: 'tsv/split/split', seed: first.seed });
    expect(JSON.parse(await textIn(folder, 'tsv/split/split/split.json'))).toMatchObject({
      subset_name: 'validation',
      seed: first.seed,
      seed_continues: true,
    });
    await tsvtoolsPrepareExperiment({ ...single, seed: first.seed }, testContext(folder).context);
    for (const name of ['test_baseline.tsv', 'split/validation_baseline.tsv', 'split/train.tsv'])
      expect(await textIn(folder, `tsv/split_2/${name}`)).toBe(await textIn(folder, `tsv/split/${name}`));
    const people = (text: string): string[] => text.trimEnd().split('\n').slice(1);
    const [test, validation, train] = await Promise.all(
      ['test_baseline.tsv', 'split/validation_baseline.tsv', 'split/train_baseline.tsv'].map(async (name) =>
        people(await textIn(folder, `tsv/split/${name}`)),
      ),
    );
    expect([test, validation, train].map(({ length }) => length)).toEqual([4, 4, 12]);
    expect(new Set([...test, ...validation, ...train]).size).toBe(20);
  });

  it('a second step that fails takes the first away', async () => {
    const folder = await study();
    const before = await filesIn(folder);
    const running = tsvtoolsPrepareExperiment({ ...options, n_validation: 30 }, testContext(folder).context);
    await expect(running).rejects.toMatchObject({ code: 'folds-too-many' });
    expect(await filesIn(folder)).toEqual(before);
  });

  it.each([
    ['folds-few', 1],
    ['folds-few', 0],
    ['option-value', 2.5],
  ])('%s: %d folds are refused before anything is drawn', (code, n_validation) => {
    expect(() => checkPrepareExperiment({ validation_type: 'kfold', n_validation })).toThrow(expect.objectContaining({ code }));
    expect(() => checkPrepareExperiment({ validation_type: 'split', n_validation })).not.toThrow();
  });
});
