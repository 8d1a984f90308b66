/** @file Data sets over the golden study: where samples lie, what they hold, and what is refused before the first is read. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import type { Issue } from '../base/issues';
import { type ExtractionJson, parseExtractionJson } from '../caps/extraction-json';
import type { Folder } from '../folders/folder';
import { memoryFolder } from '../folders/memory-folder';
import { readTensorFile } from '../formats/torch-read';
import { type Dataset, elementOf, openDataset } from './dataset';
import { inlineReaders } from './inline-readers';
import { createLoader } from './loader';
import { type DatasetRequest, emptyMemory } from './look-up-rows';
import { elementFile, readElement } from './read-tensor';
import type { Readers, ReadSample } from './readers';
import { SampleCache } from './sample-cache';

const prepared = 'test/golden/prepared';
const rows = [
  { participant_id: 'sub-T05', session_id: 'ses-M006', label: 0 },
  { participant_id: 'sub-T01', session_id: 'ses-M000', label: 1 },
];
const free = new AbortController().signal;
const normalized = { normalize: true, sizeReductionFactor: null };
const raw = { normalize: false, sizeReductionFactor: null };

const jsonOf = (name: string): ExtractionJson =>
  parseExtractionJson(readFileSync(`${prepared}/tensor_extraction/${name}.json`), `${name}.json`);
const folderOf = (row: (typeof rows)[number], mode: string): string =>
  `subjects/${row.participant_id}/${row.session_id}/deeplearning_prepare_data/${mode}_based/t1_linear`;
const wholeImage = (row: (typeof rows)[number]): string =>
  `${folderOf(row, 'image')}/${row.participant_id}_${row.session_id}_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.pt`;

/** What `prepare-data` of ClinicaDL left behind, with the masks, without the NIfTI images. */
async function preparedCaps(): Promise<Folder> {
  const caps = memoryFolder('caps');
  await copyIntoFolder(caps, `${prepared}/subjects`, 'subjects');
  await copyIntoFolder(caps, 'test/golden/study/caps/masks', 'masks');
  return caps;
}

async function addImages(caps: Folder): Promise<void> {
  for (const { participant_id, session_id } of rows)
    await copyIntoFolder(
      caps,
      `test/golden/study/caps/subjects/${participant_id}/${session_id}`,
      `subjects/${participant_id}/${session_id}`,
    );
}

interface Opened {
  readonly dataset: Promise<Dataset>;
  readonly issues: Issue[];
}

function open(caps: Folder, extraction: ExtractionJson, more: Partial<DatasetRequest> = {}): Opened {
  const issues: Issue[] = [];
  const request = { caps, rows, extraction, transforms: normalized, readers: inlineReaders(), signal: free };
  return { dataset: openDataset({ ...request, issue: (issue) => issues.push(issue), ...more }), issues };
}

const readAll = async (dataset: Dataset, readers: Readers = inlineReaders()): Promise<ReadSample[]> =>
  Promise.all(Array.from({ length: dataset.size }, (_, n) => readers.readSample(dataset.request(n), free)));

describe('samples of the golden study', () => {
  let caps: Folder;
  beforeAll(async () => {
    caps = await preparedCaps();
  });

  it('a whole image, normalised, has the bits of the input that ClinicaDL gave to its network', async () => {
    const dataset = await open(caps, jsonOf('image')).dataset;
    expect(dataset).toMatchObject({ size: 2, elementsPerImage: 1, sampleShape: [1, 32, 36, 30] });
    const sample = await inlineReaders().readSample(dataset.request(1), free);
    const name = 'test/golden/maps/maps_rec/split-0/best-loss/test3/tensors/sub-T01_ses-M000_image-0_input.pt';
    const input = readTensorFile(new Uint8Array(readFileSync(name)), name);
    expect(sample.shape).toEqual(input.shape);
    expect(sample.data).toEqual(input.toContiguous());
    expect(sample).toMatchObject({ participant_id: 'sub-T01', session_id: 'ses-M000', elementId: 0, label: 1 });
  });

  it.each<[string, number, number[], number]>([
    ['patch18', 8, [1, 18, 18, 18], 0],
    ['slice', 10, [3, 32, 36], 10],
    ['roi', 2, [1, 10, 14, 10], 0],
    ['roi_uncrop', 2, [1, 32, 36, 30], 0],
  ])('%s: saved elements and elements cut while training are the same samples', async (name, count, shape, firstId) => {
    const json = jsonOf(name);
    for (const transforms of [normalized, raw]) {
      const saved = await open(caps, json, { transforms }).dataset;
      const cut = await open(caps, { ...json, prepare_dl: false }, { transforms }).dataset;
      expect(saved).toMatchObject({ size: 2 * count, elementsPerImage: count, sampleShape: shape });
      expect(await readAll(saved)).toEqual(await readAll(cut));
    }
    const [sample] = await readAll(await open(caps, json).dataset);
    expect(sample).toMatchObject({ participant_id: 'sub-T05', elementId: firstId, label: 0, shape });
  });

  it('the regions and slices of the golden MAPS have the input sizes of its networks', async () => {
    expect(await open(caps, jsonOf('roibig')).dataset).toMatchObject({ elementsPerImage: 2, sampleShape: [1, 18, 20, 17] });
    expect(await open(caps, jsonOf('slice_fly')).dataset).toMatchObject({ elementsPerImage: 3, sampleShape: [3, 32, 30] });
  });

  it('samples are numbered row by row', async () => {
    const dataset = await open(caps, jsonOf('slice_fly')).dataset;
    const places = Array.from({ length: 6 }, (_, n) => dataset.request(n)).map((r) => `${r.participant_id} ${r.elementId}`);
    expect(places).toEqual(['sub-T05 16', 'sub-T05 17', 'sub-T05 18', 'sub-T01 16', 'sub-T01 17', 'sub-T01 18']);
  });

  it('size reduction is part of the announced shape', async () => {
    const dataset = await open(caps, jsonOf('image'), { transforms: { normalize: true, sizeReductionFactor: 4 } }).dataset;
    expect(dataset.sampleShape).toEqual([1, 7, 7, 6]);
    expect((await readAll(dataset))[0].shape).toEqual([1, 7, 7, 6]);
  });

  it('the elements of one image are cut from one reading of its file', async () => {
    const reads: string[] = [];
    const counted = new Proxy(caps, {
      get: (target, key) =>
        key === 'read'
          ? (path: string) => {
              reads.push(path);
              return target.read(path);
            }
          : Reflect.get(target, key),
    });
    const dataset = await open(counted, { ...jsonOf('patch18'), prepare_dl: false }).dataset;
    expect(reads).toEqual([]);
    const readers = inlineReaders();
    for (let n = 0; n < dataset.size; n++) await readers.readSample(dataset.request(n), free);
    expect(reads).toEqual(rows.map(wholeImage));
  });

  it.each(['patch18', 'slice_fly', 'roi', 'roi_uncrop'])(
    'one of several networks has the samples of all, and a file that was read before is not read whole again: %s',
    async (name) => {
      let whole = 0;
      let part = 0;
      const counted = new Proxy(caps, {
        get: (target, key) => {
          if (key === 'read') {
            return (path: string) => {
              whole++;
              return target.read(path);
            };
          }
          if (key !== 'file') return Reflect.get(target, key);
          return async (path: string) => {
            const file = await target.file(path);
            const bytes = async (start?: number, end?: number) => {
              const found = await file.bytes(start, end);
              part += found.length;
              return found;
            };
            return { ...file, name: file.name, path: file.path, sizeBytes: file.sizeBytes, bytes };
          };
        },
      });
      const all = await open(counted, { ...jsonOf(name), prepare_dl: false }).dataset;
      const expected = await readAll(all);
      const readers = inlineReaders();
      await readAll(elementOf(all, 0), readers);
      whole = part = 0;
      for (let element = 0; element < all.elementsPerImage; element++) {
        const found = await readAll(elementOf(all, element), readers);
        expect(found).toEqual(rows.map((_, row) => expected[row * all.elementsPerImage + element]));
      }
      expect(whole).toBe(0);
      // Planes of 32 × 36 voxels, one after the other: 18 of a patch, 10 of a region; a coronal slice and an uncropped region need them all.
      const planes = { patch18: 18, slice_fly: 30, roi: 10, roi_uncrop: 30 }[name]!;
      expect(part).toBeLessThanOrEqual(rows.length * all.elementsPerImage * planes * 32 * 36 * 4);
    },
  );

  it('an image that was replaced is read whole and judged again', async () => {
    const changed = await preparedCaps();
    const dataset = elementOf(await open(changed, { ...jsonOf('patch18'), prepare_dl: false }).dataset, 1);
    const readers = inlineReaders();
    await readAll(dataset, readers);
    await changed.write(wholeImage(rows[1]), new Uint8Array(100));
    await expect(readers.readSample(dataset.request(1), free)).rejects.toMatchObject({ where: wholeImage(rows[1]) });
  });

  it('batches come through the loader with their labels', async () => {
    const dataset = await open(caps, jsonOf('slice')).dataset;
    const loader = createLoader({ dataset, readers: inlineReaders(), cache: new SampleCache(0), issue: () => {} });
    const batches = [];
    for await (const batch of loader.batches([19, 0, 7], 2, free)) batches.push(batch);
    expect(batches.map((batch) => batch.shape)).toEqual([
      [2, 32, 36, 3],
      [1, 32, 36, 3],
    ]);
    expect(batches[0].samples).toEqual([
      { participant_id: 'sub-T01', session_id: 'ses-M000', elementId: 19, label: 1 },
      { participant_id: 'sub-T05', session_id: 'ses-M006', elementId: 10, label: 0 },
    ]);
  });
});

describe('counting elements', () => {
  /** Tensors of one mode only, as `--save_features` leaves them. */
  async function only(mode: string): Promise<Folder> {
    const caps = await preparedCaps();
    for (const row of rows)
      for (const other of ['image', 'slice', 'patch', 'roi']) if (other !== mode) await caps.remove(folderOf(row, other));
    return caps;
  }

  it.each([
    ['patch18', 'patch', 8],
    ['slice', 'slice', 10],
    ['roi', 'roi', 2],
  ])('%s needs neither whole images nor NIfTI files', async (name, mode, count) => {
    const caps = await only(mode);
    await caps.remove('masks');
    expect((await open(caps, jsonOf(name)).dataset).elementsPerImage).toBe(count);
  });

  it('slices of an earlier extraction are not counted when the NIfTI file tells the size', async () => {
    const caps = await only('slice');
    for (const row of rows) {
      const [{ name }] = await caps.list(folderOf(row, 'slice'));
      const bytes = await caps.read(`${folderOf(row, 'slice')}/${name}`);
      for (const i of [20, 21]) await caps.write(`${folderOf(row, 'slice')}/${name.replace(/slice-\d+/, `slice-${i}`)}`, bytes);
    }
    await addImages(caps);
    expect((await open(caps, jsonOf('slice')).dataset).elementsPerImage).toBe(10);
  });

  it('num_slices counts where the image is a placeholder', async () => {
    const caps = memoryFolder('caps');
    const row = { participant_id: 'sub-CLNC00000', session_id: 'ses-M000', label: 0 };
    const folder = 'subjects/sub-CLNC00000/ses-M000';
    const name = 'sub-CLNC00000_ses-M000_space-SheppLogan';
    await caps.write(`${folder}/shepplogan/${name}_phantom.nii.gz`, new TextEncoder().encode('0'));
    const element = { shape: [1, 4, 4], strides: [16, 4, 1], data: Float32Array.from({ length: 16 }, (_, i) => i) };
    const path = `${folder}/deeplearning_prepare_data/slice_based/custom/${name}_axis-axi_channel-single_slice-0_phantom.pt`;
    await caps.write(path, elementFile(element, path));
    const json = parseExtractionJson(
      '{"preprocessing": "custom", "mode": "slice", "use_uncropped_image": false, "prepare_dl": true, "extract_json": "s.json", "slice_direction": 2, "slice_mode": "single", "discarded_slices": 0, "num_slices": 1, "file_type": {"pattern": "*_space-SheppLogan_phantom.nii.gz", "description": "Custom suffix", "needed_pipeline": "shepplogan"}}',
      's.json',
    );
    const dataset = await open(caps, json, { rows: [row] }).dataset;
    expect(dataset).toMatchObject({ size: 1, sampleShape: [1, 4, 4] });
    expect((await readAll(dataset))[0].data[15]).toBe(1);
  });
});

describe('refused before the first sample is read', () => {
  it('sessions without tensors are all listed, with what to run', async () => {
    const caps = await preparedCaps();
    for (const row of rows) await caps.remove(wholeImage(row));
    await addImages(caps);
    const { dataset, issues } = open(caps, jsonOf('image'));
    await expect(dataset).rejects.toMatchObject({ code: 'tensors-missing', hint: expect.stringContaining('prepare-data') });
    expect(issues.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'tensor-missing sub-T05 | ses-M006',
      'tensor-missing sub-T01 | ses-M000',
    ]);
  });

  it('a session that lacks one of its patches is named', async () => {
    const caps = await preparedCaps();
    const [, , , { name }] = await caps.list(folderOf(rows[1], 'patch'));
    await caps.remove(`${folderOf(rows[1], 'patch')}/${name}`);
    const { dataset, issues } = open(caps, jsonOf('patch18'));
    await expect(dataset).rejects.toMatchObject({ code: 'tensors-missing' });
    expect(issues[0]).toMatchObject({ code: 'elements-missing', where: 'sub-T01 | ses-M000' });
    expect(issues[0].message).toContain('1 of 8');
  });

  it('the number of patches comes from the first image that can be read, whatever is wrong with the first rows', async () => {
    const caps = await preparedCaps();
    const third = { participant_id: 'sub-T00', session_id: 'ses-M000', label: 0 };
    await copyIntoFolder(caps, 'test/golden/study/caps/subjects/sub-T00/ses-M000', 'subjects/sub-T00/ses-M000');
    for (const row of [...rows, third]) await caps.remove(wholeImage(row));
    await addImages(caps);
    // The second row has no last patch, its image says that there should be eight; the first row has no tensors at all.
    const [last] = (await caps.list(folderOf(rows[1], 'patch'))).slice(-1);
    for (const row of rows)
      await caps.remove(
        `${folderOf(row, 'patch')}/${last.name.replace(/^sub-\w+_ses-\w+?_/, `${row.participant_id}_${row.session_id}_`)}`,
      );
    const { dataset, issues } = open(caps, jsonOf('patch18'), { rows: [third, ...rows] });
    await expect(dataset).rejects.toMatchObject({ code: 'tensors-missing' });
    expect(issues.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'tensor-missing sub-T00 | ses-M000',
      'elements-missing sub-T05 | ses-M006',
      'elements-missing sub-T01 | ses-M000',
    ]);
  });

  it('images of other dimensions are named with both shapes', async () => {
    const caps = await preparedCaps();
    const path = wholeImage(rows[1]);
    const shape = [1, 36, 32, 30]; // as many bytes as the others
    await caps.write(path, elementFile({ shape, strides: [36, 1, 36, 1152], data: new Float32Array(34560) }, path));
    const { dataset, issues } = open(caps, jsonOf('image'));
    await expect(dataset).rejects.toMatchObject({ code: 'shapes-differ' });
    expect(issues.map((issue) => issue.message)).toEqual([
      `"${path}" has the shape 1 × 36 × 32 × 30; sub-T05 | ses-M006 has 1 × 32 × 36 × 30.`,
    ]);
  });

  it('tensors of two images in one session are not mixed', async () => {
    const caps = await preparedCaps();
    const path = wholeImage(rows[0]);
    await caps.write(path.replace('_space', '_rec-b_space'), await caps.read(path));
    const { dataset, issues } = open(caps, jsonOf('image'));
    await expect(dataset).rejects.toMatchObject({ code: 'tensors-missing' });
    expect(issues[0].code).toBe('tensor-twice');
  });

  it('missing, unreadable and different tensors are all named in one run', async () => {
    const caps = await preparedCaps();
    const image = await caps.read(wholeImage(rows[0]));
    const row = (i: number) => ({ participant_id: `sub-N${i}`, session_id: 'ses-M000', label: 0 });
    const contents: [Uint8Array<ArrayBuffer> | null, string][] = [
      [image.slice(0, 100), 'torch-damaged'],
      [null, 'participant-absent'],
      [new Uint8Array(0), 'file-empty'],
      [elementFile({ shape: [1, 2, 2, 2], strides: [8, 4, 2, 1], data: new Float32Array(8) }, 'x.pt'), 'shape-differs'],
      [new TextEncoder().encode('no tensor at all'), 'file-is-other'],
    ];
    for (const [i, [bytes]] of contents.entries()) if (bytes !== null) await caps.write(wholeImage(row(i)), bytes);
    const { dataset, issues } = open(caps, jsonOf('image'), { rows: [...contents.map((_, i) => row(i)), ...rows] });
    await expect(dataset).rejects.toMatchObject({ code: 'tensors-unusable', message: expect.stringContaining('5 of 7') });
    const told = issues.map(({ code, where }) => `${/sub-N\d/.exec(where ?? '')?.[0]} ${code}`).sort();
    expect(told).toEqual(contents.map(([, code], i) => `sub-N${i} ${code}`));
  });

  it('rows that were looked up before are not looked up again', async () => {
    const caps = await preparedCaps();
    const inner = inlineReaders();
    let looks = 0;
    const readers: Readers = {
      ...inner,
      inspectImage: (...call) => {
        looks++;
        return inner.inspectImage(...call);
      },
    };
    const memory = emptyMemory();
    await open(caps, jsonOf('image'), { readers, memory }).dataset;
    expect(looks).toBe(2);
    await open(caps, jsonOf('image'), { readers, memory, rows: [rows[1]] }).dataset;
    expect(looks).toBe(2);
  });

  it.each<[string, string, Partial<DatasetRequest>, object]>([
    ['no rows', 'image', { rows: [] }, { code: 'rows-empty' }],
    ['inputs of another size than the network takes', 'image', { expectedShape: [1, 32, 36, 31] }, { code: 'inputs-differ' }],
    [
      'size reduction of slices',
      'slice',
      { transforms: { normalize: true, sizeReductionFactor: 2 } },
      { code: 'size-reduction-shape' },
    ],
    [
      'a patch larger than the image',
      'image',
      { extraction: { ...jsonOf('patch'), patch_size: 31, prepare_dl: false } as ExtractionJson },
      { code: 'patch-too-large' },
    ],
    [
      'regions of two shapes',
      'image',
      { extraction: { ...jsonOf('roibig'), roi_list: ['leftBig', 'leftHippocampusBox'] } as ExtractionJson },
      { code: 'regions-differ' },
    ],
    [
      'a region without a mask',
      'image',
      { extraction: { ...jsonOf('roibig'), roi_list: ['nowhere'] } as ExtractionJson },
      { code: 'mask-missing' },
    ],
    [
      'uncropped images with cropped masks only',
      'image',
      { extraction: { ...jsonOf('roibig'), use_uncropped_image: true } as ExtractionJson },
      { code: 'mask-cropping' },
    ],
  ])('%s', async (_, name, more, error) => {
    await expect(open(await preparedCaps(), jsonOf(name), more).dataset).rejects.toMatchObject(error);
  });
});

describe('spoilt tensors', () => {
  /** The study with one value written over the voxels of one image. */
  async function withVoxels(change: (data: Float32Array<ArrayBuffer>) => void): Promise<Folder> {
    const caps = await preparedCaps();
    const path = wholeImage(rows[0]);
    const { shape, strides, storage } = readTensorFile(await caps.read(path), path);
    const data = Float32Array.from(storage as Float32Array<ArrayBuffer>);
    change(data);
    await caps.write(path, elementFile({ shape, strides, data }, path));
    return caps;
  }

  it('an image of one value is refused by name, not turned into NaN', async () => {
    const dataset = await open(await withVoxels((data) => data.fill(3)), jsonOf('image')).dataset;
    await expect(inlineReaders().readSample(dataset.request(0), free)).rejects.toMatchObject({
      code: 'image-constant',
      where: wholeImage(rows[0]),
    });
  });

  it('a patch of one value becomes zeros and is reported once for its session', async () => {
    const caps = await withVoxels((data) => data.fill(3));
    const dataset = await open(caps, { ...jsonOf('patch18'), prepare_dl: false }).dataset;
    const issues: Issue[] = [];
    const loader = createLoader({
      dataset,
      readers: inlineReaders(),
      cache: new SampleCache(0),
      issue: (issue) => issues.push(issue),
    });
    const sums: number[] = [];
    for await (const batch of loader.batches([...Array(8).keys()], 4, free)) sums.push(Math.max(...batch.data));
    expect(sums).toEqual([0, 0]);
    expect(issues.map(({ code, where }) => [code, where])).toEqual([['element-constant', 'sub-T05 | ses-M006']]);
  });

  it('NaN is replaced before scaling and counted', async () => {
    const dataset = await open(await withVoxels((data) => data.fill(Number.NaN, 0, 7)), jsonOf('image')).dataset;
    const sample = await inlineReaders().readSample(dataset.request(0), free);
    expect(sample.notes).toEqual({ nanCount: 7, constant: false, outliers: 0 });
    expect(sample.data.some(Number.isNaN)).toBe(false);
    expect(Math.max(...sample.data)).toBe(1);
  });

  it('a tensor cut short is refused by name when it is read', async () => {
    const caps = await preparedCaps();
    const path = wholeImage(rows[0]);
    await caps.write(path, (await caps.read(path)).slice(0, 50_000));
    const dataset = await open(caps, jsonOf('image')).dataset;
    await expect(inlineReaders().readSample(dataset.request(0), free)).rejects.toMatchObject({
      code: 'torch-damaged',
      where: path,
    });
  });

  it.each(['image', 'patch18'])(
    'a tensor of 2 GiB made of one number is refused by name before it is made (%s)',
    async (name) => {
      const caps = await preparedCaps();
      const path = wholeImage(rows[0]);
      await caps.write(path, elementFile({ shape: [1, 512, 1024, 1024], strides: [0, 0, 0, 0], data: Float32Array.of(1) }, path));
      expect((await caps.read(path)).length).toBeLessThan(2000);
      const json = { ...jsonOf(name), prepare_dl: false } as ExtractionJson;
      await expect(open(caps, json).dataset).rejects.toMatchObject({
        code: 'torch-damaged',
        where: path,
        message: expect.stringContaining('claims 536870912 elements, and 1 are stored'),
      });
    },
  );

  it('a small expanded tensor is read', async () => {
    const caps = await preparedCaps();
    const data = Float32Array.from({ length: 36 * 30 }, (_, i) => i);
    await caps.write('rgb.pt', elementFile({ shape: [3, 36, 30], strides: [0, 30, 1], data }, 'rgb.pt'));
    expect((await readElement(caps, 'rgb.pt')).data).toEqual(Float32Array.from([...data, ...data, ...data]));
  });

  it('an aborted request is not read', async () => {
    const caps = await preparedCaps();
    const dataset = await open(caps, jsonOf('image')).dataset;
    const reading = inlineReaders().readSample(dataset.request(0), AbortSignal.abort());
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
