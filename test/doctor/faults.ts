/** @file What goes wrong with studies: each fault changes the model, and says what the doctor has to name and whom to leave out. */
import type { Code } from '../../src/base/catalogue';
import { type Affine, type Draw, imageName, type Model, type ModelImage, type ModelSession, tinyAffine } from './study';

export interface Expected {
  /** Findings by code: how many. */
  readonly codes: Partial<Record<Code, number>>;
  /** Sessions that are left out, `participant | session`, as their folders are called. */
  readonly leftOut?: readonly string[];
  /** The table cannot be mended: nothing can be trained with it. */
  readonly isUnread?: boolean;
}

/** Takes a session that no other fault has. */
export type Take = (fits?: (session: ModelSession) => boolean) => ModelSession;

export interface Fault {
  readonly name: string;
  /** Two faults of one group are not put into one study. */
  readonly groups?: readonly string[];
  put(model: Model, take: Take, draw: Draw): Expected;
}

const nameOf = ({ folders }: ModelSession): string => folders.join(' | ');
const isFirst = ({ session }: ModelSession): boolean => session === 'ses-M000';
const one = (code: Code): Expected['codes'] => ({ [code]: 1 });
const out = (code: Code, ...sessions: readonly ModelSession[]): Expected => ({ codes: one(code), leftOut: sessions.map(nameOf) });

function utf16(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * text.length);
  for (const [i, letter] of [...text].entries()) new DataView(bytes.buffer).setUint16(2 * i, letter.charCodeAt(0), true);
  return bytes;
}

/** The same voxels in another order of axes or direction, with the affine that says so. */
function turned({ shape, affine, data, ...rest }: ModelImage, order: readonly number[], flips: readonly boolean[]): ModelImage {
  const size = order.map((axis) => shape[axis]!);
  const moved = new Float32Array(data.length);
  let at = 0;
  for (let k = 0; k < size[2]!; k++)
    for (let j = 0; j < size[1]!; j++)
      for (let i = 0; i < size[0]!; i++) {
        const voxel = [0, 0, 0];
        for (const [a, value] of [i, j, k].entries()) voxel[order[a]!] = flips[a] ? size[a]! - 1 - value : value;
        moved[at++] = data[voxel[0]! + shape[0]! * (voxel[1]! + shape[1]! * voxel[2]!)]!;
      }
  const rows = affine.slice(0, 3).map((row) => {
    const steps = order.map((axis, a) => (flips[a] ? -1 : 1) * row[axis]!);
    const origin = order.reduce((sum, axis, a) => sum + (flips[a] ? row[axis]! * (size[a]! - 1) : 0), row[3]!);
    return [...steps, origin];
  });
  return { ...rest, shape: size, affine: [...rows, [0, 0, 0, 1]], data: moved };
}

/** The image in a larger or smaller box, whole voxels from its own. */
function boxed({ shape, affine, data, ...rest }: ModelImage, from: readonly number[], size: readonly number[]): ModelImage {
  const moved = new Float32Array(size[0]! * size[1]! * size[2]!);
  for (let k = 0; k < size[2]!; k++)
    for (let j = 0; j < size[1]!; j++)
      for (let i = 0; i < size[0]!; i++) {
        const voxel = [i + from[0]!, j + from[1]!, k + from[2]!];
        const isIn = voxel.every((value, a) => value >= 0 && value < shape[a]!);
        if (isIn) moved[i + size[0]! * (j + size[1]! * k)] = data[voxel[0]! + shape[0]! * (voxel[1]! + shape[1]! * voxel[2]!)]!;
      }
  const rows = affine
    .slice(0, 3)
    .map((row) => [...row.slice(0, 3), row[3]! + row.slice(0, 3).reduce((s, v, a) => s + v * from[a]!, 0)]);
  return { ...rest, shape: size, affine: [...rows, [0, 0, 0, 1]], data: moved };
}

const shifted = (by: readonly number[], scale = 1): Affine => [
  ...tinyAffine.slice(0, 3).map((row, i) => [...row.slice(0, 3).map((value) => value * scale), row[3]! + by[i]!]),
  [0, 0, 0, 1],
];
const orders = [
  [0, 1, 2],
  [1, 0, 2],
  [2, 1, 0],
  [1, 2, 0],
] as const;

/** Replaces the whole file. */
const instead = (text: string) => (): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const rowsOf = ({ sessions }: Model): Record<string, string>[] => sessions.flatMap(({ row }) => (row === undefined ? [] : [row]));

const tableFaults: readonly Fault[] = [
  {
    name: 'UTF-16',
    groups: ['encoding'],
    put(model) {
      model.encode = (text) => utf16(`\ufeff${text}`);
      return { codes: one('doctor-utf16') };
    },
  },
  {
    name: 'a byte order mark',
    groups: ['encoding'],
    put(model) {
      model.encode = (text) => new TextEncoder().encode(`\ufeff${text}`);
      return { codes: one('doctor-mark') };
    },
  },
  {
    name: 'semicolons',
    groups: ['separator'],
    put(model) {
      model.separator = ';';
      return { codes: one('doctor-separator') };
    },
  },
  {
    name: 'commas',
    groups: ['separator', 'decimal'],
    put(model) {
      model.separator = ',';
      return { codes: one('doctor-separator') };
    },
  },
  {
    name: 'decimal commas',
    groups: ['decimal'],
    put(model) {
      model.decimal = ',';
      return { codes: one('doctor-decimals') };
    },
  },
  {
    name: 'an index column',
    groups: ['index'],
    put(model) {
      model.hasIndex = true;
      return { codes: one('doctor-index') };
    },
  },
  {
    name: 'letters of another encoding',
    groups: ['encoding', 'separator', 'decimal', 'index', 'blanks', 'spelling', 'digits', 'label', 'cohort'],
    put(model) {
      model.columns = [...model.columns, 'sité'];
      model.encode = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      return { codes: one('text-encoding'), isUnread: true };
    },
  },
  {
    name: 'blanks around identifiers',
    groups: ['blanks'],
    put(model, _take, draw) {
      for (const row of rowsOf(model)) if (draw(2) === 0) row.participant_id += ' ';
      rowsOf(model)[0]!.session_id = '\u00a0ses-M000';
      return { codes: one('doctor-blanks') };
    },
  },
  {
    name: 'capitals in identifiers',
    groups: ['spelling', 'digits', 'cohort'],
    put(model) {
      for (const row of rowsOf(model)) row.participant_id = row.participant_id!.toUpperCase();
      return { codes: one('doctor-spelled') };
    },
  },
  {
    name: 'sessions of two digits in the table',
    groups: ['spelling', 'digits'],
    put(model) {
      for (const row of rowsOf(model)) row.session_id = row.session_id!.replace('M0', 'M');
      return { codes: one('doctor-digits') };
    },
  },
  {
    name: 'no row for a session',
    groups: ['label'],
    put(_model, take) {
      const session = take();
      session.row = undefined;
      return out('doctor-label-missing', session);
    },
  },
  {
    name: 'no diagnosis in a row',
    groups: ['label'],
    put(_model, take, draw) {
      const session = take();
      session.row!.diagnosis = ['', 'n/a', 'NaN'][draw(3)]!;
      return out('doctor-label-missing', session);
    },
  },
  {
    name: 'a participant in two cohorts',
    groups: ['cohort', 'spelling', 'blanks'],
    put(model, take) {
      const session = take(isFirst);
      model.columns = [...model.columns, 'cohort'];
      for (const row of rowsOf(model)) row.cohort = 'one';
      model.moreRows.push({ ...session.row!, cohort: 'two' });
      const own = model.sessions.filter(({ participant }) => participant === session.participant);
      return { codes: one('doctor-two-cohorts'), leftOut: own.map(nameOf) };
    },
  },
];

const folderFaults: readonly Fault[] = [
  {
    name: 'sessions of two digits among those of three',
    groups: ['digits', 'folders'],
    put(model, take) {
      const session = take(isFirst);
      session.folders = [session.participant, 'ses-M00'];
      session.file = imageName(session.participant, 'ses-M00');
      if (model.sessions.every(({ session: name }) => name === 'ses-M000')) return { codes: one('doctor-digits-folders') };
      return { codes: one('doctor-digits-folders') };
    },
  },
  {
    name: 'a folder in capitals',
    groups: ['folders'],
    put(model, take) {
      const { participant } = take(isFirst);
      for (const session of model.sessions.filter((other) => other.participant === participant))
        session.folders = [participant.toUpperCase(), session.session];
      return { codes: one('doctor-folder-name') };
    },
  },
  {
    name: 'a folder of no participant',
    groups: ['folders', 'cohort'],
    put(model, take) {
      const { participant } = take(isFirst);
      const own = model.sessions.filter((other) => other.participant === participant);
      for (const session of own) session.folders = [participant.replace('P', 'P-'), session.session];
      return out('doctor-folder-unclear', ...own);
    },
  },
  {
    name: 'one visit in two folders',
    groups: ['digits', 'folders'],
    put(model, take) {
      const session = take(isFirst);
      const again: ModelSession = {
        ...session,
        folders: [session.participant, 'ses-M00'],
        file: imageName(session.participant, 'ses-M00'),
        image: { ...session.image!, data: session.image!.data.map((value) => value + 1) },
        row: undefined,
      };
      model.sessions.push(again);
      return { codes: { 'doctor-folder-twice': 1, 'doctor-digits-folders': 1 }, leftOut: [session, again].map(nameOf) };
    },
  },
  {
    name: 'no folder "subjects"',
    groups: ['layout'],
    put(model) {
      model.subjects = 'caps';
      return { codes: one('doctor-caps-bare') };
    },
  },
  {
    name: 'a participant beside "subjects"',
    groups: ['layout'],
    put(model) {
      model.files['caps/sub-Q01/ses-M000/anat/sub-Q01_ses-M000_T1w.json'] = '{}';
      return { codes: one('doctor-caps-both') };
    },
  },
  {
    name: 'raw images in a CAPS',
    groups: ['layout'],
    put(_model, take) {
      const session = take();
      session.file = `anat/${session.participant}_${session.session}_T1w.nii.gz`;
      return out('doctor-caps-raw', session);
    },
  },
  {
    name: 'a session without an image',
    put(_model, take) {
      const session = take();
      session.image = undefined;
      return out('doctor-session-bare', session);
    },
  },
  {
    name: 'the image of another participant',
    put(_model, take) {
      const session = take();
      session.file = imageName('sub-Q77', session.session);
      return out('doctor-image-elsewhere', session);
    },
  },
];

const imageFault = (name: string, code: Code, spoil: (image: ModelImage, draw: Draw) => ModelImage): Fault => ({
  name,
  put(_model, take, draw) {
    const session = take();
    session.image = spoil(session.image!, draw);
    return out(code, session);
  },
});
const mendedImage = (name: string, code: Code, spoil: (image: ModelImage, draw: Draw) => ModelImage): Fault => ({
  name,
  put(_model, take, draw) {
    const session = take();
    session.image = spoil(session.image!, draw);
    return { codes: one(code) };
  },
});

const imageFaults: readonly Fault[] = [
  mendedImage('exchanged axes', 'doctor-turned', (image, draw) => turned(image, orders[1 + draw(3)]!, [false, false, false])),
  mendedImage('turned axes', 'doctor-turned', (image, draw) => {
    const flips = [0, 1, 2].map(() => draw(2) === 0);
    return turned(image, orders[draw(4)]!, flips.includes(true) ? flips : [true, true, false]);
  }),
  mendedImage('a larger box', 'doctor-grid', (image, draw) => boxed(image, [-1 - draw(5), -draw(3), -2], [25, 8, 6])),
  mendedImage('a smaller box', 'doctor-grid', (image, draw) => boxed(image, [draw(3), 0, 0], [14, 4, 3])),
  {
    name: 'turned axes in a larger box',
    put(_model, take, draw) {
      const session = take();
      session.image = turned(boxed(session.image!, [-2, -1, -draw(3)], [22, 6, 6]), [0, 1, 2], [true, draw(2) === 0, false]);
      return { codes: { 'doctor-turned': 1, 'doctor-grid': 1 } };
    },
  },
  imageFault('half a voxel', 'doctor-grid-resample', (image) => ({ ...image, affine: shifted([0.5, 0, 0]) })),
  imageFault('other voxel sizes', 'doctor-grid-resample', (image) => ({ ...image, affine: shifted([0, 0, 0], 1.25) })),
  imageFault('little in common with the grid', 'doctor-grid-resample', (image) => ({ ...image, affine: shifted([12, 0, 0]) })),
  imageFault('a header without place', 'doctor-unplaced', (image) => ({ ...image, isPlaced: false })),
  imageFault('NaN', 'doctor-nan', (image, draw) => ({ ...image, data: image.data.with(draw(200), Number.NaN) })),
  imageFault('nothing but NaN', 'image-constant', (image) => ({ ...image, data: image.data.map(() => Number.NaN) })),
  imageFault('one value', 'image-constant', (image, draw) => ({ ...image, data: image.data.map(() => 3).fill(draw(4)) })),
  imageFault('an infinite value', 'values-infinite', (image, draw) => ({ ...image, data: image.data.with(draw(200), Infinity) })),
  imageFault('a file cut short', 'gzip-damaged', (image, draw) => ({
    ...image,
    packed: (bytes) => bytes.slice(0, Math.max(400, bytes.length - 8 - draw(100))),
  })),
  imageFault('voxels cut off before packing', 'nifti-truncated', (image, draw) => ({
    ...image,
    plain: (bytes) => bytes.slice(0, bytes.length - 4 - draw(100)),
  })),
  imageFault('an empty file', 'file-empty', (image) => ({ ...image, packed: () => new Uint8Array() })),
  imageFault('a pointer of Git LFS', 'file-is-pointer', (image) => ({
    ...image,
    packed: instead('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n'),
  })),
  imageFault('a saved web page', 'file-is-other', (image) => ({
    ...image,
    packed: instead('<html><title>Sign in</title></html>'),
  })),
  imageFault('a fourth axis', 'image-not-3d', (image) => ({
    ...image,
    shape: [...image.shape, 2],
    data: Float32Array.from([...image.data, ...image.data]),
  })),
  {
    name: 'the same image twice',
    put(_model, take) {
      const [first, second] = [take(), take()];
      second.image = first.image;
      return out('doctor-duplicate', first, second);
    },
  },
];

export const faults: readonly Fault[] = [...tableFaults, ...folderFaults, ...imageFaults];

/** Whether two may be in one study. */
export function fitTogether(a: Fault, b: Fault): boolean {
  return a !== b && !a.groups?.some((group) => b.groups?.includes(group));
}
