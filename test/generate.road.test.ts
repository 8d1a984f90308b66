/** @file `generate` as a whole, against data sets that ClinicaDL 1.6.1 generated with the same seeds. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readNifti, writeNifti } from '../src/formats/nifti';
import { readTensorFile } from '../src/formats/torch-read';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';
import { filesBelow, goldenFiles, goldenText } from './road-files';
import { imagePath } from './road-study';

const small = 'generate/small';
const bytesOf = (file: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`test/golden/${file}`));
const unpacked = (bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => new Uint8Array(gunzipSync(bytes));

let study: Road;
beforeAll(async () => {
  const workspace = memoryFolder('small');
  for (const folder of ['caps', 'masks']) await copyIntoFolder(workspace.sub(folder), `test/golden/${small}/${folder}`);
  await workspace.write('two.tsv', bytesOf(`${small}/two.tsv`));
  study = await road(workspace, 'cpu');
});

/** Names of folders that are repaired. */
const repaired = (file: string): string =>
  file
    .replace('/t1-linear/', '/t1_linear/')
    .replace('/pet-linear/', '/pet_linear/')
    .replace(/\/t1_linear\/(?=.*_trc-)/, '/pet_linear/');

/** The greatest difference between two images, relative to the largest voxel; headers must say the same. */
function difference(found: Uint8Array<ArrayBuffer>, golden: Uint8Array<ArrayBuffer>): number {
  const [a, b] = [found, golden].map((bytes) => readNifti(bytes, { as: 'float64' }));
  const placing = ({ header: { qformCode, sformCode, description, voxelSize } }: typeof a) => ({
    ...{ qformCode, sformCode, description, voxelSize },
  });
  expect(placing(a)).toEqual(placing(b));
  expect(a.datatype).toBe(b.datatype);
  expect(a.shape).toEqual(b.shape);
  for (const [i, row] of a.affine.entries())
    for (const [j, value] of row.entries()) expect(value).toBeCloseTo(b.affine[i]![j]!, 5);
  expect(found[123]).toBe(golden[123]); // units
  const largest = b.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i]!)), 0) / largest;
}

/** Compares all that a golden run has written; the images of the session folders by `compare`. */
async function expectLike(
  workspace: Folder,
  output: string,
  golden: string,
  compare: (found: Uint8Array<ArrayBuffer>, golden: Uint8Array<ArrayBuffer>) => void,
): Promise<void> {
  const files = goldenFiles(golden);
  const placeholder = (file: string): boolean => file.endsWith('SheppLogan_phantom.nii.gz');
  const found = (await filesBelow(workspace, output)).map((file) => file.slice(output.length + 1));
  expect(found.filter((file) => !placeholder(file))).toEqual(files.map(repaired).sort());
  for (const file of files) {
    const bytes = await workspace.read(`${output}/${repaired(file)}`);
    if (file === 'commandline.json') {
      const { seed, ...told } = JSON.parse(new TextDecoder().decode(bytes));
      expect(JSON.stringify({ ...told, ...('n_proc' in told ? { n_proc: 1 } : {}) })).toBe(
        JSON.stringify(JSON.parse(goldenText(`${golden}/${file}`))),
      );
    } else if (file.startsWith('subjects/')) compare(bytes, bytesOf(`${golden}/${file}`));
    else expect(new TextDecoder().decode(bytes)).toBe(withoutRepeats(goldenText(`${golden}/${file}`)));
  }
}

/** 1.6.1 writes the rows of one label of phantoms again for each row of the other. JSON stays as it is. */
function withoutRepeats(text: string): string {
  if (!text.includes('\t')) return text;
  return [...new Set(text.split('\n').slice(0, -1)), ''].join('\n');
}

const equal = (found: Uint8Array<ArrayBuffer>, golden: Uint8Array<ArrayBuffer>): void =>
  expect(difference(unpacked(found), unpacked(golden))).toBe(0);
const within =
  (bound: number) =>
  (found: Uint8Array<ArrayBuffer>, golden: Uint8Array<ArrayBuffer>): void =>
    expect(difference(unpacked(found), unpacked(golden))).toBeLessThanOrEqual(bound);
const alike = (found: Uint8Array<ArrayBuffer>, golden: Uint8Array<ArrayBuffer>): void => {
  const [a, b] = [found, golden].map((bytes) => readTensorFile(bytes, 'x.pt'));
  expect(a!.shape).toEqual(b!.shape);
  const [x, y] = [a!.toFloat32(), b!.toFloat32()];
  expect(x.reduce((most, value, i) => Math.max(most, Math.abs(value - y[i]!)), 0)).toBeLessThanOrEqual(1e-6);
};

const t1 = '--preprocessing t1-linear';
const pet = '--preprocessing pet-linear --tracer 18FFDG -suvr cerebellumPons2';

describe('a data set of ClinicaDL 1.6.1 comes again, whatever the number of workers', () => {
  it.each([
    ['random_int', `random caps OUT ${t1} --n_subjects 1 --participants_tsv two.tsv --seed 0`, equal],
    ['random_uncropped', `random caps OUT ${t1} --n_subjects 1 -uui --mean 0.5 --sigma 2 --seed 3`, equal],
    ['random_pet', `random caps OUT ${pet} --n_subjects 1 --sigma 0.1 --seed 0`, equal],
    ['trivial', `trivial caps OUT ${t1} --n_subjects 2 --mask_path masks --atrophy_percent 35 --seed 0`, equal],
    ['trivial_pet', `trivial caps OUT ${pet} --n_subjects 1 --mask_path masks --participants_tsv two.tsv --seed 5`, equal],
    [
      'phantoms',
      'shepplogan OUT --n_subjects 4 --image_size 48 --smoothing -ej phantom -csd 0.5 -csd 0.25 -csd 0.25 --seed 2',
      alike,
    ],
    ['phantoms_odd', 'shepplogan OUT --n_subjects 2 --image_size 33 -ej phantom.json -asd 0 -asd 0 -asd 1 --seed 7', alike],
    ['hypometabolic', 'hypometabolic caps OUT --n_subjects 2 -p pca -anod 40 --sigma 2 --mask_path masks', within(1e-12)],
    ['artifacts_all', `artifacts caps OUT ${t1} --motion --contrast --noise --participants_tsv two.tsv --seed 1`, within(1e-5)],
    [
      'artifacts_motion',
      `artifacts caps OUT ${t1} -uui --motion --num_transforms 3 --translation -3 --translation 5 --rotation -8 --rotation 10 --participants_tsv two.tsv --seed 0`,
      within(1e-5),
    ],
    [
      'artifacts_contrast',
      `artifacts caps OUT ${t1} -uui --contrast --gamma -0.3 --gamma 0.4 --participants_tsv two.tsv --seed 4`,
      within(1e-6),
    ],
    [
      'artifacts_noise',
      `artifacts caps OUT ${pet} --noise --noise_std 0.1 --noise_std 0.3 --participants_tsv two.tsv --seed 0`,
      within(1e-6),
    ],
  ] as const)('%s', async (golden, line, compare) => {
    for (const workers of [1, 3]) {
      const output = `${golden}_${workers}`;
      await study.must(`clinicadl generate ${line.replace('OUT', output)} --n_proc ${workers}`);
      await expectLike(study.workspace, output, `${small}/${golden}`, compare);
    }
  });
});

describe('the golden study', () => {
  const hashes = JSON.parse(goldenText('generate/hashes.json')) as Record<string, Record<string, string>>;
  const hashOf = (voxels: Uint8Array): string => createHash('sha256').update(voxels).digest('hex');

  it.each([
    ['caps_rand', `random caps out ${t1} --n_subjects 4 --mean 5 --sigma 3 --seed 0`],
    ['caps_triv', `trivial caps out ${t1} --n_subjects 10 --mask_path masks_trivial --seed 0`],
  ])('%s has the voxels of ClinicaDL, bit for bit, and its table', async (name, line) => {
    const workspace = memoryFolder('study');
    await copyIntoFolder(workspace.sub('caps'), 'test/golden/study/caps');
    await copyIntoFolder(workspace.sub('masks_trivial'), 'test/golden/generate/masks_trivial');
    const { must, text } = await road(workspace, 'cpu');
    await must(`clinicadl generate ${line}`);
    const files = (await filesBelow(workspace, 'out/subjects')).filter((file) => file.endsWith('.nii.gz'));
    for (const [participant, hash] of Object.entries(hashes[name]!)) {
      const file = files.find((path) => path.includes(`/${participant}/`));
      expect(hashOf(unpacked(await workspace.read(file!)).subarray(352)), participant).toBe(hash);
    }
    expect(await text('out/data.tsv')).toBe(withoutRepeats(goldenText(`generate/${name}/data.tsv`)));
    expect(files).toHaveLength(name === 'caps_rand' ? 8 : 20);
  });

  it('caps_shepp has the rows of ClinicaDL, each once, and its description', async () => {
    // Its voxels are compared in src/images/generate/phantom.test.ts.
    const { must, text } = await road(memoryFolder('study'), 'cpu');
    await must('clinicadl generate shepplogan out --n_subjects 10 --image_size 64 -ej shepp --seed 0');
    for (const file of ['data.tsv', 'missing_mods/missing_mods_ses-M000.tsv', 'tensor_extraction/shepp.json'])
      expect(await text(`out/${file}`), file).toBe(withoutRepeats(goldenText(`generate/caps_shepp/${file}`)));
  });
});

describe('generated data sets are used as any other', () => {
  it('PET images are found by prepare-data, in the folder of their preprocessing', async () => {
    await study.must(`clinicadl generate trivial caps pet_found ${pet} --n_subjects 1 --mask_path masks --seed 1`);
    await study.must('clinicadl prepare-data image pet_found pet-linear --tracer 18FFDG -suvr cerebellumPons2 -ej pet');
    expect((await filesBelow(study.workspace, 'pet_found')).filter((file) => file.endsWith('.pt'))).toHaveLength(2);
  });

  it('phantoms have a row each, and the description that training asks for', async () => {
    const { must, text } = await road(memoryFolder('phantoms'), 'cpu');
    await must('clinicadl generate shepplogan out --n_subjects 4 --image_size 32 -ej phantoms --seed 3');
    const rows = (await text('out/data.tsv')).trimEnd().split('\n').slice(1).sort();
    expect(rows).toHaveLength(8);
    expect(rows.map((row) => row.split('\t')[2]).join()).toBe('AD,AD,AD,AD,CN,CN,CN,CN');
    const json = JSON.parse(await text('out/tensor_extraction/phantoms.json'));
    expect(json).toMatchObject({ mode: 'slice', num_slices: 1, extract_json: 'phantoms.json' });
  });

  it('without a seed one is drawn and told, and gives the same again', async () => {
    const { output } = await study.must(`clinicadl generate random caps unseeded ${t1} --n_subjects 1`);
    const { seed } = JSON.parse(await study.text('unseeded/commandline.json'));
    expect(output).toContain(`Seed of the draws: ${seed}`);
    await study.must(`clinicadl generate random caps seeded ${t1} --n_subjects 1 --seed ${seed}`);
    for (const file of (await filesBelow(study.workspace, 'unseeded')).filter((name) => name.endsWith('.gz')))
      expect(await study.workspace.read(file.replace('unseeded', 'seeded'))).toEqual(await study.workspace.read(file));
  });
});

describe('boxes instead of masks', () => {
  const name = (roi: string): string =>
    `masks/tpl-MNI152NLin2009cSym/tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-${roi}_mask.nii.gz`;

  it('are those of the CAPS, where it has them, and named', async () => {
    for (const [i, roi] of ['leftHippocampusBox', 'rightHippocampusBox'].entries())
      await study.workspace.write(`caps/${name(roi)}`, bytesOf(`${small}/masks/mask-${i + 1}.nii.gz`));
    const { output } = await study.must(
      `clinicadl generate trivial caps boxes ${t1} --n_subjects 2 --box_masks --atrophy_percent 35 --seed 0`,
    );
    await study.workspace.remove('caps/masks');
    expect(output.join()).toMatch(/leftHippocampusBox.*rightHippocampusBox.*not the masks of ClinicaDL/);
    const images = goldenFiles(`${small}/trivial`).filter((file) => file.startsWith('subjects/'));
    expect(images).toHaveLength(4);
    for (const file of images) equal(await study.workspace.read(`boxes/${repaired(file)}`), bytesOf(`${small}/trivial/${file}`));
  });

  it('are made for the images of Clinica, and written beside the images', async () => {
    const workspace = memoryFolder('whole');
    const shape = [169, 208, 179] as const;
    const affine = [
      [1, 0, 0, -84],
      [0, 1, 0, -119],
      [0, 0, 1, -78],
      [0, 0, 0, 1],
    ];
    const voxels = new Uint8Array(169 * 208 * 179).fill(7);
    const image = gzipSync(writeNifti({ shape, data: voxels, affine, datatype: 'uint8' }), { level: 1 });
    await workspace.write(imagePath('sub-A'), new Uint8Array(image));
    const { must } = await road(workspace, 'cpu');
    await must(`clinicadl generate trivial caps out ${t1} --n_subjects 1 --box_masks --atrophy_percent 100 --seed 0`);
    const changed = async (participant: string): Promise<readonly number[]> => {
      const path = imagePath(participant).replace('caps/', 'out/');
      const { data } = readNifti(unpacked(await workspace.read(path)), { as: 'float64' });
      let [count, first, last] = [0, -1, -1];
      for (let place = 0; place < data.length; place++) {
        if (data[place] === 7) continue;
        if (count++ === 0) first = place;
        last = place;
      }
      const at = (place: number): number[] => [place % 169, Math.floor(place / 169) % 208, Math.floor(place / (169 * 208))];
      return [count, ...at(first), ...at(last)];
    };
    // 25 voxels before the centre (61, 96, 68) or (109, 96, 68) to 24 after it.
    expect(await changed('sub-TRIV0')).toEqual([50 ** 3, 36, 71, 43, 85, 120, 92]);
    expect(await changed('sub-TRIV1')).toEqual([50 ** 3, 84, 71, 43, 133, 120, 92]);
    for (const roi of ['leftHippocampusBox', 'rightHippocampusBox'])
      expect(await workspace.kindOf(`out/${name(roi)}`)).toBe('file');
  });

  it('on another grid are refused, and nothing is written', async () => {
    const { status, error } = await study.run(`clinicadl generate trivial caps refused ${t1} --n_subjects 1 --box_masks`);
    expect([status, error?.code]).toEqual(['failed', 'box-masks-grid']);
    expect(await study.workspace.kindOf('refused')).toBeUndefined();
  });
});
