import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { AppError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { type TsvtoolsKfoldOptions, tsvtoolsKfold } from './tsvtools-kfold';

const golden = (path: string): string => readFileSync(`test/golden/study/tsv/${path}`, 'utf8');
const read = async (folder: Folder, path: string): Promise<string> => new TextDecoder().decode(await folder.read(path));

async function folderWith(files: Readonly<Record<string, string>>): Promise<Folder> {
  const folder = memoryFolder();
  for (const [path, text] of Object.entries(files)) await folder.write(path, new TextEncoder().encode(text));
  return folder;
}

const options: TsvtoolsKfoldOptions = {
  data_tsv: 'tsv/train.tsv',
  subset_name: 'validation',
  n_splits: 2,
  stratification: null,
  merged_tsv: null,
  valid_longitudinal: false,
  seed: 2,
};

describe('tsvtools kfold', () => {
  it.each([
    ['split/2_fold', 'split/train.tsv', false],
    ['split/2_fold_2', 'split/train.tsv', true],
    ['split_3/2_fold', 'split_3/train.tsv', false],
  ] as const)('%s is written byte for byte as by the original', async (name, input, valid_longitudinal) => {
    const folder = await folderWith({ 'tsv/train.tsv': golden(input) });
    const result = await tsvtoolsKfold({ ...options, valid_longitudinal }, testContext(folder).context);
    expect(result.folder).toBe('tsv/2_fold');
    expect(result.files).toHaveLength(valid_longitudinal ? 9 : 7);
    for (const path of result.files) {
      expect(await read(folder, path), path).toBe(golden(path.replace('tsv/2_fold', name)));
    }
    expect(result.balance.map((fold) => fold.groups[1].participants)).toEqual(name.startsWith('split_3') ? [8, 8] : [7, 7]);
  });

  it('a second run takes the next free folder; another seed is recorded and gives other folds', async () => {
    const folder = await folderWith({ 'tsv/train.tsv': golden('split/train.tsv') });
    const { context } = testContext(folder);
    await tsvtoolsKfold(options, context);
    const again = await tsvtoolsKfold({ ...options, seed: 3 }, context);
    expect(again.folder).toBe('tsv/2_fold_2');
    expect(JSON.parse(await read(folder, 'tsv/2_fold_2/kfold.json'))).toMatchObject({ n_splits: 2, seed: 3 });
    expect(await read(folder, 'tsv/2_fold_2/split-0/train.tsv')).not.toBe(golden('split/2_fold/split-0/train.tsv'));
  });

  it('missing demographics are joined from the merged table, or done without', async () => {
    const labels = golden('split/train.tsv');
    const ids = labels
      .split('\n')
      .map((line) => line.split('\t').slice(0, 2).join('\t'))
      .join('\n');
    const merged = await folderWith({ 'tsv/train.tsv': ids, 'other/merged.tsv': labels });
    await tsvtoolsKfold({ ...options, merged_tsv: 'other/merged.tsv' }, testContext(merged).context);
    expect(await read(merged, 'tsv/2_fold/split-1/validation_baseline.tsv')).toBe(
      golden('split/2_fold/split-1/validation_baseline.tsv'),
    );

    const bare = labels
      .split('\n')
      .map((line) =>
        line
          .split('\t')
          .filter((_, i) => i !== 2 && i !== 3)
          .join('\t'),
      )
      .join('\n');
    const alone = await folderWith({ 'tsv/train.tsv': bare });
    const { balance } = await tsvtoolsKfold(options, testContext(alone).context);
    expect(balance[0]).toMatchObject({ pAge: null, pSex: null });
  });

  it('a class with fewer participants than folds is told, and the folds are made', async () => {
    const folder = await folderWith({ 'tsv/train.tsv': golden('split/train.tsv').replace(/(sub-T(?!19|17)\S+\t.*)AD/g, '$1CN') });
    const { context, issues } = testContext(folder);
    await tsvtoolsKfold({ ...options, n_splits: 3 }, context);
    expect(issues.map((issue) => [issue.code, issue.severity])).toEqual([['class-smaller-than-folds', 'warning']]);
  });

  it.each([
    ['folds-few', { n_splits: 1 }],
    ['folds-too-many', { n_splits: 9 }],
    ['stratification-missing', { stratification: 'site' }],
    ['subset-name', { subset_name: 'a/b' }],
    ['file-missing', { stratification: 'site', merged_tsv: 'tsv/none.tsv' }],
  ] as const)('%s leaves the folder as it was', async (code, changed) => {
    const folder = await folderWith({ 'tsv/train.tsv': golden('split/train.tsv') });
    const error = await tsvtoolsKfold({ ...options, ...changed }, testContext(folder).context).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe(code);
    expect(await folder.list('tsv')).toHaveLength(1);
  });
});
