/** @file What `train reconstruction` and `predict` save beside tables: tensors, NIfTI files, codes. */
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { readNifti, writeNifti } from '../src/formats/nifti';
import { readTensorFile } from '../src/formats/torch';
import type { Road } from './road';
import { cells, contentOf, filesBelow } from './road-files';
import { fillTinyStudy, imagePath, tinyParticipant, tinyRoad, tinyShape, tinyTraining, tinyVoxels } from './road-study';

const affine = [
  [0, -2, 0, 10],
  [1.5, 0, 0, -20],
  [0, 0, 3, 30],
  [0, 0, 0, 1],
];
const [x, y, z] = tinyShape;
const reconstruction = (maps: string, json: string): string =>
  tinyTraining(maps, '--epochs 1')
    .replace('classification', 'reconstruction')
    .replace('Conv4_FC3', 'AE_Conv4_FC3')
    .replace(' image ', ` ${json} `);
const group = '--caps_directory caps --participants_tsv tsv/test.tsv';
const saving = '--save_tensor --save_nifti --save_latent_tensor';

let study: Road;
beforeAll(async () => {
  const workspace = memoryFolder('tiny');
  study = await tinyRoad(workspace);
  // The images of the test group lie turned and scaled in space.
  for (const i of [10, 11]) {
    const voxels = tinyVoxels(i);
    const turned = Float32Array.from(
      voxels,
      (_, v) => voxels[((v % x) * y + (Math.floor(v / x) % y)) * z + Math.floor(v / (x * y))],
    );
    const image = writeNifti({ shape: [...tinyShape], data: turned, affine, datatype: 'float32' });
    await workspace.write(imagePath(tinyParticipant(i)), new Uint8Array(gzipSync(image)));
  }
  await study.must(reconstruction('maps', 'image'));
  await study.must(`clinicadl predict maps test ${group} ${saving}`);
});

const best = 'maps/split-0/best-loss';
const valuesOf = async (path: string): Promise<number[]> => [...readTensorFile(await study.workspace.read(path)).toFloat32()];

describe('a reconstruction', () => {
  it('keeps the first image of train and validation with what its network makes of it', async () => {
    for (const [name, i] of [
      ['train', 0],
      ['validation', 6],
    ] as const) {
      const stem = `${tinyParticipant(i)}_ses-M000_image-0`;
      const found = await filesBelow(study.workspace, `${best}/${name}/tensors`);
      expect(found).toEqual(['input', 'output'].map((side) => `${best}/${name}/tensors/${stem}_${side}.pt`));
      const voxels = [...tinyVoxels(i)];
      const [least, most] = [Math.min(...voxels), Math.max(...voxels)];
      (await valuesOf(found[0])).forEach((value, v) => {
        expect(value).toBeCloseTo((voxels[v] - least) / (most - least), 5);
      });
    }
  });

  it('is predicted with tables whose errors are those of the saved tensors', async () => {
    const [header, ...rows] = cells(await study.text(`${best}/test/test_image_level_prediction.tsv`));
    expect(header).toEqual(['participant_id', 'session_id', 'image_id', 'MAE', 'RMSE', 'PSNR', 'SSIM']);
    expect(rows).toHaveLength(2);
    for (const [participant, session, id, mae] of rows) {
      const stem = `${best}/test/tensors/${participant}_${session}_image-${id}`;
      const [input, output] = [await valuesOf(`${stem}_input.pt`), await valuesOf(`${stem}_output.pt`)];
      const error = input.reduce((sum, value, v) => sum + Math.abs(value - output[v]), 0) / input.length;
      expect(Number(mae)).toBeCloseTo(error, 6);
      expect(error).toBeGreaterThan(0);
    }
  });

  it('has NIfTI files that lie where the image lies, and codes of the encoder', async () => {
    const stem = `${tinyParticipant(10)}_ses-M000`;
    const read = async (side: string) =>
      readNifti(new Uint8Array(gunzipSync(await study.workspace.read(`${best}/test/nifti_images/${stem}_image_${side}.nii.gz`))));
    for (const side of ['input', 'output']) {
      const image = await read(side);
      expect([...image.shape]).toEqual([...tinyShape]);
      expect(image.affine).toEqual(affine);
      const tensor = await valuesOf(`${best}/test/tensors/${stem}_image-0_${side}.pt`);
      expect(image.data[3 + x * (2 + y * 1)]).toBe(tensor[(3 * y + 2) * z + 1]);
    }
    const code = readTensorFile(await study.workspace.read(`${best}/test/latent_tensors/${stem}_image-0_latent.pt`));
    expect(code.shape).toEqual([128, 1, 1, 1]);
  });

  it('of slices of one channel has a similarity, and files for each slice, at its place', async () => {
    await study.must(
      'clinicadl prepare-data slice caps t1-linear --extract_json slices --slice_direction 2 --slice_mode single --discarded_slices 0',
    );
    await study.must(reconstruction('maps_slices', 'slices'));
    await study.must(`clinicadl predict maps_slices test ${group} --save_nifti`);
    const folder = 'maps_slices/split-0/best-loss/test';
    const [header, ...rows] = cells(await study.text(`${folder}/test_slice_level_prediction.tsv`));
    expect(rows).toHaveLength(2 * z);
    for (const row of rows) expect(Number.isFinite(Number(row[header.indexOf('SSIM')]))).toBe(true);
    for (let slice = 0; slice < z; slice++) {
      const name = `${folder}/nifti_images/${tinyParticipant(11)}_ses-M000_slice-${slice}_input.nii.gz`;
      const image = readNifti(new Uint8Array(gunzipSync(await study.workspace.read(name))));
      expect([...image.shape]).toEqual([x, y, 1]);
      expect(image.affine.map((row) => row[3])).toEqual([10, -20, 30 + 3 * slice, 1]);
    }
  });

  it('of a CAPS with tensors alone has NIfTI files of unknown place, which is told', async () => {
    const alone = memoryFolder('alone');
    for (const path of await filesBelow(study.workspace))
      if (!/\.nii(\.gz)?$/.test(path)) await alone.write(path, await study.workspace.read(path));
    const { road } = await import('./road');
    const other = await road(alone, 'wasm');
    const { issues } = await other.must(`clinicadl predict maps new ${group} --save_nifti`);
    expect(issues.map(({ code }) => code)).toContain('affine-unknown');
  });
});

it.each(['--save_tensor', '--save_nifti', '--save_latent_tensor'])(
  'a MAPS of a classification is refused with %s, before the first write',
  async (option) => {
    const workspace = memoryFolder('classes');
    await fillTinyStudy(workspace);
    const classes = await tinyRoad(workspace);
    await classes.must(tinyTraining('maps', '--epochs 1'));
    const before = await contentOf(workspace);
    const { error } = await classes.run(`clinicadl predict maps test ${group} ${option}`);
    expect(error).toMatchObject({ code: 'save-unfit', where: `Options.${option.slice(2)}` });
    expect(await contentOf(workspace)).toEqual(before);
  },
);
