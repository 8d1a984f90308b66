/** @file Studies for tests in the browser: on the disk, and from the disk into the browser's private file system. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll } from 'vitest';
import { writeNifti } from '../src/formats/nifti';
import { answerPicker } from './picker-stand-in';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder of the disk with the golden study in it, removed after the last test of the file. Its name: `study`. */
export function goldenStudy(): string {
  const folder = emptyFolder();
  cpSync('test/golden/study', folder, { recursive: true });
  return folder;
}

function emptyFolder(): string {
  const around = mkdtempSync(path.join(tmpdir(), 'clinicadl-web-study-'));
  made.push(around);
  const folder = path.join(around, 'study');
  mkdirSync(folder);
  return folder;
}

/** Voxels of the smallest images that Conv4_FC3 takes: an axis must be longer than 16. */
const tinyShape = [17, 5, 5] as const;
const tinyAffine = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
];

/** A study of tiny images, brighter in one group, with `labels.tsv`; every second participant is a patient. */
export function tinyStudy(participants = 12): string {
  const folder = emptyFolder();
  const rows = ['participant_id\tsession_id\tage\tsex\tdiagnosis'];
  const voxels = tinyShape[0] * tinyShape[1] * tinyShape[2];
  for (let i = 0; i < participants; i++) {
    const [participant, patient] = [`sub-P${String(i).padStart(3, '0')}`, i % 2 === 1];
    const data = Float32Array.from({ length: voxels }, (_, v) => Math.sin(1 + v * (i + 2)) + (patient && v % 17 < 8 ? 1.5 : 0));
    const place = path.join(folder, 'caps', 'subjects', participant, 'ses-M000', 't1_linear');
    mkdirSync(place, { recursive: true });
    const image = writeNifti({ shape: [...tinyShape], data, affine: tinyAffine, datatype: 'float32' });
    const name = `${participant}_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;
    writeFileSync(path.join(place, name), gzipSync(image));
    rows.push([participant, 'ses-M000', 60 + (i % 7), i % 4 < 2 ? 'F' : 'M', patient ? 'AD' : 'CN'].join('\t'));
  }
  writeFileSync(path.join(folder, 'labels.tsv'), `${rows.join('\n')}\n`);
  return folder;
}

/** All files below a folder of the disk: path inside it, with `/`, to bytes. */
export function filesOf(folder: string): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(folder, file).split(path.sep).join('/'), readFileSync(file));
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Copies a folder of the disk into a new private workspace, by the script interface. */
export async function putIntoBrowser(page: Page, folder: string, name: string): Promise<void> {
  const zip = zipSync(Object.fromEntries(filesOf(folder)), { level: 0 });
  await page.evaluate(
    async ([workspace, base64]) => {
      await clinicadl.workspace.openPrivate(workspace);
      await clinicadl.workspace.importZip(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
    },
    [name, Buffer.from(zip).toString('base64')],
  );
}

/** Opens a folder of the disk through the button of Home. */
export async function openOnDisk(page: Page, folder: string): Promise<void> {
  await page.getByTestId('open-folder').click();
  await answerPicker(page, folder);
  await page.getByTestId('workspace').getByText(path.basename(folder)).waitFor();
}

/** The bytes of a file of the workspace. */
export async function readFrom(page: Page, file: string): Promise<Uint8Array<ArrayBuffer>> {
  const base64 = await page.evaluate(async (name) => {
    let text = '';
    for (const byte of await clinicadl.workspace.read(name)) text += String.fromCharCode(byte);
    return btoa(text);
  }, file);
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** The cells of a TSV. */
export const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
