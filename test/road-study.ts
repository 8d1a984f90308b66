/** @file Studies for whole commands, in memory: the golden one, the formula data set "G", and a tiny one that trains in a moment. */
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readNifti, writeNifti } from '../src/formats/nifti';
import { formulaVoxels } from './array-loader';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';

type Shape = readonly [number, number, number];

const identity = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
] as const;

const encoder = new TextEncoder();

export function writeText(folder: Folder, path: string, text: string): Promise<void> {
  return folder.write(path, encoder.encode(text));
}

/** Where t1-linear puts the image of a session, inside the workspace. */
export function imagePath(participant: string, session = 'ses-M000'): string {
  const name = `${participant}_${session}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;
  return `caps/subjects/${participant}/${session}/t1_linear/${name}`;
}

/** Where prepare-data puts its tensor. */
export function tensorPath(participant: string, session = 'ses-M000'): string {
  const name = `${participant}_${session}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.pt`;
  return `caps/subjects/${participant}/${session}/deeplearning_prepare_data/image_based/t1_linear/${name}`;
}

/** The bytes of a `.nii.gz` file; `data` in the order of the tensor, last axis fastest. */
export function niftiFile([x, y, z]: Shape, data: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const turned = Float32Array.from({ length: data.length }, (_, i) => {
    const [a, b, c] = [i % x, Math.floor(i / x) % y, Math.floor(i / (x * y))];
    return data[(a * y + b) * z + c];
  });
  const image = writeNifti({ shape: [x, y, z], data: turned, affine: identity, datatype: 'float32' });
  return new Uint8Array(gzipSync(image, { level: 1 }));
}

/** The voxels of an image of the golden study, last axis fastest. */
export function goldenVoxels(participant: string, session = 'ses-M000'): Float32Array {
  const { shape, data } = readNifti(
    new Uint8Array(gunzipSync(readFileSync(`test/golden/study/${imagePath(participant, session)}`))),
  );
  const [x, y, z] = shape;
  return Float32Array.from(data, (_, i) => data[Math.floor(i / (y * z)) + x * ((Math.floor(i / z) % y) + y * (i % z))]);
}

/** The golden study with its whole images prepared. */
export async function goldenRoad(backend: 'wasm' | 'cpu' = 'wasm'): Promise<Road> {
  const workspace = memoryFolder('study');
  await copyIntoFolder(workspace, 'test/golden/study');
  const study = await road(workspace, backend);
  await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
  return study;
}

/** A training on the golden study as `golden/README.md` tells it, with more options. */
export function goldenTraining(maps: string, more = '', json = 'image'): string {
  return (
    `clinicadl train classification caps ${json} tsv/split/2_fold ${maps} --architecture Conv4_FC3 --no-gpu --n_proc 0 --seed 0 ` +
    `--epochs 2 --n_splits 2 --batch_size 4 ${more}`
  );
}

interface Row {
  readonly participant: string;
  readonly diagnosis: string;
  readonly age: number;
}

const table = (rows: readonly Row[]): string =>
  [
    'participant_id\tsession_id\tdiagnosis\tage',
    ...rows.map((r) => `${r.participant}\tses-M000\t${r.diagnosis}\t${r.age}`),
    '',
  ].join('\n');

/** The data set "G" as a CAPS with tables: images 0 to 7 in train, 8 to 11 in validation. */
export async function formulaRoad(shape: Shape): Promise<Road> {
  const workspace = memoryFolder('formula');
  const rows: Row[] = [];
  for (let s = 0; s < 12; s++) {
    const participant = `sub-G${String(s).padStart(2, '0')}`;
    await workspace.write(imagePath(participant), niftiFile(shape, formulaVoxels(s, shape)));
    rows.push({ participant, diagnosis: s % 2 === 0 ? 'AD' : 'CN', age: 60 + s });
  }
  await writeText(workspace, 'labels.tsv', table(rows));
  await writeText(workspace, 'tsv/train.tsv', table(rows.slice(0, 8)));
  await writeText(workspace, 'tsv/validation_baseline.tsv', table(rows.slice(8)));
  const study = await road(workspace, 'wasm');
  await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
  return study;
}

/** Voxels of the smallest images that Conv4_FC3 takes: an axis must be longer than 16. */
export const tinyShape = [17, 4, 3] as const;

export function tinyVoxels(i: number): Float32Array {
  const patient = i % 2 === 0;
  return Float32Array.from(
    { length: tinyShape[0] * tinyShape[1] * tinyShape[2] },
    (_, v) => Math.sin(1 + v * (i + 2)) + (patient && v % 17 < 8 ? 1.5 : 0),
  );
}

export const tinyParticipant = (i: number): string => `sub-P${String(i).padStart(2, '0')}`;

/**
 * A CAPS of twelve participants, AD for even numbers and CN for odd ones: P00 to P05 and P06 to P09 train and validate in turn
 * (two folds, and `single` with the first of them), P10 and P11 are the test group.
 */
export async function fillTinyStudy(workspace: Folder): Promise<void> {
  const rows: Row[] = [];
  for (let i = 0; i < 12; i++) {
    await workspace.write(imagePath(tinyParticipant(i)), niftiFile(tinyShape, tinyVoxels(i)));
    rows.push({ participant: tinyParticipant(i), diagnosis: i % 2 === 0 ? 'AD' : 'CN', age: 60 + i });
  }
  const [a, b, test] = [rows.slice(0, 6), rows.slice(6, 10), rows.slice(10)];
  const tables = { 'train.tsv': [...a, ...b], 'single/train.tsv': a, 'single/validation_baseline.tsv': b, 'test.tsv': test };
  for (const [path, found] of Object.entries(tables)) await writeText(workspace, `tsv/${path}`, table(found));
  for (const [split, [train, validation]] of [
    [a, b],
    [b, a],
  ].entries()) {
    await writeText(workspace, `tsv/2_fold/split-${split}/train.tsv`, table(train));
    await writeText(workspace, `tsv/2_fold/split-${split}/validation_baseline.tsv`, table(validation));
  }
}

/** A training on the tiny study with more options; one split. */
export function tinyTraining(maps = 'maps', more = ''): string {
  return (
    `clinicadl train classification caps image tsv/single ${maps} --architecture Conv4_FC3 --no-gpu --n_proc 0 --epochs 2 ` +
    `--batch_size 2 -lr 0.001 ${more}`
  );
}

/** The tiny study in a folder (in memory when none is given), prepared. */
export async function tinyRoad(workspace: Folder = memoryFolder('tiny'), backend: 'wasm' | 'cpu' = 'wasm'): Promise<Road> {
  await fillTinyStudy(workspace);
  const study = await road(workspace, backend);
  await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
  return study;
}
