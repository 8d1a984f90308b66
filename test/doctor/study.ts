/** @file A tiny study as a model that faults are put into, and the files that it becomes. All that is random comes from one seed. */
import { gzipSync } from 'node:zlib';
import type { Folder } from '../../src/folders/folder';
import { writeNifti } from '../../src/formats/nifti';
import { tinyShape, tinyVoxels, writeText } from '../road-study';

/** Whole numbers below `below`, by the generator mulberry32. */
export type Draw = (below: number) => number;

export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export type Affine = readonly (readonly number[])[];

export interface ModelImage {
  shape: readonly number[];
  affine: Affine;
  /** First axis fastest. */
  data: Float32Array;
  /** The header says where the image lies. */
  isPlaced: boolean;
  /** What becomes of the bytes before and after they are packed. */
  plain: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
  packed: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

export interface ModelSession {
  participant: string;
  session: string;
  /** As the folders and the name of the image have them. */
  folders: readonly [string, string];
  /** The name inside the session's folder. */
  file: string;
  /** Undefined: the session has a note and no image. */
  image: ModelImage | undefined;
  /** Cells of its row; undefined: it has none. */
  row: Record<string, string> | undefined;
}

export interface Model {
  readonly sessions: ModelSession[];
  /** Further rows of the table. */
  readonly moreRows: Record<string, string>[];
  columns: string[];
  /** Where participants lie. */
  subjects: string;
  /** Further files. */
  readonly files: Record<string, string>;
  /** The text of the table → its bytes. */
  encode: (text: string) => Uint8Array<ArrayBuffer>;
  separator: string;
  decimal: string;
  hasIndex: boolean;
}

export const labels = 'tables/labels.tsv';

const same = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => bytes;

export const tinyAffine: Affine = [
  [1, 0, 0, -8],
  [0, 1, 0, -2],
  [0, 0, 1, -1],
  [0, 0, 0, 1],
];

export const imageName = (participant: string, session: string): string =>
  `t1_linear/${participant}_${session}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;

function imageOf(i: number, seed: number): ModelImage {
  const data = tinyVoxels(i).map((value, v) => value + Math.sin(0.7 * v + seed + i) / 8);
  return { shape: tinyShape, affine: tinyAffine, data, isPlaced: true, plain: same, packed: same };
}

/** Fourteen participants, AD and CN in turn, some with a second session. */
export function soundModel(seed: number): Model {
  const draw = drawFrom(seed);
  const sessions: ModelSession[] = [];
  for (let i = 0; i < 14; i++) {
    const participant = `sub-P${String(i).padStart(2, '0')}`;
    for (const session of draw(4) === 0 ? ['ses-M000', 'ses-M006'] : ['ses-M000']) {
      const age = 60 + i + (session === 'ses-M000' ? 0 : 0.5);
      const row = {
        participant_id: participant,
        session_id: session,
        diagnosis: i % 2 === 0 ? 'AD' : 'CN',
        age: age.toFixed(1),
        sex: i % 4 < 2 ? 'F' : 'M',
      };
      sessions.push({
        participant,
        session,
        folders: [participant, session],
        file: imageName(participant, session),
        image: imageOf(sessions.length * 2 + (i % 2), seed),
        row,
      });
    }
  }
  return {
    sessions,
    moreRows: [],
    columns: ['participant_id', 'session_id', 'diagnosis', 'age', 'sex'],
    subjects: 'caps/subjects',
    files: {},
    encode: (text) => new TextEncoder().encode(text),
    separator: '\t',
    decimal: '.',
    hasIndex: false,
  };
}

function imageBytes({ shape, affine, data, isPlaced, plain, packed }: ModelImage): Uint8Array<ArrayBuffer> {
  const file = writeNifti({ shape, affine, data, datatype: 'float32' });
  if (!isPlaced) new DataView(file.buffer).setInt16(254, 0, true);
  return packed(new Uint8Array(gzipSync(plain(file), { level: 1 })));
}

function tableText({ sessions, moreRows, columns, separator, decimal, hasIndex }: Model): string {
  const rows = [...sessions.flatMap(({ row }) => (row === undefined ? [] : [row])), ...moreRows];
  const cells = rows.map((row) => columns.map((name) => (name === 'age' ? row[name]!.replace('.', decimal) : (row[name] ?? ''))));
  const lines = [columns, ...cells].map((line, i) =>
    [...(hasIndex ? [i === 0 ? '' : String(i - 1)] : []), ...line].join(separator),
  );
  return `${lines.join('\n')}\n`;
}

export async function writeModel(folder: Folder, model: Model): Promise<void> {
  for (const { folders, file, image } of model.sessions) {
    const at = `${model.subjects}/${folders.join('/')}`;
    if (image === undefined) await writeText(folder, `${at}/notes.txt`, 'no image');
    else await folder.write(`${at}/${file}`, imageBytes(image));
  }
  for (const [path, text] of Object.entries(model.files)) await writeText(folder, path, text);
  await folder.write(labels, model.encode(tableText(model)));
}
