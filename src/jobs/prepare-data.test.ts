/** @file `prepare-data` against the files that ClinicaDL wrote from the same CAPS, and against bad input. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import { type TestContext, testContext } from '../../test/job-context';
import { appError } from '../base/errors';
import { inlineReaders } from '../batches/inline-readers';
import type { Readers } from '../batches/readers';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { readTensorFile } from '../formats/torch-read';
import type { Field, Schema } from '../options/field';
import { prepareDataImage, prepareDataPatch, prepareDataRoi, prepareDataSlice } from '../options/prepare-data';
import type { Job, JobContext } from './job-context';
import { prepareDataImageJob, prepareDataPatchJob, prepareDataRoiJob, prepareDataSliceJob } from './prepare-data';
import type { PrepareDataResult } from './prepare-folder';

const study = 'test/golden/study/caps';
const golden = 'test/golden/prepared';
const goldenSessions = ['sub-T01/ses-M000', 'sub-T05/ses-M006'];
const tsv = 'participant_id\tsession_id\nsub-T01\tses-M000\nsub-T05\tses-M006\n';

const modes = {
  image: { schema: prepareDataImage, job: prepareDataImageJob as Job<never, PrepareDataResult> },
  slice: { schema: prepareDataSlice, job: prepareDataSliceJob as Job<never, PrepareDataResult> },
  patch: { schema: prepareDataPatch, job: prepareDataPatchJob as Job<never, PrepareDataResult> },
  roi: { schema: prepareDataRoi, job: prepareDataRoiJob as Job<never, PrepareDataResult> },
};
type Mode = keyof typeof modes;
type Values = Readonly<Record<string, unknown>>;

function optionsOf(schema: Schema, values: Values): never {
  const fields: Record<string, Field<unknown>> = Object.assign({}, ...Object.values(schema.sections));
  const defaults = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.default]));
  return { caps_directory: 'caps', modality: 't1-linear', ...defaults, ...values } as never;
}

interface Run extends Omit<TestContext, 'context'> {
  readonly result: Promise<PrepareDataResult>;
}

function run(workspace: Folder, mode: Mode, values: Values = {}, readers: Readers = inlineReaders(), signal?: AbortSignal): Run {
  const { context, ...seen } = testContext(workspace, signal);
  const whole: JobContext = { ...context, readers };
  return { ...seen, result: modes[mode].job(optionsOf(modes[mode].schema, values), whole) };
}

/** A workspace with the masks and the two golden sessions of the study, and `two.tsv`, which lists them. */
async function smallStudy(): Promise<Folder> {
  const workspace = memoryFolder('study');
  await copyIntoFolder(workspace, `${study}/masks`, 'caps/masks');
  for (const session of goldenSessions)
    await copyIntoFolder(workspace, `${study}/subjects/${session}`, `caps/subjects/${session}`);
  await workspace.write('two.tsv', new TextEncoder().encode(tsv));
  return workspace;
}

async function allFiles(folder: Folder, at = ''): Promise<string[]> {
  const found: string[] = [];
  for (const { name, kind } of await folder.list(at)) {
    const inside = at === '' ? name : `${at}/${name}`;
    found.push(...(kind === 'folder' ? await allFiles(folder, inside) : [inside]));
  }
  return found;
}

const imageOf = (session: string): string =>
  `caps/subjects/${session}/t1_linear/${session.replace('/', '_')}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;

describe('against the files of ClinicaDL', () => {
  let workspace: Folder;
  const runs: [string, Mode, Values][] = [
    ['image.json', 'image', {}],
    ['slice.json', 'slice', { slice_direction: 2, slice_mode: 'rgb', discarded_slices: [10], save_features: true }],
    ['slice_fly.json', 'slice', { slice_direction: 1, discarded_slices: [16, 17] }],
    ['patch18.json', 'patch', { patch_size: 18, stride_size: 12, save_features: true }],
    ['roi.json', 'roi', { roi_list: ['leftHippocampusBox', 'rightHippocampusBox'], save_features: true, n_proc: 1 }],
    [
      'roi_uncrop.json',
      'roi',
      { roi_list: ['leftHippocampusBox', 'rightHippocampusBox'], roi_uncrop_output: true, save_features: true, n_proc: 1 },
    ],
    ['roi_default.json', 'roi', { roi_list: ['leftHippocampusBox', 'rightHippocampusBox'], save_features: true }],
    ['roibig.json', 'roi', { roi_list: ['leftBig', 'rightBig'] }],
  ];
  beforeAll(async () => {
    workspace = await smallStudy();
    for (const [extract_json, mode, values] of runs) {
      const name = extract_json.replace('.json', ''); // the ending is added
      await run(workspace, mode, { ...values, extract_json: name, subjects_sessions_tsv: 'two.tsv' }).result;
    }
  });

  it.each(runs.map(([name]) => name))('%s has the same bytes, but for the folder that was typed', async (name) => {
    const original = readFileSync(`${golden}/tensor_extraction/${name}`, 'latin1');
    const text = new TextDecoder('latin1').decode(await workspace.read(`caps/tensor_extraction/${name}`));
    expect(text).toBe(original.replace('"masks_location": "/study/caps/', '"masks_location": "caps/'));
  });

  const tensors = readdirSync(`${golden}/subjects`, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.pt'))
    .sort();

  it('the same tensor files exist, and no other', async () => {
    const written = (await allFiles(workspace, 'caps/subjects')).filter((name) => name.endsWith('.pt'));
    expect(written.map((name) => name.slice('caps/subjects/'.length)).sort()).toEqual(tensors);
  });

  it('every tensor file has the same bytes, strides included', async () => {
    expect(tensors).toHaveLength(46);
    for (const name of tensors) {
      const ours = await workspace.read(`caps/subjects/${name}`);
      const theirs = new Uint8Array(readFileSync(`${golden}/subjects/${name}`));
      const [a, b] = [ours, theirs].map((bytes) => readTensorFile(bytes, name));
      expect(a.shape, name).toEqual(b.shape);
      expect(a.toContiguous(), name).toEqual(b.toContiguous());
      expect(Buffer.compare(ours, theirs), name).toBe(0);
    }
  });

  it('nothing else was written', async () => {
    const files = (await allFiles(workspace)).filter((name) => !name.endsWith('.pt'));
    const before = await allFiles(await smallStudy());
    expect(files.sort()).toEqual([...before, ...runs.map(([name]) => `caps/tensor_extraction/${name}`)].sort());
  });
});

describe('the whole study', () => {
  it('is prepared without a table, counted as it goes, and named by the clock', async () => {
    const workspace = memoryFolder('study');
    await copyIntoFolder(workspace, `${study}/subjects`, 'caps/subjects');
    const { result, progress, issues, lines } = run(workspace, 'image', {}, inlineReaders(3));
    const seconds = Math.floor(new Date(2024, 3, 5).getTime() / 1000);
    expect(await result).toMatchObject({ sessions: 24, tensors: 24, extract_json: `extract_${seconds}.json` });
    expect((await result).written).toHaveLength(25);
    expect(await workspace.kindOf((await result).json)).toBe('file');
    for (const stage of ['check', 'extract']) {
      const steps = progress.filter((step) => step.stage === stage);
      expect(steps.map((step) => step.done)).toEqual([...Array(25).keys()]);
      expect(steps.every((step) => step.total === 24 && step.unit === 'sessions')).toBe(true);
      expect(steps[0].secondsLeft).toBeUndefined();
      expect(steps[12].secondsLeft).toBeGreaterThanOrEqual(0);
    }
    expect(issues).toEqual([]);
    expect(lines[0]).toContain('24 images');
  });

  it('n_proc readers have two sessions under way each, no more than there are readers', async () => {
    const most = async (n_proc: number, size: number): Promise<number> => {
      let running = 0;
      let highest = 0;
      const inner = inlineReaders(size);
      const readers: Readers = {
        ...inner,
        async extractSession(request, signal) {
          highest = Math.max(highest, ++running);
          const result = await inner.extractSession(request, signal);
          running--;
          return result;
        },
      };
      const workspace = memoryFolder('study');
      for (const name of readdirSync(`${study}/subjects`).slice(0, 6))
        await copyIntoFolder(workspace, `${study}/subjects/${name}`, `caps/subjects/${name}`);
      await run(workspace, 'image', { n_proc }, readers).result;
      return highest;
    };
    expect([await most(3, 8), await most(8, 2), await most(1, 4)]).toEqual([6, 4, 2]);
  });

  it('stops at once when asked, and leaves whole files and no JSON', async () => {
    const workspace = await smallStudy();
    const abort = new AbortController();
    const inner = inlineReaders();
    let writes = 0;
    const readers: Readers = {
      ...inner,
      extractSession: (request, signal) => {
        const caps = new Proxy(request.caps as Folder, {
          get: (target, property) =>
            property === 'write'
              ? async (file: string, bytes: Uint8Array<ArrayBuffer>) => {
                  await target.write(file, bytes);
                  if (++writes === 3) abort.abort();
                }
              : Reflect.get(target, property),
        });
        return inner.extractSession({ ...request, caps }, signal);
      },
    };
    const { result } = run(workspace, 'patch', { patch_size: 4, stride_size: 2, save_features: true }, readers, abort.signal);
    await expect(result).rejects.toMatchObject({ name: 'AbortError' });
    const files = await allFiles(workspace);
    expect(files.filter((name) => name.endsWith('.json'))).toEqual([]);
    const tensors = files.filter((name) => name.endsWith('.pt'));
    expect(tensors.length).toBeGreaterThanOrEqual(3);
    expect(tensors.length).toBeLessThanOrEqual(4);
    for (const name of tensors) expect(readTensorFile(await workspace.read(name), name).shape).toEqual([1, 4, 4, 4]);
  });
});

describe('other preprocessings', () => {
  it('PET, FLAIR and custom images are found by their own names', async () => {
    const workspace = memoryFolder('study');
    const nifti = new Uint8Array(readFileSync(path.join('test/golden/study', imageOf(goldenSessions[0]))));
    const put = (folder: string, rest: string): Promise<void> =>
      workspace.write(`caps/subjects/sub-A/ses-M00/${folder}/sub-A_ses-M00_${rest}`, nifti);
    await put('pet_linear', 'trc-18FFDG_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons2_pet.nii.gz');
    await put('flair_linear', 'space-MNI152NLin2009cSym_res-1x1x1_FLAIR.nii.gz');
    await put('t1/spm', 'T1w_segm-graymatter_space-Ixi549Space_modulated-off_probability.nii.gz');
    const pet = await run(workspace, 'image', {
      modality: 'pet-linear',
      tracer: '18FFDG',
      suvr_reference_region: 'pons2',
      extract_json: 'pet',
    }).result;
    const flair = await run(workspace, 'image', { modality: 'flair-linear', use_uncropped_image: true, extract_json: 'fl' })
      .result;
    const custom_suffix = 'graymatter_space-Ixi549Space_modulated-off_probability.nii.gz';
    const custom = await run(workspace, 'image', { modality: 'custom', custom_suffix, extract_json: 'cus.json' }).result;
    const folder = 'caps/subjects/sub-A/ses-M00/deeplearning_prepare_data/image_based';
    expect([pet, flair, custom].map(({ written }) => written[0].slice(folder.length))).toEqual([
      '/pet_linear/sub-A_ses-M00_trc-18FFDG_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_suvr-pons2_pet.pt',
      '/flair_linear/sub-A_ses-M00_space-MNI152NLin2009cSym_res-1x1x1_FLAIR.pt',
      '/custom/sub-A_ses-M00_T1w_segm-graymatter_space-Ixi549Space_modulated-off_probability.pt',
    ]);
    expect(new TextDecoder().decode(await workspace.read(custom.json))).toBe(
      '{"preprocessing": "custom", "mode": "image", "use_uncropped_image": null, "prepare_dl": false, "custom_suffix": "graymatter_space-Ixi549Space_modulated-off_probability.nii.gz", "extract_json": "cus.json", "file_type": {"pattern": "*graymatter_space-Ixi549Space_modulated-off_probability.nii.gz", "description": "Custom suffix"}}',
    );
  });
});

describe('bad input', () => {
  /** The small study with one of its images changed. */
  async function spoilt(change: (bytes: Buffer) => Buffer): Promise<Folder> {
    const workspace = await smallStudy();
    const file = imageOf(goldenSessions[1]);
    const changed = change(Buffer.from(await workspace.read(file)));
    await workspace.write(file, new Uint8Array(changed));
    return workspace;
  }
  /** The image's uncompressed bytes changed in place. */
  const inside = (change: (nifti: Buffer) => void) => (packed: Buffer) => {
    const nifti = gunzipSync(packed);
    change(nifti);
    return gzipSync(nifti);
  };
  const maskPath =
    'caps/masks/tpl-MNI152NLin2009cSym/tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-leftHippocampusBox_mask.nii.gz';
  async function maskChanged(change: (nifti: Buffer) => void): Promise<Folder> {
    const workspace = await smallStudy();
    await workspace.write(maskPath, new Uint8Array(inside(change)(Buffer.from(await workspace.read(maskPath)))));
    return workspace;
  }
  const left = { roi_list: ['leftHippocampusBox'], save_features: true };
  const removed = async (file: string): Promise<Folder> => {
    const workspace = await smallStudy();
    await workspace.remove(file);
    return workspace;
  };
  const written = async (file: string, text: string): Promise<Folder> => {
    const workspace = await smallStudy();
    await workspace.write(file, new TextEncoder().encode(text));
    return workspace;
  };
  const second = imageOf(goldenSessions[1]).slice('caps/'.length);

  it.each<[string, () => Promise<Folder>, Mode, Values, string, string]>([
    ['truncated image', () => spoilt((bytes) => bytes.subarray(0, 20_000)), 'image', {}, 'gzip-damaged', second],
    ['image cut before its header', () => spoilt((bytes) => bytes.subarray(0, 30)), 'image', {}, 'gzip-damaged', second],
    ['empty image file', () => spoilt(() => Buffer.alloc(0)), 'image', {}, 'file-empty', second],
    ['flipped bits', () => spoilt((bytes) => bytes.fill(0x55, 9000, 9100)), 'image', {}, 'gzip-damaged', second],
    ['text instead of an image', () => spoilt(() => Buffer.from('0')), 'image', {}, 'file-is-other', second],
    [
      'fewer voxels than announced',
      () => spoilt((bytes) => gzipSync(gunzipSync(bytes).subarray(0, 5000))),
      'image',
      {},
      'nifti-truncated',
      second,
    ],
    [
      'gzip bomb',
      () => spoilt((bytes) => gzipSync(Buffer.concat([gunzipSync(bytes), Buffer.alloc(5e7)]))),
      'image',
      {},
      'gzip-too-large',
      second,
    ],
    [
      'a real fourth dimension',
      () =>
        spoilt(
          inside((nifti) => {
            nifti.writeInt16LE(4, 40);
            nifti.writeInt16LE(2, 48);
          }),
        ),
      'image',
      {},
      'image-not-3d',
      second,
    ],
    ['a constant image', () => spoilt(inside((nifti) => nifti.fill(0, 352))), 'image', {}, 'image-constant', second],
    [
      'an infinite voxel',
      () => spoilt(inside((nifti) => nifti.writeFloatLE(Infinity, 352 + 400))),
      'image',
      {},
      'values-infinite',
      second,
    ],
    ['missing image', () => removed(imageOf(goldenSessions[1])), 'image', {}, 'images-unusable', 'caps'],
    ['no participants', () => removed('caps/subjects'), 'image', {}, 'caps-empty', 'caps'],
    ['no such CAPS', smallStudy, 'image', { caps_directory: 'cap' }, 'caps-missing', 'cap'],
    ['BIDS', () => written('caps/sub-1/x', ''), 'image', {}, 'caps-is-bids', 'caps'],
    ['no such table', smallStudy, 'image', { subjects_sessions_tsv: 'no.tsv' }, 'file-missing', 'no.tsv'],
    [
      'table without sessions',
      () => written('two.tsv', 'participant_id\nsub-T01\n'),
      'image',
      { subjects_sessions_tsv: 'two.tsv' },
      'column-missing',
      'two.tsv',
    ],
    [
      'JSON name used',
      () => written('caps/tensor_extraction/a.json', '{}'),
      'image',
      { extract_json: 'a' },
      'extraction-exists',
      'tensor_extraction/a.json',
    ],
    ['mask missing', () => removed(maskPath), 'roi', left, 'mask-missing', 'masks/tpl-MNI152NLin2009cSym'],
    ['mask empty', () => maskChanged((nifti) => nifti.fill(0, 352)), 'roi', left, 'mask-empty', maskPath.slice('caps/'.length)],
    [
      'mask not binary',
      () => maskChanged((nifti) => nifti.fill(7, nifti.length - 8)),
      'roi',
      left,
      'mask-not-binary',
      maskPath.slice(maskPath.lastIndexOf('/') + 1),
    ],
    [
      'mask of another shape',
      () =>
        maskChanged((nifti) => {
          nifti.writeInt16LE(36, 42);
          nifti.writeInt16LE(32, 44);
        }),
      'roi',
      left,
      'mask-shape',
      maskPath.slice('caps/'.length),
    ],
    ['patch larger than the image', smallStudy, 'patch', { patch_size: 31, save_features: true }, 'patch-too-large', ''],
    [
      'all slices discarded',
      smallStudy,
      'slice',
      { slice_direction: 2, discarded_slices: [15], save_features: true },
      'slices-all-discarded',
      '',
    ],
    ['a measure of no diffusion image', smallStudy, 'image', { dti_measure: 'MD' }, 'option-of-modality', 'Options.dti_measure'],
  ])('%s is told by name, and leaves no half-written file and no JSON', async (_, make, mode, values, code, where) => {
    const workspace = await make();
    const before = await allFiles(workspace);
    const { result } = run(workspace, mode, values);
    await expect(result).rejects.toMatchObject({ code, ...(where === '' ? {} : { where }) });
    const added = (await allFiles(workspace)).filter((name) => !before.includes(name));
    for (const name of added) expect(readTensorFile(await workspace.read(name), name).shape).toEqual([1, 32, 36, 30]);
  });

  it('missing, doubled and damaged images are all named in one run, and the others prepared', async () => {
    const workspace = memoryFolder('study');
    await copyIntoFolder(workspace, `${study}/subjects`, 'caps/subjects');
    const image = (session: string): Promise<Uint8Array<ArrayBuffer>> => workspace.read(imageOf(session));
    const change = async (session: string, to: (bytes: Buffer) => Buffer): Promise<void> =>
      workspace.write(imageOf(session), new Uint8Array(to(Buffer.from(await image(session)))));
    await workspace.remove(imageOf('sub-T02/ses-M000'));
    const double = imageOf('sub-T07/ses-M000');
    await workspace.write(double.replace('_space', '_rec-b_space'), await workspace.read(double));
    await change('sub-T00/ses-M000', (bytes) => bytes.subarray(0, bytes.length - 8)); // found when it is unpacked
    await change('sub-T03/ses-M000', () => Buffer.alloc(0));
    await change('sub-T04/ses-M000', (bytes) => bytes.fill(0x55, 9000, 9100));
    await change(
      'sub-T06/ses-M000',
      inside((nifti) => nifti.writeInt16LE(32, 70)),
    ); // complex64
    await change(
      'sub-T08/ses-M000',
      inside((nifti) => nifti.write('xxx', 344)),
    ); // no header
    const { result, issues } = run(workspace, 'image');
    await expect(result).rejects.toMatchObject({
      code: 'images-unusable',
      message: expect.stringContaining('7 of 24'),
      hint: expect.stringMatching(/^Mend each as its line says, the first so: .+ --subjects_sessions_tsv\.$/),
    });
    const told = issues.map(({ code, where }) => `${code} ${/sub-T\d+/.exec(where ?? '')?.[0]}`);
    expect(told.sort()).toEqual([
      'file-empty sub-T03',
      'gzip-damaged sub-T00',
      'gzip-damaged sub-T04',
      'image-missing sub-T02',
      'image-twice sub-T07',
      'nifti-damaged sub-T08',
      'nifti-voxel-type sub-T06',
    ]);
    const files = await allFiles(workspace);
    expect(files.filter((name) => name.endsWith('.pt'))).toHaveLength(24 - 7);
    expect(files.filter((name) => name.endsWith('.json') && name.includes('tensor_extraction'))).toEqual([]);
  });

  it('sessions of a table that the CAPS does not have are listed, and the others prepared', async () => {
    const workspace = await smallStudy();
    const table = `${tsv}sub-T1\tses-M00\nsub-nobody\tses-M000\nsub-T01\tses-M111\n`;
    await workspace.write('two.tsv', new TextEncoder().encode(table));
    const { result, issues } = run(workspace, 'image', { subjects_sessions_tsv: 'two.tsv' });
    await expect(result).rejects.toMatchObject({ code: 'sessions-spelled', message: expect.stringContaining('1 of 5') });
    expect(issues.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'session-spelled sub-T1 | ses-M00',
      'participant-absent sub-nobody | ses-M000',
      'session-absent sub-T01 | ses-M111',
    ]);
    const files = await allFiles(workspace);
    expect(files.filter((name) => name.endsWith('.pt'))).toHaveLength(2);
    expect(files.filter((name) => name.includes('tensor_extraction'))).toEqual([]);
  });

  it('beside a damaged image, a misspelt session is one of those that cannot be prepared', async () => {
    const workspace = await spoilt(() => Buffer.alloc(0));
    await workspace.write('two.tsv', new TextEncoder().encode(`${tsv}sub-T1\tses-M00\n`));
    const { result, issues } = run(workspace, 'image', { subjects_sessions_tsv: 'two.tsv' });
    await expect(result).rejects.toMatchObject({ code: 'images-unusable', message: expect.stringContaining('2 of 3') });
    expect(issues.map(({ code }) => code)).toEqual(['session-spelled', 'file-empty']);
    expect((await allFiles(workspace)).filter((name) => name.endsWith('.pt'))).toHaveLength(1);
  });

  it('a session that a table names twice is prepared once, and told', async () => {
    const workspace = await smallStudy();
    await workspace.write('two.tsv', new TextEncoder().encode(`${tsv}sub-T01\tses-M000\nsub-T01 \tses-M000\n`));
    const extracted: string[] = [];
    const inner = inlineReaders();
    const extractSession: Readers['extractSession'] = (request, signal) => {
      extracted.push(request.imagePath);
      return inner.extractSession(request, signal);
    };
    const { result, issues } = run(workspace, 'image', { subjects_sessions_tsv: 'two.tsv' }, { ...inner, extractSession });
    expect(await result).toMatchObject({ sessions: 2, tensors: 2 });
    expect(extracted).toHaveLength(2);
    expect(issues.map(({ code, severity, message }) => `${severity} ${code}: ${message}`)).toEqual([
      'warning sessions-repeated: two.tsv names 1 session(s) more than once, and each was taken once: sub-T01 | ses-M000.',
    ]);
  });

  it('participants without a session beside others are told by name', async () => {
    const workspace = await smallStudy();
    for (const participant of ['sub-T08', 'sub-T07']) await workspace.makeFolder(`caps/subjects/${participant}/anat`);
    const { result, issues } = run(workspace, 'image');
    expect(await result).toMatchObject({ sessions: 2 });
    expect(issues.map(({ code, severity, message }) => `${severity} ${code}: ${message}`)).toEqual([
      'warning participants-without-sessions: 2 participant(s) in "caps/subjects" have no session (ses-…) and were left out: sub-T07, sub-T08.',
    ]);
  });

  it('when no session has an image, nothing is read and nothing written', async () => {
    const workspace = await smallStudy();
    for (const session of goldenSessions) await workspace.remove(imageOf(session));
    const before = await allFiles(workspace);
    const { result } = run(workspace, 'image');
    await expect(result).rejects.toMatchObject({ code: 'images-unusable' });
    expect(await allFiles(workspace)).toEqual(before);
  });

  it('a patch that fits some images only is refused before a tensor is written, and each of the others named', async () => {
    const workspace = await smallStudy();
    const small = imageOf(goldenSessions[1]);
    const flat = inside((nifti) => nifti.writeInt16LE(10, 42));
    await workspace.write(small, new Uint8Array(flat(Buffer.from(await workspace.read(small)))));
    const before = await allFiles(workspace);
    const { result } = run(workspace, 'patch', { patch_size: 20, save_features: true });
    await expect(result).rejects.toMatchObject({ code: 'patch-too-large', where: small.slice('caps/'.length) });
    expect(await allFiles(workspace)).toEqual(before);
  });

  it('several damaged images are each listed', async () => {
    const workspace = await smallStudy();
    for (const session of goldenSessions) await workspace.write(imageOf(session), new Uint8Array(100));
    const { result, issues } = run(workspace, 'image');
    await expect(result).rejects.toMatchObject({ code: 'images-unusable' });
    expect(issues.map((issue) => issue.where).sort()).toEqual(goldenSessions.map((s) => imageOf(s).slice('caps/'.length)));
  });

  it('images with NaN are written as they are, and reported', async () => {
    const workspace = await smallStudy();
    const file = imageOf(goldenSessions[0]);
    const type = gunzipSync(Buffer.from(await workspace.read(file))).readInt16LE(70);
    expect(type).toBe(16); // float32, so that NaN can be written into it
    const nan = inside((nifti) => nifti.writeFloatLE(Number.NaN, 352 + 4 * 100))(Buffer.from(await workspace.read(file)));
    await workspace.write(file, new Uint8Array(nan));
    const { result, issues } = run(workspace, 'image');
    expect((await result).tensors).toBe(2);
    expect(issues.map(({ code, severity, where }) => `${where}: ${severity} ${code}`)).toEqual([
      'sub-T01 | ses-M000: warning nan-found',
    ]);
  });

  it('all images that cannot be scaled are listed, and the others prepared', async () => {
    const workspace = memoryFolder('study');
    await copyIntoFolder(workspace, `${study}/subjects`, 'caps/subjects');
    const spoil = async (session: string, change: (nifti: Buffer) => void): Promise<string> => {
      const file = imageOf(session);
      await workspace.write(file, new Uint8Array(inside(change)(Buffer.from(await workspace.read(file)))));
      return file.slice('caps/'.length);
    };
    const constant = await spoil('sub-T02/ses-M000', (nifti) => nifti.fill(0, 352));
    const infinite = await spoil('sub-T07/ses-M000', (nifti) => nifti.writeFloatLE(Infinity, 352));
    const { result, issues } = run(workspace, 'image');
    await expect(result).rejects.toMatchObject({ code: 'images-unusable', message: expect.stringContaining('2 of 24') });
    expect(issues.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
      `image-constant ${constant}`,
      `values-infinite ${infinite}`,
    ]);
    expect((await allFiles(workspace)).filter((name) => name.endsWith('.pt'))).toHaveLength(22);
  });

  it.each<[Mode, Values, string]>([
    ['patch', { patch_size: 15, stride_size: 15, save_features: true }, 'image-constant'],
    ['patch', { patch_size: 15, stride_size: 15, save_features: false }, 'image-constant'],
    ['slice', { slice_direction: 2, save_features: true }, 'image-constant'],
  ])('a constant image is told where a network sees it as %s, %o', async (mode, values, code) => {
    const { result, issues } = run(await spoilt(inside((nifti) => nifti.fill(0, 352))), mode, values);
    await result;
    const own = issues.filter(({ where }) => where === 'sub-T05 | ses-M006');
    expect(own.map(({ code, severity }) => [code, severity])).toEqual([[code, 'warning']]);
  });

  it('an infinite voxel is told for the elements that hold it, before the first is written', async () => {
    const infinite = (x: number) => spoilt(inside((nifti) => nifti.writeFloatLE(-Infinity, 352 + 4 * (x + 32 * (29 + 36 * 29)))));
    const patches = { patch_size: 15, stride_size: 15, save_features: true };
    const workspace = await infinite(29);
    await expect(run(workspace, 'patch', patches).result).rejects.toMatchObject({ code: 'values-infinite', where: second });
    expect((await allFiles(workspace)).filter((name) => name.endsWith('.pt') && name.includes('sub-T05'))).toEqual([]);
    expect((await run(await infinite(30), 'patch', patches).result).tensors).toBe(16); // beyond the last patch
  });

  it('blank slices are counted in one warning for their image', async () => {
    const sliceBytes = 4 * 32 * 36;
    const workspace = await spoilt(inside((nifti) => nifti.fill(0, 352 + 27 * sliceBytes)));
    const nifti = gunzipSync(Buffer.from(await workspace.read(imageOf(goldenSessions[1]))));
    const blank = Array.from({ length: 30 }, (_, i) => nifti.subarray(352 + i * sliceBytes, 352 + (i + 1) * sliceBytes)).filter(
      (slice) => slice.equals(Buffer.alloc(sliceBytes)),
    ).length;
    const { result, issues } = run(workspace, 'slice', { slice_direction: 2, save_features: true });
    await result;
    const own = issues.filter(({ where }) => where === 'sub-T05 | ses-M006');
    expect(own.map(({ code, message }) => [code, message.slice(0, 7)])).toEqual([['elements-constant', `${blank} of 30`]]);
  });

  it('axes of size 1 behind the third change nothing, in images and masks', async () => {
    const mode = 'roi' as const;
    const longer = (nifti: Buffer): void => {
      nifti.writeInt16LE(5, 40);
      nifti.writeInt16LE(1, 48);
      nifti.writeInt16LE(1, 50);
    };
    const [plain, other] = [await smallStudy(), await spoilt(inside(longer))];
    await other.write(maskPath, new Uint8Array(inside(longer)(Buffer.from(await other.read(maskPath)))));
    const [{ written }] = [await run(plain, mode, left).result, await run(other, mode, left).result];
    for (const path of written) expect(await other.read(path)).toEqual(await plain.read(path));
  });

  it('a mask that fits some images blames the others', async () => {
    const workspace = await spoilt(
      inside((nifti) => {
        nifti.writeInt16LE(36, 42);
        nifti.writeInt16LE(32, 44);
      }),
    );
    const error: unknown = await run(workspace, 'roi', left).result.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'image-off-mask', where: second });
    for (const part of [second, '36 × 32 × 30', maskPath.slice('caps/'.length), '32 × 36 × 30', '1 other'])
      expect((error as Error).message).toContain(part);
    const whole = (await allFiles(workspace)).filter((name) => name.endsWith('.pt'));
    expect(whole.map((name) => name.includes('sub-T01'))).toEqual([true]);
  });

  it('a mask that lies elsewhere in space is told with both affines', async () => {
    const workspace = await maskChanged((nifti) => nifti.writeFloatLE(-nifti.readFloatLE(280), 280));
    const { result, issues } = run(workspace, 'roi', left);
    await result;
    expect(issues.map(({ code, where, severity }) => [code, where, severity])).toEqual([
      ['mask-affine', maskPath.slice('caps/'.length), 'warning'],
    ]);
    const mask = gunzipSync(Buffer.from(await workspace.read(maskPath)));
    for (const value of [mask.readFloatLE(280), -mask.readFloatLE(280)]) expect(issues[0].message).toContain(`[${value} 0 0 `);
    expect(issues[0].message).toContain('2 of 2 images');
  });

  it('a disk that is full ends the job with its own error, not with a list of images', async () => {
    const workspace = await smallStudy();
    const inner = inlineReaders();
    const full = appError('disk-full', { path: second, folder: 'caps' }, { where: second });
    const readers: Readers = { ...inner, extractSession: () => Promise.reject(full) };
    const { result, issues } = run(workspace, 'image', {}, readers);
    await expect(result).rejects.toBe(full);
    expect(issues).toEqual([]);
  });

  it('two regions whose names differ only after a dash are refused', async () => {
    const workspace = await smallStudy();
    const mask = await workspace.read(maskPath);
    for (const roi of ['a-left', 'a-right']) await workspace.write(maskPath.replace('leftHippocampusBox', roi), mask);
    const { result } = run(workspace, 'roi', { roi_list: ['a-left', 'a-right'], save_features: true });
    await expect(result).rejects.toMatchObject({ code: 'regions-collide', message: expect.stringContaining('a-right') });
  });
});
