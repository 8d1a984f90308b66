/** @file Blanks around identifiers: every command takes them for the same people, and writes what it writes without them. */
import { describe, expect, it } from 'vitest';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { type Road, road } from './road';
import { contentOf } from './road-files';
import { fillTinyStudy, tinyRoad, tinyTraining, writeText } from './road-study';

/** A blank of another kind behind every identifier of the tables below a folder; header and other cells stay. */
async function withBlanks(folder: Folder): Promise<void> {
  const blanks = [' ', '\u00a0', '  ', '\u200b'];
  for (const path of Object.keys(await contentOf(folder, 'tsv'))) {
    const text = new TextDecoder().decode(await folder.read(path));
    let count = 0;
    await writeText(
      folder,
      path,
      text.replace(/(sub-P\d+)\t(ses-M\d+)/g, (_, participant: string, session: string) => {
        const blank = blanks[count++ % blanks.length];
        return `${participant}${blank}\t${blank}${session}`;
      }),
    );
  }
}

async function afterCommands(study: Road, lines: readonly string[], results: readonly string[]): Promise<Record<string, string>> {
  for (const line of lines) await study.must(line);
  const found: Record<string, string> = {};
  for (const path of results) Object.assign(found, await contentOf(study.workspace, path));
  return found;
}

describe('identifiers with blanks around them', () => {
  it('are split, trained and predicted as without', async () => {
    const lines = [
      'clinicadl tsvtools split tsv/train.tsv --n_test 4 --subset_name validation --seed 1 --ignore_demographics',
      'clinicadl tsvtools kfold tsv/train.tsv --n_splits 2',
      'clinicadl train classification caps image tsv/split maps --architecture Conv4_FC3 --epochs 1 --batch_size 2',
      'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv',
    ];
    const results = ['tsv/split', 'tsv/2_fold_2', 'maps/groups', 'maps/split-0/best-loss'];
    const plain = await afterCommands(await tinyRoad(), lines, results);
    const study = await tinyRoad();
    await withBlanks(study.workspace);
    expect(await afterCommands(study, lines, results)).toEqual(plain);
    expect(Object.keys(plain).length).toBeGreaterThan(15);
  });

  it('are prepared from a table as without', async () => {
    const study = await road(memoryFolder('tiny'), 'wasm');
    await fillTinyStudy(study.workspace);
    await withBlanks(study.workspace);
    const line = 'clinicadl prepare-data image caps t1-linear --extract_json image -tsv tsv/train.tsv';
    const { result } = await study.must(line);
    expect(result).toMatchObject({ sessions: 10 });
  });

  it('do not hide a person from the check for leaks', async () => {
    const study = await tinyRoad();
    await study.must(tinyTraining('maps', '--epochs 1'));
    await writeText(
      study.workspace,
      'tsv/test.tsv',
      (await study.text('tsv/single/train.tsv')).replaceAll('\tses', '\u00a0\tses'),
    );
    const line = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv';
    expect((await study.run(line)).error?.code).toBe('data-leakage');
  });
});
