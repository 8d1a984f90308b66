/** @file Bad input of every kind: the error names the file and the way out, and what is on disk stays as it was. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../src/base/errors';
import { elementFile } from '../src/batches/read-tensor';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readTensorFile } from '../src/formats/torch-read';
import type { CommandOutcome } from '../src/options/outcome';
import { type Road, road } from './road';
import { contentOf } from './road-files';
import {
  fillTinyStudy,
  imagePath,
  niftiFile,
  tensorPath,
  tinyParticipant,
  tinyRoad,
  tinyShape,
  tinyTraining,
  tinyVoxels,
  writeText,
} from './road-study';

const damaged = imagePath(tinyParticipant(3));
/** As errors name it: inside the CAPS. */
const named = damaged.slice('caps/'.length);
const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n';
const prepare = 'clinicadl prepare-data image caps t1-linear --extract_json image';

let study: Road;

/** Everything that can be read of a failure: its error and the problems that were collected, with their ways out. */
function said(outcome: CommandOutcome): string {
  const { error } = outcome;
  const parts = [
    error?.code,
    error?.message,
    error?.where,
    error?.hint,
    ...outcome.issues.flatMap((i) => [i.code, i.message, i.where, i.hint]),
  ];
  return parts.join('\n');
}

/** The line fails, says all of `words`, gives a way out, and leaves every file as it was and no other, but for whole tensors. */
async function expectRefused(line: string, words: readonly string[], tensorsToo = false): Promise<CommandOutcome> {
  const before = await contentOf(study.workspace);
  const outcome = await study.run(line);
  expect(outcome.status, said(outcome)).toBe('failed');
  for (const word of words) expect(said(outcome)).toContain(word);
  expect(outcome.error?.hint?.length).toBeGreaterThan(10);
  const after = await contentOf(study.workspace);
  for (const path of Object.keys(after))
    if (!(path in before)) {
      expect(path).toMatch(tensorsToo ? /\.pt$/ : /^nothing new$/);
      delete after[path];
    }
  expect(after).toEqual(before);
  return outcome;
}

describe('an image', () => {
  beforeEach(async () => {
    const workspace = memoryFolder('tiny');
    await fillTinyStudy(workspace);
    study = await road(workspace, 'wasm');
  });

  const whole = niftiFile(tinyShape, tinyVoxels(3));
  const raw = new Uint8Array(gunzipSync(whole));
  const packed = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(bytes));

  it.each([
    ['a truncated download', whole.subarray(0, whole.length - 40), 'gzip-damaged'],
    ['no gzip and no image', new Uint8Array(300).fill(7), 'nifti-damaged'],
    ['voxels cut off before they were packed', packed(raw.subarray(0, raw.length - 100)), 'nifti-truncated'],
    ['a header that is none', packed(raw.map((byte, i) => (i >= 344 && i < 348 ? 9 : byte))), 'nifti-damaged'],
    ['a bomb', packed(Buffer.concat([raw, Buffer.alloc(80e6)])), 'too-large'],
    ['an empty file', new Uint8Array(), 'file-empty'],
    ['a pointer of Git LFS', new TextEncoder().encode(pointer), 'git lfs pull'],
    ['a saved web page', packed(Buffer.from('<html><title>Sign in</title></html>')), 'a web page, "Sign in"'],
  ])('that is %s is named, with the way out', async (_, bytes, code) => {
    await study.workspace.write(damaged, bytes as Uint8Array<ArrayBuffer>);
    await expectRefused(prepare, [code, named], true);
  });

  it('that is missing for some sessions: all are listed, not the first only', async () => {
    const gone = [2, 5, 9].map((i) => imagePath(tinyParticipant(i)));
    for (const path of gone) await study.workspace.remove(path);
    const folders = gone.map((path) => path.slice(0, path.lastIndexOf('/')));
    for (const folder of folders) await writeText(study.workspace, `${folder}/notes.txt`, 'no image');
    const outcome = await study.run(prepare);
    for (const i of [2, 5, 9]) expect(said(outcome)).toContain(tinyParticipant(i));
    expect(said(outcome)).toContain('image-missing');
  });

  it('of which a session has two is listed with both names', async () => {
    const second = damaged.replace('_space-', '_desc-other_space-');
    await study.workspace.write(second, await study.workspace.read(damaged));
    await expectRefused(
      prepare,
      ['image-twice', damaged.slice(damaged.lastIndexOf('/') + 1), second.slice(second.lastIndexOf('/') + 1)],
      true,
    );
  });

  it('that differs in size from the others stops the training, by name', async () => {
    const shape = [17, 4, 4] as const;
    await study.workspace.write(
      damaged,
      niftiFile(
        shape,
        new Float32Array(17 * 16).fill(1).map((_, i) => Math.sin(i)),
      ),
    );
    await study.must(prepare);
    await expectRefused(tinyTraining(), ['shape', tinyParticipant(3), '17']);
  });

  it('that holds NaN is told and used', async () => {
    const voxels = tinyVoxels(3);
    voxels[5] = Number.NaN;
    await study.workspace.write(damaged, niftiFile(tinyShape, voxels));
    const outcome = await study.must(prepare);
    expect(outcome.issues.map(({ code, where }) => `${code} ${where}`)).toEqual([`nan-found ${tinyParticipant(3)} | ses-M000`]);
  });

  it('with a voxel that hides all others is told by prepare-data and by training', async () => {
    const voxels = tinyVoxels(3);
    voxels[5] = 1e30;
    await study.workspace.write(damaged, niftiFile(tinyShape, voxels));
    for (const line of [prepare, tinyTraining()]) {
      const { issues } = await study.must(line);
      expect(issues.map(({ code, where }) => `${code} ${where}`)).toContain(`outliers ${tinyParticipant(3)} | ses-M000`);
    }
  });

  it.each<[string, (voxels: Float32Array) => void, string]>([
    ['of one value', (voxels) => voxels.fill(3), 'image-constant'],
    ['nothing but NaN', (voxels) => voxels.fill(Number.NaN), 'image-constant'],
    ['infinite in one voxel', (voxels) => voxels.fill(Infinity, 7, 8), 'values-infinite'],
    ['minus infinite in one voxel', (voxels) => voxels.fill(-Infinity, 7, 8), 'values-infinite'],
    ['too wide for its numbers', (voxels) => voxels.fill(3e38, 0, 1).fill(-3e38, 1, 2), 'values-infinite'],
  ])('that is %s gets one answer when it is prepared and when it is trained on', async (_, change, code) => {
    await study.must(prepare);
    const voxels = tinyVoxels(3);
    change(voxels);
    const fresh = memoryFolder('tiny');
    await fillTinyStudy(fresh);
    await fresh.write(damaged, niftiFile(tinyShape, voxels));
    const other = await road(fresh, 'wasm');
    const prepared = await other.run(prepare);
    expect(prepared.error).toMatchObject({ code, where: expect.stringContaining(tinyParticipant(3)) });
    const path = tensorPath(tinyParticipant(3));
    const tensor = readTensorFile(await study.workspace.read(path), path);
    await study.workspace.write(
      path,
      elementFile({ shape: tensor.shape, strides: tensor.strides, data: Float32Array.from(voxels) }, path),
    );
    const trained = await study.run(tinyTraining());
    expect(trained.error).toMatchObject({ code, where: expect.stringContaining(tinyParticipant(3)) });
  });

  it('is not extracted twice under one name', async () => {
    await study.must(prepare);
    await expectRefused(prepare, ['extraction-exists', 'image']);
  });
});

describe('a training', () => {
  beforeEach(async () => {
    study = await tinyRoad();
  });
  const table = 'tsv/single/train.tsv';
  const change = async (path: string, edit: (text: string) => string): Promise<void> => {
    const text = await study.text(path);
    expect(edit(text)).not.toBe(text);
    await writeText(study.workspace, path, edit(text));
  };

  it.each([
    ['a table is missing', 'file-missing', (folder: Folder) => folder.remove(table), table],
    ['a column is missing', 'column-missing', () => change(table, (text) => text.replace('diagnosis', 'dx')), table],
    ['a table is a pointer', 'file-is-pointer', () => change(table, () => pointer), table],
    [
      'a tensor is a pointer',
      'file-is-pointer',
      (folder: Folder) => writeText(folder, tensorPath('sub-P02'), pointer),
      'sub-P02',
    ],
    ['a line is ragged', 'table-ragged', () => change(table, (text) => text.replace('\t60\n', '\t60\t1\n')), table],
    ['one class is empty', 'class-count', () => change(table, (text) => text.replaceAll('\tCN\t', '\tAD\t')), table],
    ['a tensor is missing', 'tensors-missing', (folder: Folder) => folder.remove(tensorPath('sub-P02')), 'sub-P02'],
    [
      'the extraction JSON is damaged',
      'json-damaged',
      () => change('caps/tensor_extraction/image.json', (text) => text.slice(0, 40)),
      'image.json',
    ],
    ['the MAPS folder holds a file', 'maps-not-empty', (folder: Folder) => writeText(folder, 'maps/mine.txt', 'keep'), 'maps'],
  ])('is refused when %s', async (_, code, damage, word) => {
    await damage(study.workspace);
    await expectRefused(tinyTraining(), [code, word]);
  });

  it('is refused when a tensor is a pickle that would run code', async () => {
    const evil = Buffer.from('\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.', 'latin1');
    await study.workspace.write(tensorPath('sub-P02'), new Uint8Array(evil));
    await expectRefused(tinyTraining(), ['tensor-refused', 'pickle', tensorPath('sub-P02').slice('caps/'.length)]);
  });

  it('is refused when validation has a diagnosis that train has not', async () => {
    await change('tsv/single/validation_baseline.tsv', (text) => text.replace('\tCN\t', '\tMCI\t'));
    await expectRefused(tinyTraining('maps', '-d AD -d CN -d MCI'), ['label-unknown', 'MCI', 'sub-P07']);
  });

  it('tells that a participant is in both tables', async () => {
    await change('tsv/single/validation_baseline.tsv', (text) => text.replace('sub-P06', 'sub-P00'));
    const { issues } = await study.must(tinyTraining('maps', '--epochs 1'));
    expect(issues.map(({ code, severity, where }) => [code, severity, where])).toEqual([
      ['split-leakage', 'error', 'tsv/single/validation_baseline.tsv'],
    ]);
    expect(issues[0].message).toContain('sub-P00');
  });

  it('whose tensor is cut short says which, and goes on when it is mended', async () => {
    const path = tensorPath('sub-P02');
    const bytes = await study.workspace.read(path);
    await study.workspace.write(path, bytes.slice(0, bytes.length / 2));
    const outcome = await study.run(tinyTraining());
    expect(outcome.error).toMatchObject({ code: 'torch-damaged', where: path.slice('caps/'.length) });
    await study.workspace.write(path, bytes);
    const resumed = await study.run('clinicadl train resume maps');
    expect(resumed.status, said(resumed)).toBe('done');
  });

  it('several of whose tensors are damaged names those of training and validation in one run', async () => {
    const damagedTensors = await cutTensors('sub-P01', 'sub-P04', 'sub-P08');
    const outcome = await study.run(tinyTraining());
    expect(outcome.error).toMatchObject({ code: 'tensors-unusable', message: expect.stringContaining('3 of 10') });
    expect(outcome.issues.map(({ code, where }) => `${code} ${where}`).sort()).toEqual(
      damagedTensors.map((path) => `torch-damaged ${path}`),
    );
  });

  it('several of whose tensors have no readable beginning is refused, and all are named', async () => {
    const named = ['sub-P01', 'sub-P08'];
    for (const participant of named) await study.workspace.write(tensorPath(participant), new Uint8Array(3));
    await study.workspace.remove(tensorPath('sub-P09'));
    await expectRefused(tinyTraining(), ['tensors-unusable', '3 of 10', ...named, 'sub-P09']);
  });

  it.each([
    ['permission is withdrawn', 'permission-withdrawn'],
    ['the disk is full', 'disk-full'],
  ] as const)('that runs when %s stops with whole files, and resumes afterwards', async (_, code) => {
    const { workspace } = study;
    let writes = 0;
    const failing: Folder = failAfter(workspace, () => ++writes > 12, code);
    const broken = await road(failing, 'wasm', study.checkpoints);
    const outcome = await broken.run(tinyTraining());
    expect(outcome.error?.code).toBe(code);
    expect(outcome.error?.hint?.length).toBeGreaterThan(10);
    const resumed = await study.run('clinicadl train resume maps');
    expect(resumed.status, said(resumed)).toBe('done');
    expect(await workspace.kindOf('maps/split-0/tmp')).toBeUndefined();
  });
});

/** Cuts the tensors of participants in half: their beginnings can be read, their voxels cannot. Paths inside the CAPS. */
async function cutTensors(...participants: string[]): Promise<string[]> {
  for (const path of participants.map((participant) => tensorPath(participant))) {
    const bytes = await study.workspace.read(path);
    await study.workspace.write(path, bytes.slice(0, bytes.length / 2));
  }
  return participants.map((participant) => tensorPath(participant).slice('caps/'.length));
}

/** The folder, whose writes fail from a moment on. */
function failAfter(folder: Folder, isBroken: () => boolean, code: 'permission-withdrawn' | 'disk-full'): Folder {
  return {
    ...folder,
    sub: (path) => failAfter(folder.sub(path), isBroken, code),
    write: (path, bytes) => {
      if (isBroken()) throw appError(code, { path, folder: folder.name, name: path, bytes: bytes.length }, { where: path });
      return folder.write(path, bytes);
    },
  };
}

describe('a prediction', () => {
  const line = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv';
  beforeEach(async () => {
    study = await tinyRoad();
    await study.must(tinyTraining('maps', '--epochs 1'));
  });
  const weights = 'maps/split-0/best-loss/model.pth.tar';

  it('several of whose tensors are damaged names them all in one run', async () => {
    const damagedTensors = await cutTensors('sub-P10', 'sub-P11');
    const outcome = await study.run(line);
    expect(outcome.error).toMatchObject({ code: 'tensors-unusable', message: expect.stringContaining('2 of 2') });
    expect(outcome.issues.map(({ code, where }) => `${code} ${where}`).sort()).toEqual(
      damagedTensors.map((path) => `torch-damaged ${path}`),
    );
  });

  it('of participants that were trained on is refused', async () => {
    await writeText(study.workspace, 'tsv/test.tsv', await study.text('tsv/single/validation_baseline.tsv'));
    await expectRefused(line, ['data-leakage', 'sub-P06']);
  });

  it.each([
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, 5000), 'torch-damaged'],
    ['empty', () => new Uint8Array(), 'file-empty'],
    ['a web page', () => new TextEncoder().encode('<!doctype html>'), 'a web page'],
    ['a pointer of Git LFS', () => new TextEncoder().encode(pointer), 'git lfs pull'],
  ])('with weights that are %s is refused by the name of the file', async (_, damage, word) => {
    await study.workspace.write(weights, damage(await study.workspace.read(weights)) as Uint8Array<ArrayBuffer>);
    await expectRefused(line, [word, 'split-0/best-loss/model.pth.tar']);
  });

  it('of a MAPS without maps.json is refused', async () => {
    await study.workspace.remove('maps/maps.json');
    await expectRefused(line, ['maps-missing', 'maps']);
  });

  it('of a group with an unknown diagnosis is refused', async () => {
    await writeText(study.workspace, 'tsv/test.tsv', (await study.text('tsv/test.tsv')).replace('\tAD\t', '\tPD\t'));
    await expectRefused(`${line} -d PD -d CN`, ['label-unknown', 'PD']);
  });
});
