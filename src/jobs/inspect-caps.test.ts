/** @file What the Data screen learns of a CAPS. */
import { describe, expect, it } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import { inlineReaders } from '../batches/inline-readers';
import { fakeDisk } from '../folders/fake-handles';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { pickedFolder } from '../folders/picked-folder';
import { type CapsInspection, inspectAgain, inspectCaps } from './inspect-caps';

const signal = new AbortController().signal;
const inspect = (workspace: Folder): Promise<CapsInspection> =>
  inspectCaps({ caps_directory: 'caps' }, { workspace, readers: inlineReaders(), signal });
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

async function study(): Promise<Folder> {
  const workspace = memoryFolder('study');
  await copyIntoFolder(workspace, 'test/golden/study/caps', 'caps');
  await copyIntoFolder(workspace, 'test/golden/prepared/tensor_extraction', 'caps/tensor_extraction');
  return workspace;
}

/** A CAPS behind handles that count what is asked of them, with a session and an image for each participant. */
async function countedCaps(count: number) {
  const disk = fakeDisk('study');
  const workspace = pickedFolder(disk.handle);
  for (let i = 0; i < count; i++) {
    const name = `sub-${i}_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;
    await workspace.write(`caps/subjects/sub-${i}/ses-M000/t1_linear/${name}`, bytes('x'));
  }
  const calls = (): { lists: number; lookups: number } => {
    const made = disk.calls.splice(0);
    return {
      lists: made.filter((call) => call === 'list').length,
      lookups: made.filter((call) => call === 'getFileHandle').length,
    };
  };
  calls();
  return { workspace, calls };
}

describe('a large CAPS', () => {
  const PER_SESSION = 3; // participant, session, t1_linear
  const FIXED = 8;

  it('is looked through with one listing of each folder, and shows its first participants after a few', async () => {
    const { workspace, calls } = await countedCaps(300);
    const context = { workspace, readers: inlineReaders(), signal };
    const first = await inspectCaps({ caps_directory: 'caps', first: 10 }, context);
    expect(first).toMatchObject({ whole: false, participants: 10 });
    expect(first.sessions).toHaveLength(10);
    expect(calls().lists).toBeLessThanOrEqual(10 * PER_SESSION + FIXED);
    const whole = await inspectCaps({ caps_directory: 'caps' }, context);
    expect(whole).toMatchObject({ whole: true, participants: 300, kinds: [{ sessions: 300 }] });
    const { lists, lookups } = calls();
    expect(lists).toBeLessThanOrEqual(300 * PER_SESSION + FIXED);
    expect(lookups).toBeLessThanOrEqual(FIXED);
  });

  it('is not looked through again after a command that changed no image', async () => {
    const { workspace, calls } = await countedCaps(300);
    const context = { workspace, readers: inlineReaders(), signal };
    const known = await inspectCaps({ caps_directory: 'caps' }, context);
    await workspace.write('caps/tensor_extraction/a.json', bytes('{"mode": '));
    calls();
    const changed = ['caps/tensor_extraction/a.json'];
    const again = await inspectAgain({ caps_directory: 'caps', known, changed }, context);
    expect(calls().lists).toBeLessThanOrEqual(FIXED);
    expect(again.sessions).toEqual(known.sessions);
    expect(again.issues.map(({ code }) => code)).toEqual([...known.issues.map(({ code }) => code), 'json-damaged']);
    const third = await inspectAgain({ caps_directory: 'caps', known: again, changed }, context);
    expect(third.issues).toEqual(again.issues);
  });

  it('is looked through again when an image was changed, or a participant came behind the back of the page', async () => {
    const { workspace, calls } = await countedCaps(3);
    const context = { workspace, readers: inlineReaders(), signal };
    const known = await inspectCaps({ caps_directory: 'caps' }, context);
    const image = 'caps/subjects/sub-1/ses-M000/t1_linear/sub-1_ses-M000_T2w.nii.gz';
    await inspectAgain({ caps_directory: 'caps', known, changed: [image] }, context);
    expect(calls().lists).toBeGreaterThan(3 * PER_SESSION);
    await workspace.write('caps/subjects/sub-new/ses-M000/t1_linear/a.nii.gz', bytes('x'));
    const again = await inspectAgain({ caps_directory: 'caps', known, changed: [] }, context);
    expect(again.sessions).toHaveLength(4);
  });
});

describe('inspectCaps', () => {
  it('counts participants, sessions, images, extractions and regions of the golden study', async () => {
    const found = await inspect(await study());
    expect(found.participants).toBe(20);
    expect(found.sessions).toHaveLength(24);
    expect(found.kinds).toEqual([{ preprocessing: 't1-linear', use_uncropped_image: false, title: 't1-linear', sessions: 24 }]);
    expect(found.extractions.map(({ name, extraction }) => `${name} ${extraction.mode}`)).toEqual([
      'image.json image',
      'patch.json patch',
      'patch18.json patch',
      'roi.json roi',
      'roi_default.json roi',
      'roi_uncrop.json roi',
      'roibig.json roi',
      'slice.json slice',
      'slice_fly.json slice',
    ]);
    expect(found.regions).toEqual(['leftBig', 'leftHippocampusBox', 'rightBig', 'rightHippocampusBox']);
    expect(found.geometry).toMatchObject({ shape: [32, 36, 30], path: expect.stringContaining('sub-T00_ses-M000') });
    expect(found.issues).toEqual([]);
  });

  it('tells tracers, regions and crops apart, and which sessions lack what others have', async () => {
    const workspace = memoryFolder('study');
    const put = (participant: string, rest: string): Promise<void> =>
      workspace.write(`caps/subjects/${participant}/ses-M00/${rest.replace('@', `${participant}_ses-M00`)}`, bytes('x'));
    const space = 'space-MNI152NLin2009cSym';
    await put('sub-A', `pet_linear/@_trc-18FFDG_${space}_desc-Crop_res-1x1x1_suvr-pons2_pet.nii.gz`);
    await put('sub-A', `pet_linear/@_trc-18FFDG_${space}_res-1x1x1_suvr-pons2_pet.nii.gz`);
    await put('sub-A', `pet_linear/@_trc-18FAV45_${space}_desc-Crop_res-1x1x1_suvr-cerebellumPons2_pet.nii.gz`);
    await put('sub-B', `pet_linear/@_trc-18FFDG_${space}_desc-Crop_res-1x1x1_suvr-pons2_pet.nii.gz`);
    await put('sub-B', `flair_linear/@_${space}_desc-Crop_res-1x1x1_FLAIR.nii.gz`);
    const found = await inspect(workspace);
    expect(found.kinds.map((kind) => `${kind.title}: ${kind.sessions}`)).toEqual([
      'flair-linear: 1',
      'pet-linear, 18FAV45, cerebellumPons2: 1',
      'pet-linear, 18FFDG, pons2: 2',
      'pet-linear, 18FFDG, pons2, uncropped: 1',
    ]);
    expect(found.sessions[1]).toMatchObject({
      participant_id: 'sub-B',
      images: ['flair-linear', 'pet-linear, 18FFDG, pons2'],
    });
    expect(found.issues.filter((issue) => issue.code === 'image-missing')).toHaveLength(3);
  });

  it('unreadable images and JSON files are issues with their path, not the end', async () => {
    const workspace = await study();
    const image = 'subjects/sub-T00/ses-M000/t1_linear/sub-T00_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz';
    await workspace.write(`caps/${image}`, bytes('no image'));
    await workspace.write('caps/tensor_extraction/a.json', bytes('{"mode": '));
    const found = await inspect(workspace);
    expect(found.issues.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'json-damaged tensor_extraction/a.json',
      `file-is-other ${image}`,
    ]);
    expect(found.geometry).toBeNull();
    expect(found.extractions).toHaveLength(9);
  });

  it('a CAPS without any known image is described, not refused', async () => {
    const workspace = memoryFolder('study');
    await workspace.write('caps/subjects/sub-A/ses-M00/t1/x_probability.nii.gz', bytes('x'));
    expect(await inspect(workspace)).toMatchObject({ participants: 1, kinds: [], extractions: [], geometry: null, issues: [] });
  });

  it('a folder that is no CAPS is refused by name', async () => {
    await expect(inspect(memoryFolder('study'))).rejects.toMatchObject({ code: 'caps-missing' });
  });
});
