import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test/job-context';
import { AppError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { type TsvtoolsSplitOptions, tsvtoolsSplit } from './tsvtools-split';

const golden = (path: string): string => readFileSync(`test/golden/study/tsv/${path}`, 'utf8');
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const read = async (folder: Folder, path: string): Promise<string> => new TextDecoder().decode(await folder.read(path));

async function folderWith(files: Readonly<Record<string, string>>): Promise<Folder> {
  const folder = memoryFolder();
  for (const [path, text] of Object.entries(files)) await folder.write(path, bytes(text));
  return folder;
}

const options: TsvtoolsSplitOptions = {
  data_tsv: 'tsv/labels.tsv',
  subset_name: 'validation',
  n_test: 6,
  p_sex_threshold: 0.8,
  p_age_threshold: 0.8,
  ignore_demographics: false,
  categorical_split_variable: null,
  multi_diagnoses: false,
  valid_longitudinal: false,
  seed: 0,
  max_tries: 500,
};

async function failure(folder: Folder, changed: Partial<TsvtoolsSplitOptions>): Promise<AppError> {
  const before = await folder.list('tsv');
  try {
    await tsvtoolsSplit({ ...options, ...changed }, testContext(folder).context);
  } catch (error) {
    expect(await folder.list('tsv')).toEqual(before);
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The table with one cell of a line changed by `edit`. */
const edited = (text: string, edit: (line: string) => string): string => text.split('\n').map(edit).join('\n');

describe('tsvtools split', () => {
  it('seed 0 gives the files of the original, balanced', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels_initial.tsv') });
    const { context } = testContext(folder);
    const changed = { subset_name: 'test', p_age_threshold: 0.1, p_sex_threshold: 0.1 };
    const result = await tsvtoolsSplit({ ...options, ...changed }, context);
    expect(result.folder).toBe('tsv/split');
    for (const name of ['train.tsv', 'train_baseline.tsv'])
      expect(await read(folder, `tsv/split/${name}`)).toBe(golden(`split/${name}`));
    // the original table was later joined with other columns: the same participants and sessions
    const ids = (text: string): string[] =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t').slice(0, 2).join());
    expect(ids(await read(folder, 'tsv/split/test_baseline.tsv'))).toEqual(ids(golden('split/test_baseline.tsv')));
    expect(await read(folder, 'tsv/split/split.json')).toBe(golden('split/split.json').replace(/\n}$/, ',\n    "seed": 0\n}'));
    expect(result.files).toEqual(
      ['split.json', 'train_baseline.tsv', 'train.tsv', 'test_baseline.tsv'].map((name) => `tsv/split/${name}`),
    );
    expect(result.balance.groups.map((group) => group.participants)).toEqual([14, 6]);
    expect(result.balance.pAge).toBeGreaterThanOrEqual(0.1);
  });

  it('thresholds of 0.8 with another table give the draw of the original, too', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels.tsv') });
    await tsvtoolsSplit({ ...options, n_test: 4, subset_name: 'test' }, testContext(folder).context);
    for (const name of ['train.tsv', 'train_baseline.tsv', 'test_baseline.tsv']) {
      expect(await read(folder, `tsv/split/${name}`)).toBe(golden(`split_3/${name}`));
    }
  });

  it('without demographics a share of the participants is drawn as in the original, in the next free folder', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels_initial.tsv'), 'tsv/split/split.json': '{}' });
    const result = await tsvtoolsSplit({ ...options, n_test: 0.25, ignore_demographics: true }, testContext(folder).context);
    expect(result.folder).toBe('tsv/split_2');
    for (const name of ['train.tsv', 'train_baseline.tsv', 'validation_baseline.tsv']) {
      expect(await read(folder, `tsv/split_2/${name}`)).toBe(golden(`split_2/${name}`));
    }
  });

  it('n_test 0 keeps everybody in train, draws nothing and writes what the original writes', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels.tsv') });
    const result = await tsvtoolsSplit({ ...options, n_test: 0, seed: null }, testContext(folder).context);
    expect(result).toMatchObject({ seed: null, tries: 0 });
    expect(result.files.map((path) => path.split('/').at(-1)).sort()).toEqual(['split.json', 'train.tsv', 'train_baseline.tsv']);
    for (const name of ['train.tsv', 'train_baseline.tsv', 'split.json']) {
      expect(await read(folder, `tsv/split/${name}`)).toBe(golden(`split_4/${name}`));
    }
  });

  it('a drawn seed is told, recorded, and gives the same split again', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels.tsv') });
    const { context, lines } = testContext(folder);
    const { seed } = await tsvtoolsSplit(
      { ...options, n_test: 5, seed: null, valid_longitudinal: true, ignore_demographics: true },
      context,
    );
    expect(lines.join('\n')).toContain(`${seed}`);
    expect(JSON.parse(await read(folder, 'tsv/split/split.json'))).toMatchObject({ seed });
    await tsvtoolsSplit({ ...options, n_test: 5, seed, valid_longitudinal: true, ignore_demographics: true }, context);
    for (const name of ['train.tsv', 'validation.tsv']) {
      expect(await read(folder, `tsv/split_2/${name}`)).toBe(await read(folder, `tsv/split/${name}`));
    }
  });

  it('columns that the table lacks come from a labels.tsv above, and its own columns stay', async () => {
    const labels = golden('labels_initial.tsv');
    const own = edited(labels, (line) => line.split('\t').slice(0, 3).join('\t'));
    const folder = await folderWith({ 'labels.tsv': labels, 'tsv/a/b/own.tsv': own });
    const changed = { data_tsv: 'tsv/a/b/own.tsv', subset_name: 'test', p_age_threshold: 0.1, p_sex_threshold: 0.1 };
    await tsvtoolsSplit({ ...options, ...changed }, testContext(folder).context);
    expect(await read(folder, 'tsv/a/b/split/train.tsv')).toBe(golden('split/train.tsv'));
  });

  it('sessions that labels.tsv does not have are left out, with an issue', async () => {
    const labels = golden('labels_initial.tsv');
    const ids = edited(labels, (line) => line.split('\t').slice(0, 2).join('\t'));
    const folder = await folderWith({ 'tsv/labels.tsv': labels.replace(/^sub-T19.*\n/m, ''), 'tsv/own.tsv': ids });
    const { context, issues } = testContext(folder);
    const { balance } = await tsvtoolsSplit(
      { ...options, data_tsv: 'tsv/own.tsv', p_age_threshold: 0.1, p_sex_threshold: 0.1 },
      context,
    );
    expect(issues.map((issue) => issue.code)).toEqual(['sessions-without-labels']);
    expect(balance.groups.reduce((sum, group) => sum + group.participants, 0)).toBe(19);
  });

  it('the classes of another column can be kept instead of the diagnosis', async () => {
    const sites = edited(golden('labels_initial.tsv'), (line) => {
      const [participant] = line.split('\t');
      return line === ''
        ? line
        : `${line}\t${participant === 'participant_id' ? 'site' : Number(participant.slice(5)) % 4 < 2 ? 'Paris' : 'Lille'}`;
    });
    const folder = await folderWith({ 'tsv/labels.tsv': sites });
    const { balance } = await tsvtoolsSplit(
      { ...options, p_age_threshold: 0.05, p_sex_threshold: 0.05, categorical_split_variable: 'site' },
      testContext(folder).context,
    );
    expect(balance.groups.map((group) => group.labels)).toEqual([
      { Lille: 7, Paris: 7 },
      { Lille: 3, Paris: 3 },
    ]);
  });

  it('the split over several diagnoses keeps all sessions of a participant on one side', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels_initial.tsv') });
    const { balance } = await tsvtoolsSplit(
      { ...options, multi_diagnoses: true, valid_longitudinal: true },
      testContext(folder).context,
    );
    expect(balance.groups.map((group) => group.participants)).toEqual([15, 5]);
    const people = async (name: string): Promise<Set<string>> =>
      new Set(
        (await read(folder, `tsv/split/${name}`))
          .trimEnd()
          .split('\n')
          .slice(1)
          .map((line) => line.split('\t')[0]),
      );
    const [train, validation] = [await people('train.tsv'), await people('validation.tsv')];
    expect([...validation].filter((id) => train.has(id))).toEqual([]);
    expect(train.size + validation.size).toBe(20);
  });

  it.each([
    ['split-not-found', (t: string) => t, { p_sex_threshold: 1, p_age_threshold: 1 }],
    ['split-test-size', (t: string) => t, { n_test: 100 }],
    ['split-test-size', (t: string) => t, { n_test: 20, ignore_demographics: true }],
    ['split-too-few', (t: string) => t, { n_test: 1 }],
    ['demographics-missing', (t: string) => t.replace('sex', 'gender'), {}],
    ['demographics-missing', (t: string) => t, { categorical_split_variable: 'site' }],
    ['sex-unknown', (t: string) => t.replace('\tM\t', '\tm\t'), {}],
    ['age-not-a-number', (t: string) => t.replace('73.1', 'seventy'), {}],
    ['class-empty', (t: string) => t.replace('\tAD', '\t'), {}],
    ['session-twice', (t: string) => t.replace('ses-M006', 'ses-M000'), {}],
    ['column-missing', (t: string) => t.replace('participant_id', 'subject'), {}],
    ['subset-name', (t: string) => t, { subset_name: 'train' }],
    ['subset-name', (t: string) => t, { subset_name: '../test' }],
    ['file-missing', (t: string) => t, { data_tsv: 'tsv/other.tsv' }],
  ] as const)('%s (case %#) leaves the folder as it was', async (code, edit, changed) => {
    const folder = await folderWith({ 'tsv/labels.tsv': edit(golden('labels_initial.tsv')) });
    const error = await failure(folder, changed);
    expect(error.code).toBe(code);
  });

  it('a stop ends the search and leaves the folder as it was', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels_initial.tsv') });
    const stop = new AbortController();
    const { context } = testContext(folder, stop.signal);
    const hard = { ...options, p_sex_threshold: 1, p_age_threshold: 1, max_tries: 1e9 };
    const running = tsvtoolsSplit(hard, { ...context, report: () => stop.abort() });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(await folder.list('tsv')).toHaveLength(1);
  });

  it('a write that fails leaves nothing half-written', async () => {
    const folder = await folderWith({ 'tsv/labels.tsv': golden('labels_initial.tsv') });
    let writes = 0;
    const failing: Folder = {
      ...folder,
      write: (path, content) => (++writes === 3 ? Promise.reject(new Error('disk full')) : folder.write(path, content)),
    };
    const changed = { ...options, ignore_demographics: true };
    await expect(tsvtoolsSplit(changed, testContext(failing).context)).rejects.toThrow('disk full');
    expect(await folder.list('tsv')).toHaveLength(1);
  });
});
