/** @file Predictions for new people: without a diagnosis, without a table; whom the training has seen; what a refusal leaves. */
import { beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../src/base/errors';
import type { Folder } from '../src/folders/folder';
import { nameKey } from '../src/folders/names';
import { leakOfGroup } from '../src/jobs/leak-check';
import { type Road, road } from './road';
import { cells, contentOf, filesBelow } from './road-files';
import { imagePath, niftiFile, tensorPath, tinyRoad, tinyShape, tinyTraining, tinyVoxels, writeText } from './road-study';

let study: Road;
beforeEach(async () => {
  study = await tinyRoad();
  await study.must(tinyTraining('maps', '--epochs 1 -sm loss -sm BA'));
});

const predict = 'clinicadl predict maps new --caps_directory caps';
const results = 'maps/split-0/best-loss/new';
const rowsOf = async (path: string): Promise<string[][]> => cells(await study.text(path));
const bare = (...participants: string[]): string =>
  ['participant_id\tsession_id', ...participants.map((participant) => `${participant}\tses-M000`), ''].join('\n');

/** The line fails with this code, and every file is as it was. */
async function expectRefused(line: string, code: string, on: Road = study): Promise<string> {
  const before = await contentOf(study.workspace);
  const outcome = await on.run(line);
  expect([outcome.status, outcome.error?.code, outcome.written], outcome.error?.message).toEqual(['failed', code, []]);
  expect(await contentOf(study.workspace)).toEqual(before);
  return `${outcome.error?.message} ${outcome.error?.hint}`;
}

/** Two predictions, their true labels unknown, and no metrics. */
async function expectPredicted(...participants: string[]): Promise<void> {
  const [header, ...rows] = await rowsOf(`${results}/new_image_level_prediction.tsv`);
  expect(header).toEqual(['participant_id', 'session_id', 'image_id', 'true_label', 'predicted_label', 'proba0', 'proba1']);
  expect(rows.map((row) => [row[0], row[3]])).toEqual(participants.map((participant) => [participant, '-1']));
  for (const row of rows) expect(Number(row[5]) + Number(row[6])).toBeCloseTo(1, 6);
  expect((await filesBelow(study.workspace, results)).map((file) => file.split('/').at(-1))).toEqual([
    'description.log',
    'new_image_level_prediction.tsv',
  ]);
  expect((await rowsOf('maps/groups/new/data.tsv')).map((row) => row[0])).toEqual(['participant_id', ...participants]);
}

describe('people without a diagnosis', () => {
  it.each([
    ['in a table of participants and sessions only', bare('sub-P10', 'sub-P11')],
    ['in a table whose column is empty', 'participant_id\tsession_id\tdiagnosis\nsub-P10\tses-M000\t\nsub-P11\tses-M000\t\n'],
  ])('%s are predicted with --no_labels', async (_, table) => {
    await writeText(study.workspace, 'new.tsv', table);
    // Neither a table of others beside it, nor a damaged one, is asked.
    for (const labels of ['participant_id\tsession_id\tdiagnosis\nsub-P00\tses-M000\tAD\n', 'x\ty\n1\n']) {
      await writeText(study.workspace, 'labels.tsv', labels);
      await study.must(`${predict} --participants_tsv new.tsv --no_labels --overwrite`);
      await expectPredicted('sub-P10', 'sub-P11');
    }
    await expectRefused('clinicadl predict maps new', 'label-missing');
    await study.must('clinicadl predict maps new --no_labels');
    await expectPredicted('sub-P10', 'sub-P11');
  });

  it('are not taken for all when diagnoses are asked for', async () => {
    await writeText(study.workspace, 'new.tsv', bare('sub-P10'));
    await expectRefused(`${predict} --participants_tsv new.tsv --no_labels -d AD`, 'column-missing');
    await expectRefused(`${predict} --participants_tsv new.tsv`, 'column-missing');
  });

  it('are chosen by diagnosis where the table has some, as in ClinicaDL', async () => {
    const table = 'participant_id\tsession_id\tdiagnosis\nsub-P10\tses-M000\tAD\nsub-P11\tses-M000\tMCI\n';
    await writeText(study.workspace, 'new.tsv', table);
    await study.must(`${predict} --participants_tsv new.tsv --no_labels`);
    await expectPredicted('sub-P10');
  });
});

describe('a group without a table', () => {
  beforeEach(async () => {
    // A second CAPS: new people only.
    for (const i of [10, 11]) {
      const name = `sub-N${i}`;
      await study.workspace.write(imagePath(name).replace('caps/', 'others/'), niftiFile(tinyShape, tinyVoxels(i)));
    }
    await study.must('clinicadl prepare-data image others t1-linear --extract_json image');
  });
  const all = 'clinicadl predict maps new --caps_directory others --no_labels';

  it('is every image of the CAPS', async () => {
    await writeText(study.workspace, 'others/subjects/sub-N20/ses-M000/pet_linear/notes.txt', 'no such image');
    const { output } = await study.must(all);
    await expectPredicted('sub-N10', 'sub-N11');
    expect(output).toContain('1 sessions without such an image are not in the group.');
    await study.must('clinicadl predict maps new --no_labels');
    await expectPredicted('sub-N10', 'sub-N11');
  });

  it('is refused when an image is not prepared, or there is none', async () => {
    await study.workspace.remove(tensorPath('sub-N11').replace('caps/', 'others/'));
    expect(await expectRefused(all, 'tensors-missing')).toContain('sub-N11');
    for (const i of [10, 11]) await study.workspace.remove(`others/subjects/sub-N${i}/ses-M000`);
    await expectRefused(all, 'caps-without-sessions');
    await study.workspace.remove('others/subjects');
    await expectRefused(all, 'caps-empty');
  });

  it('is refused when the training has seen some of it, with a hint that needs no table to start from', async () => {
    const said = await expectRefused(`${predict} --no_labels`, 'data-leakage-caps');
    for (const word of ['10 participant(s)', 'sub-P00', '--participants_tsv']) expect(said).toContain(word);
  });

  it('needs a table when there are labels or diagnoses', async () => {
    expect(await expectRefused(predict, 'option-needed')).toContain('--no_labels');
    await expectRefused(`${all} -d AD`, 'option-needed');
  });
});

/** A folder as on Windows and macOS: names that differ in case are the same. */
function caseBlind(folder: Folder, base = ''): Folder {
  const stored = async (path: string): Promise<string> => {
    let found = base;
    for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
      const entries = (await folder.kindOf(found)) === 'folder' ? await folder.list(found) : [];
      const same = entries.find((entry) => nameKey(entry.name).toLowerCase() === nameKey(name).toLowerCase());
      found = [found, same?.name ?? name].filter((part) => part !== '').join('/');
    }
    return found;
  };
  return {
    name: folder.name,
    list: async (path) => folder.list(await stored(path)),
    kindOf: async (path) => folder.kindOf(await stored(path)),
    file: async (path) => folder.file(await stored(path)),
    read: async (path) => folder.read(await stored(path)),
    write: async (path, bytes) => folder.write(await stored(path), bytes),
    makeFolder: async (path) => folder.makeFolder(await stored(path)),
    remove: async (path) => folder.remove(await stored(path)),
    sub: (path) => caseBlind(folder, [base, path].filter((part) => part !== '' && part !== '.').join('/')),
  };
}

describe('a person of the training', () => {
  it.each(['sub-P06', 'sub-P06/', './sub-P06', ' sub-P06 ', './/sub-P06//'])('written "%s" is refused', async (name) => {
    await writeText(study.workspace, 'new.tsv', bare('sub-P10', name));
    const said = await expectRefused(`${predict} --participants_tsv new.tsv --no_labels`, 'data-leakage');
    expect(said).toContain('1 participant(s)');
  });

  it('written in other case is refused on a disk that does not tell them apart, and only there', async () => {
    await writeText(study.workspace, 'new.tsv', bare('SUB-p06'));
    const line = `${predict} --participants_tsv new.tsv --no_labels`;
    await expectRefused(line, 'data-leakage', await road(caseBlind(study.workspace), 'wasm'));
    await expectRefused(line, 'sessions-spelled');
  });

  it('of another name is let in: two folders are two people', async () => {
    await study.workspace.write(imagePath('sub-p06'), niftiFile(tinyShape, tinyVoxels(3)));
    await study.must('clinicadl prepare-data image caps t1-linear --extract_json again');
    await writeText(study.workspace, 'new.tsv', bare('sub-p06'));
    await study.must(`${predict} --participants_tsv new.tsv --no_labels`);
    await expectPredicted('sub-p06');
  });

  it('let in once without the check is named each time the group is predicted', async () => {
    await writeText(study.workspace, 'new.tsv', bare('sub-P06', 'sub-P10'));
    const told = async (line: string): Promise<string[]> =>
      (await study.must(line)).issues.map(({ code, message }) => `${code} ${/: (.*?)\./.exec(message)?.[1]}`);
    expect(await told(`${predict} --participants_tsv new.tsv --no_labels --skip_leak_check`)).toEqual(['group-leaks sub-P06']);
    for (const more of ['', '-sm loss', '--skip_leak_check'])
      expect(await told(`clinicadl predict maps new --no_labels ${more}`)).toEqual(['group-leaks sub-P06']);
    expect((await leakOfGroup({ path: 'maps', group: 'new' }, study.workspace))?.message).toContain('sub-P06');
    await writeText(study.workspace, 'new.tsv', bare('sub-P10'));
    expect(await told(`${predict} --participants_tsv new.tsv --no_labels --overwrite`)).toEqual([]);
    expect(await told('clinicadl predict maps new --no_labels')).toEqual([]);
    for (const group of ['new', 'train', 'none']) expect(await leakOfGroup({ path: 'maps', group }, study.workspace)).toBeNull();
  });
});

describe('people that a MAPS lists beside its training', () => {
  beforeEach(async () => {
    const path = 'maps/groups/train+validation.tsv';
    await writeText(study.workspace, path, `${await study.text(path)}sub-P10\tses-M000\n`);
    await writeText(study.workspace, 'new.tsv', bare('sub-P10', 'sub-P11'));
  });
  const line = `${predict} --participants_tsv new.tsv --no_labels`;

  it('but that are in none of its groups are predicted, and told', async () => {
    const { issues } = await study.must(line);
    expect(issues.map(({ code, severity }) => [code, severity])).toEqual([['seen-unsure', 'warning']]);
    expect(issues[0]!.message).toContain('sub-P10');
    await expectPredicted('sub-P10', 'sub-P11');
  });

  it('are those of an earlier training when the network was transferred', async () => {
    const parameters = JSON.parse(await study.text('maps/maps.json')) as Record<string, unknown>;
    await writeText(study.workspace, 'maps/maps.json', JSON.stringify({ ...parameters, transfer_path: '/data/first_maps' }));
    expect(await expectRefused(line, 'data-leakage')).toContain('sub-P10');
  });

  it('are trained on as far as anybody knows when it has no groups', async () => {
    for (const group of ['train', 'validation']) await study.workspace.remove(`maps/groups/${group}`);
    expect(await expectRefused(line, 'data-leakage')).toContain('sub-P10');
  });
});

describe('a group that cannot be predicted leaves nothing', () => {
  const line = `${predict} --participants_tsv new.tsv --no_labels`;
  beforeEach(() => writeText(study.workspace, 'new.tsv', bare('sub-P10', 'sub-P11')));
  const cut = async (path: string): Promise<void> => {
    const bytes = await study.workspace.read(path);
    await study.workspace.write(path, bytes.slice(0, bytes.length - 200));
  };

  it('when the second of its networks is damaged', async () => {
    await cut('maps/split-0/best-loss/model.pth.tar'); // BA comes first
    await expectRefused(line, 'torch-damaged');
  });

  it('when a tensor is cut short behind its header', async () => {
    await cut(tensorPath('sub-P11'));
    await expectRefused(line, 'torch-damaged');
    await study.workspace.write(tensorPath('sub-P11'), await study.workspace.read(tensorPath('sub-P10')));
    await study.must(line);
    const before = await contentOf(study.workspace);
    await cut(tensorPath('sub-P11'));
    for (const again of [`${line} --overwrite`, 'clinicadl predict maps new --no_labels']) {
      expect((await study.run(again)).error?.code).toBe('torch-damaged');
      await study.workspace.write(tensorPath('sub-P11'), await study.workspace.read(tensorPath('sub-P10')));
      expect(await contentOf(study.workspace)).toEqual(before);
      await cut(tensorPath('sub-P11'));
    }
  });

  it('when any of its first writes fails; old results come back', async () => {
    for (const more of ['', '--overwrite']) {
      for (const good of [0, 1, 2, 3]) {
        let writes = 0;
        const failing = failingOnce(study.workspace, () => writes++ === good);
        await expectRefused(`${line} ${more}`, 'permission-withdrawn', await road(failing, 'wasm'));
      }
      await study.must(`${line} ${more}`);
      await expectPredicted('sub-P10', 'sub-P11');
    }
  });
});

/** The folder, of which one write fails. */
function failingOnce(folder: Folder, fails: () => boolean): Folder {
  return {
    ...folder,
    sub: (path) => failingOnce(folder.sub(path), fails),
    write: (path, bytes) => {
      if (fails()) throw appError('permission-withdrawn', { path, folder: folder.name }, { where: path });
      return folder.write(path, bytes);
    },
  };
}
