/** @file A CAPS folder: sessions, images, masks, names. Expected names and texts are from the spec's examples and golden files. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import { fakeDisk } from '../folders/fake-handles';
import type { Folder } from '../folders/folder';
import { fillFolder, memoryFolder } from '../folders/memory-folder';
import { pickedFolder } from '../folders/picked-folder';
import { checkCaps, findImages, listSessions, readSessions } from './caps-index';
import { discardedEnds, parseExtractionJson, printExtractionJson, readExtraction } from './extraction-json';
import { fileNamePattern, globExpression } from './glob';
import { extractionPath, tensorsPath } from './layout';
import { findMask, listRegions } from './masks';
import { imageMatcher, nameMatcher } from './older-names';
import { fileTypeOf, maskFamilyOf } from './preprocessing';
import { imageTensorName, patchTensorName, roiTensorName, sliceTensorName, tensorNameReader } from './tensor-names';

const golden = 'test/golden/prepared';
const free = new AbortController().signal;
const bytes = new Uint8Array([1]);

async function capsWith(...paths: string[]): Promise<Folder> {
  const caps = memoryFolder('caps');
  await fillFolder(caps, Object.fromEntries(paths.map((path) => [path, path])));
  return caps;
}

const t1 = (p: string, s = 'ses-M000', rest = 'space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz'): string =>
  `subjects/${p}/${s}/t1_linear/${p}_${s}_${rest}`;
const cropped = fileTypeOf({ preprocessing: 't1-linear', use_uncropped_image: false });
const uncropped = fileTypeOf({ preprocessing: 't1-linear', use_uncropped_image: true });

describe('the extraction JSON', () => {
  it.each(readdirSync(`${golden}/tensor_extraction`))('%s of ClinicaDL reads and prints to the same bytes', (name) => {
    const bytes = readFileSync(`${golden}/tensor_extraction/${name}`);
    expect(printExtractionJson(parseExtractionJson(bytes, name))).toBe(bytes.toString('latin1'));
  });

  it('what older versions did not write gets their later defaults', () => {
    const old = '{"preprocessing": "t1-linear", "mode": "slice", "slice_direction": 2, "discarded_slices": 0, "num_slices": 1}';
    expect(parseExtractionJson(old, 'tensor_extraction/old.json')).toEqual({
      preprocessing: 't1-linear',
      mode: 'slice',
      use_uncropped_image: false,
      prepare_dl: false,
      extract_json: 'old.json',
      slice_direction: 2,
      slice_mode: 'rgb',
      discarded_slices: [0],
      num_slices: 1,
      file_type: cropped,
    });
  });

  it('one discarded number counts for both ends, two for beginning and end', () => {
    const ends = (list: string): readonly number[] => {
      const text = `{"preprocessing": "t1-linear", "mode": "slice", "slice_direction": 0, "discarded_slices": ${list}}`;
      const json = parseExtractionJson(text, 'a.json');
      return json.mode === 'slice' ? discardedEnds(json) : [];
    };
    expect([ends('[10]'), ends('[16, 17]'), ends('0')]).toEqual([
      [10, 10],
      [16, 17],
      [0, 0],
    ]);
  });

  it.each([
    ['{"preprocessing": "t1-linear", "mode": "cube"}', 'mode'],
    ['{"preprocessing": "t1-linear", "mode": "patch", "patch_size": "50", "stride_size": 50}', 'patch_size'],
    ['{"preprocessing": "t1-linear", "mode": "slice", "slice_direction": 3}', 'slice_direction'],
    ['{"preprocessing": "t1-linear", "mode": "roi", "roi_list": null}', 'roi_list'],
    ['{"preprocessing": "t1-linear", "mode": "slice", "slice_direction": 1, "discarded_slices": [1, 2, 3]}', 'discarded_slices'],
    ['[1]', 'whole file'],
  ])('%s is refused with the key', (text, key) => {
    expect(() => parseExtractionJson(text, 'a.json')).toThrow(
      expect.objectContaining({ code: 'extraction-key', message: expect.stringContaining(key) }),
    );
  });

  it('a name with a dot is not shortened, and a missing file is refused by its path', async () => {
    expect(extractionPath('run.v2')).toBe('tensor_extraction/run.v2.json');
    await expect(readExtraction(memoryFolder('caps'), 'run.v2')).rejects.toMatchObject({
      code: 'extraction-missing',
      where: 'tensor_extraction/run.v2.json',
    });
  });
});

describe('what is searched', () => {
  it('the patterns are those of the spec', () => {
    const region = { tracer: '18FFDG', suvr_reference_region: 'pons2' };
    expect(uncropped.pattern).toBe('*space-MNI152NLin2009cSym_res-1x1x1_T1w.nii.gz');
    expect(uncropped.description).toMatch(/using t1-linear pipeline $/);
    expect(fileTypeOf({ preprocessing: 'pet-linear', use_uncropped_image: false, ...region })).toEqual({
      pattern: 'pet_linear/*_trc-18FFDG_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons2_pet.nii.gz',
      description: '',
      needed_pipeline: 'pet-linear',
    });
    expect(fileTypeOf({ preprocessing: 'custom', use_uncropped_image: null, custom_suffix: 'x.nii.gz' })).toEqual({
      pattern: '*x.nii.gz',
      description: 'Custom suffix',
    });
    expect(() => fileTypeOf({ preprocessing: 't3-linear', use_uncropped_image: false })).toThrow(/t3-linear/);
    expect(fileTypeOf({ preprocessing: 't2-linear', use_uncropped_image: true }).pattern).toBe(
      '*space-MNI152NLin2009cSym_res-1x1x1_T2w.nii.gz',
    );
    expect(fileTypeOf({ preprocessing: 't1-extensive', use_uncropped_image: null }).pattern).toBe(
      '*space-Ixi549Space_desc-SkullStripped_T1w.nii.gz',
    );
  });

  it('letters match in either case, stars do not cross folders, hidden files do not match', () => {
    const flair = globExpression(fileTypeOf({ preprocessing: 'flair-linear', use_uncropped_image: true }).pattern);
    expect(flair.test('flair_linear/sub-A_ses-M00_space-MNI152NLin2009cSym_res-1x1x1_FLAIR.nii.gz')).toBe(true);
    expect(globExpression('*b.nii.gz').test('.b.nii.gz')).toBe(false);
    expect(globExpression('pet_linear/*_pet.nii.gz').test('pet_linear/deeper/x_pet.nii.gz')).toBe(false);
    expect(globExpression('*a+(b).nii.gz').test('xa+(b).nii.gz')).toBe(true);
    expect(fileNamePattern('pet_linear/*_pet.nii.gz')).toBe('*_pet.nii.gz');
    expect(globExpression('*[z-a].nii.gz').test('x[z-a].nii.gz')).toBe(true);
    expect(['xb', 'xM', 'x/'].map((name) => globExpression('x[!M]').test(name))).toEqual([true, false, false]);
  });

  it.each([
    ['native', 'FA', 'native_space/sub-A_ses-M00_dwi_space-T1w_FA.nii.gz', true],
    ['native', 'FA', 'native_space/sub-A_ses-M00_dwi_space-b0_FA.nii.gz', true],
    ['native', 'FA', 'native_space/sub-A_ses-M00_dwi_space-b0_MD.nii.gz', false],
    ['native', 'FA', 'normalized_space/sub-A_ses-M00_dwi_space-MNI152Lin_FA.nii.gz', false],
    ['normalized', 'RD', 'normalized_space/sub-A_ses-M00_dwi_space-MNI152Lin_res-2x2x2_RD.nii.gz', true],
    ['normalized', 'AD', 'native_space/sub-A_ses-M00_dwi_space-T1w_AD.nii.gz', false],
  ])('diffusion in %s space, %s: %s %s', (dti_space, dti_measure, name, expected) => {
    const type = fileTypeOf({ preprocessing: 'dwi-dti', use_uncropped_image: null, dti_space, dti_measure });
    const path = `dwi/dti_based_processing/${name}`;
    expect(imageMatcher(type)(path)).toBe(expected);
    // Tensors of both spaces lie in one folder.
    expect(nameMatcher(type)(path.slice(path.lastIndexOf('/') + 1))).toBe(expected);
  });

  it('PET images of older Clinica are found by the pattern of today', () => {
    const region = { tracer: '18FFDG', suvr_reference_region: 'pons' };
    const fits = imageMatcher(fileTypeOf({ preprocessing: 'pet-linear', use_uncropped_image: false, ...region }));
    const name = (entities: string): string =>
      `pet_linear/sub-A_ses-M00_${entities}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons_pet.nii.gz`;
    expect(['trc-18FFDG', 'trc-18FFDG_pet', 'acq-fdg_pet', 'acq-av45_pet', 'trc-18FAV45'].map((one) => fits(name(one)))).toEqual([
      ...[true, true, true],
      ...[false, false],
    ]);
  });
});

describe('sessions', () => {
  it('are listed in order, files are not', async () => {
    const caps = await capsWith(t1('sub-B'), t1('sub-A', 'ses-M006'), t1('sub-A'), 'subjects/sub-note.txt', 'subjects/sub-A/x');
    expect(await listSessions(caps)).toEqual([
      { participant_id: 'sub-A', session_id: 'ses-M000' },
      { participant_id: 'sub-A', session_id: 'ses-M006' },
      { participant_id: 'sub-B', session_id: 'ses-M000' },
    ]);
  });

  it('those of a table keep its order and lose blanks around them', () => {
    const text = 'session_id\tage\tparticipant_id\nses-M006 \t3\t sub-B\nses-M000\t\tsub-A\n';
    expect(readSessions(new TextEncoder().encode(text), 'list.tsv')).toEqual([
      { participant_id: 'sub-B', session_id: 'ses-M006' },
      { participant_id: 'sub-A', session_id: 'ses-M000' },
    ]);
  });

  it.each([
    ['participant\tsession_id\nsub-A\tses-M000\n', 'column-missing'],
    ['participant_id\tsession_id\n', 'sessions-empty'],
  ])('the table %j is refused by name', (text, code) => {
    expect(() => readSessions(new TextEncoder().encode(text), 'list.tsv')).toThrow(
      expect.objectContaining({ code, where: 'list.tsv' }),
    );
  });

  it('a BIDS folder, an empty one and a missing one are each refused by their own name', async () => {
    await expect(checkCaps(await capsWith('sub-A/ses-M000/anat/x.nii.gz'))).rejects.toMatchObject({ code: 'caps-is-bids' });
    await expect(checkCaps((await capsWith('a/b')).sub('no'))).rejects.toMatchObject({ code: 'caps-missing' });
    await expect(listSessions(await capsWith('masks/a'))).rejects.toMatchObject({ code: 'caps-empty' });
  });
});

describe('images', () => {
  const find = async (caps: Folder, fileType = cropped): Promise<Awaited<ReturnType<typeof findImages>>> =>
    findImages(caps, await listSessions(caps), fileType, free);

  it('cropped and uncropped ones of one session are told apart', async () => {
    const whole = t1('sub-A', 'ses-M000', 'space-MNI152NLin2009cSym_res-1x1x1_T1w.nii.gz');
    const caps = await capsWith(t1('sub-A'), whole);
    expect((await find(caps)).rows.map((row) => row.path)).toEqual([t1('sub-A')]);
    expect((await find(caps, uncropped)).rows.map((row) => row.path)).toEqual([whole]);
  });

  it('all sessions without an image are listed, with the pipeline that makes it', async () => {
    const { rows, problems } = await find(await capsWith(t1('sub-A'), 'subjects/sub-B/ses-M000/x', 'subjects/sub-C/ses-M000/x'));
    expect(rows).toHaveLength(1);
    expect(problems.map(({ code, where, hint }) => [code, where, hint.includes('Run t1-linear')])).toEqual([
      ['image-missing', 'sub-B | ses-M000', true],
      ['image-missing', 'sub-C | ses-M000', true],
    ]);
  });

  it('of two images neither is taken, and both are named', async () => {
    const other = t1('sub-A', 'ses-M000', 'rec-x_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz');
    const { rows, problems } = await find(await capsWith(t1('sub-A'), other));
    expect(rows).toEqual([]);
    expect(problems[0].code).toBe('image-twice');
    expect(problems[0].message).toContain('rec-x');
  });

  it('of two runs the higher is taken, and told', async () => {
    const run = (n: string): string =>
      t1('sub-A', 'ses-M000', `run-${n}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`);
    const { rows, notes } = await find(await capsWith(run('02'), run('10')));
    expect(rows.map((row) => row.path)).toEqual([run('10')]);
    expect(notes.map((note) => note.code)).toEqual(['image-run-chosen']);
  });

  it('a session that is in the table but not on disk, or that has no proper name, is a problem of its own', async () => {
    const caps = await capsWith(t1('sub-A'));
    const sessions = [
      { participant_id: 'sub-X', session_id: 'ses-M000' },
      { participant_id: '../sub-A', session_id: 'ses-M000' },
    ];
    const { problems } = await findImages(caps, sessions, cropped, free);
    expect(problems.map((problem) => problem.code)).toEqual(['participant-absent', 'session-name']);
  });
});

describe('tensor names', () => {
  const image = 'sub-T01_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz';
  const stem = image.slice(0, -'_T1w.nii.gz'.length);

  it('are those of the golden files, and are read back', () => {
    const session = { participant_id: 'sub-T01', session_id: 'ses-M000' };
    const names = (mode: 'image' | 'slice' | 'patch' | 'roi'): string[] =>
      readdirSync(`${golden}/${tensorsPath(session, mode, 't1-linear')}`);
    const slices = Array.from({ length: 10 }, (_, i) => sliceTensorName(image, { direction: 2, channels: 'rgb', slice: i + 10 }));
    const patches = Array.from({ length: 8 }, (_, patch) => patchTensorName(image, { patchSize: 18, strideSize: 12, patch }));
    expect(names('slice').sort()).toEqual(slices);
    expect(names('patch').sort()).toEqual(patches);
    expect(names('image')).toEqual([imageTensorName(image)]);
    const reader = (name: string): ReturnType<typeof tensorNameReader> =>
      tensorNameReader(parseExtractionJson(readFileSync(`${golden}/tensor_extraction/${name}.json`), name));
    const bare = image.slice(0, -'.nii.gz'.length);
    expect(names('slice').map((name) => reader('slice')(name)?.image)).toEqual(Array(10).fill(bare));
    expect(reader('slice')(slices[7])?.element).toBe(17);
    expect(reader('patch18')(patches[5])).toEqual({ image: bare, element: 5 });
    expect(reader('patch')(patches[5])).toBeUndefined();
    const regions = (name: string): (number | undefined)[] =>
      names('roi')
        .sort()
        .map((file) => reader(name)(file)?.element);
    expect(regions('roi')).toEqual([undefined, undefined, 0, 1]);
    expect(regions('roi_uncrop')).toEqual([0, 1, undefined, undefined]);
  });

  const tpl = 'tpl-MNI152NLin2009cSym';
  it.each([
    [
      image,
      `${tpl}_desc-Crop_res-1x1x1_roi-H_mask.nii.gz`,
      false,
      `sub-T01_ses-M000_space-MNI152NLin2009cSym_desc-CropRoi_res-1x1x1_roi-H_T1w.pt`,
    ],
    [
      image,
      `${tpl}_desc-Crop_res-1x1x1_roi-H_mask.nii.gz`,
      true,
      `sub-T01_ses-M000_space-MNI152NLin2009cSym_desc-CropImage_res-1x1x1_roi-H_T1w.pt`,
    ],
    [
      image,
      `${tpl}_res-1x1x1_roi-H_mask.nii.gz`,
      false,
      `sub-T01_ses-M000_space-MNI152NLin2009cSym_desc-CropRoi_res-1x1x1_roi-H_T1w.pt`,
    ],
    [image, `${tpl}_res-1x1x1_roi-H_mask.nii.gz`, true, `sub-T01_ses-M000_space-MNI152NLin2009cSym_res-1x1x1_roi-H_T1w.pt`],
    [`sub-A_ses-M00_T1w_${stem.slice(17)}_T1w.nii.gz`, `tpl-X_roi-a-b_mask.nii`, true, `sub-A_ses-M00_T1w_space-X_roi-a_T1w.pt`],
    [
      `sub-A_ses-M000_trc-18FFDG_${stem.slice(17)}_suvr-pons2_pet.nii.gz`,
      `${tpl}_desc-Crop_res-1x1x1_roi-H_mask.nii.gz`,
      false,
      `sub-A_ses-M000_space-MNI152NLin2009cSym_desc-CropRoi_res-1x1x1_roi-H_pet.pt`,
    ],
  ])('%s with %s, uncropped %s', (imageName, mask, whole, expected) => {
    expect(roiTensorName(imageName, mask, whole)).toBe(expected);
  });

  it('an uncompressed image gives a .pt file too', () => {
    expect(imageTensorName('sub-A_x_T1w.nii')).toBe('sub-A_x_T1w.pt');
  });
});

describe('a large CAPS', () => {
  it('the sessions and images of 10 000 sessions are found', async () => {
    const caps = pickedFolder(fakeDisk('caps').handle);
    const participants = Array.from({ length: 5000 }, (_, i) => `sub-P${String(i).padStart(5, '0')}`);
    for (const name of participants) for (const session of ['ses-M000', 'ses-M012']) await caps.write(t1(name, session), bytes);
    const sessions = await listSessions(caps);
    const { rows, problems } = await findImages(caps, sessions, cropped, free);
    expect([sessions.length, rows.length, problems.length]).toEqual([10_000, 10_000, 0]);
    expect(rows[3].path).toBe(t1('sub-P00001', 'ses-M012'));
  });
});

describe('masks', () => {
  const query = { template: 'MNI152NLin2009cSym', pattern: 'res-1x1x1', roi: 'H' };

  it('cropped images take cropped masks, and the shortest name of several', async () => {
    const folder = 'masks/tpl-MNI152NLin2009cSym';
    const names = [
      'desc-Crop_res-1x1x1_roi-H',
      'desc-Crop_res-1x1x1_extra_roi-H',
      'res-1x1x1_roi-H',
      'desc-Crop_res-1x1x1_roi-HH',
    ];
    const caps = await capsWith(...names.map((name) => `${folder}/tpl-MNI152NLin2009cSym_${name}_mask.nii.gz`));
    expect(await findMask(caps, { ...query, cropped: true })).toMatch(/Crop_res-1x1x1_roi-H_mask/);
    expect(await findMask(caps, { ...query, cropped: false })).toMatch(/cSym_res-1x1x1_roi-H_mask/);
    await expect(findMask(caps, { ...query, roi: 'X', cropped: true })).rejects.toMatchObject({ code: 'mask-missing' });
    expect(await listRegions(caps)).toEqual(['H', 'HH']);
    expect(await findMask(caps, { ...query, pattern: 'res-*_extra', cropped: true })).toMatch(/_extra_roi-H_mask/);
    await expect(findMask(caps, { ...query, roi: 'h', cropped: true })).rejects.toMatchObject({ code: 'mask-missing' });
  });

  it('a folder of masks that does not exist is told with the regions that are elsewhere', async () => {
    await expect(findMask(memoryFolder('caps'), { ...query, cropped: null })).rejects.toMatchObject({
      code: 'masks-none',
      message: expect.stringContaining('there is none elsewhere'),
    });
    const caps = await capsWith('masks/tpl-Other/tpl-Other_res-1x1x1_roi-H_mask.nii.gz');
    await expect(findMask(caps, { ...query, cropped: null })).rejects.toMatchObject({
      code: 'masks-none',
      message: expect.stringContaining('elsewhere there are H'),
    });
    expect(maskFamilyOf({ preprocessing: 'custom', roi_custom_template: 'T', roi_custom_mask_pattern: 'p' })).toEqual({
      template: 'T',
      pattern: 'p',
    });
  });

  const family = 'masks/tpl-MNI152NLin2009cSym/tpl-MNI152NLin2009cSym';

  it.each([
    ['hippocampusl', 'mask-missing', 'the regions there are HippocampusL, wholeHippocampusL, amygdala.'],
    ['Hippocampus-L', 'mask-missing', 'the regions there are HippocampusL, '],
    ['hippocampus', 'mask-missing', 'the regions there are HippocampusL, wholeHippocampusL, amygdala.'],
    [
      'whole',
      'mask-cropping',
      'roi-whole_mask.nii.gz", but it is not cropped (its name has no _desc-Crop_), and the images are cropped',
    ],
    ['coarse', 'mask-name', 'coarse_mask.nii.gz, but its name lacks "res-1x1x1"'],
  ])('a region called %s is refused with what is there, and the name that is offered is found', async (roi, code, told) => {
    const caps = await capsWith(
      `${family}_desc-Crop_res-1x1x1_roi-HippocampusL_mask.nii.gz`,
      `${family}_desc-Crop_res-1x1x1_roi-wholeHippocampusL_mask.nii.gz`,
      `${family}_desc-Crop_res-1x1x1_roi-amygdala_mask.nii`,
      `${family}_res-1x1x1_roi-whole_mask.nii.gz`,
      `${family}_desc-Crop_res-2x2x2_roi-coarse_mask.nii.gz`,
    );
    const error: unknown = await findMask(caps, { ...query, roi, cropped: true }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringContaining(told) });
    const offered = / (?:as|to) (tpl-\S+\.nii\.gz)/.exec((error as { hint: string }).hint)![1]!;
    await caps.write(`masks/tpl-MNI152NLin2009cSym/${offered}`, new Uint8Array());
    expect(await findMask(caps, { ...query, roi, cropped: true })).toContain(offered);
  });

  it('those of the golden study are found', async () => {
    const caps = memoryFolder('caps');
    await copyIntoFolder(caps, 'test/golden/study/caps/masks', 'masks');
    expect(await findMask(caps, { ...query, roi: 'leftBig', cropped: true })).toMatch(/roi-leftBig_mask.nii.gz$/);
    expect(await listRegions(caps)).toEqual(['leftBig', 'leftHippocampusBox', 'rightBig', 'rightHippocampusBox']);
  });
});
