/** @file prepare-data on every layout of Clinica, on several cohorts, and on a BIDS folder. */
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { readTensorFile } from '../src/formats/torch-read';
import { type Road, road } from './road';
import { filesBelow } from './road-files';
import { niftiFile, tinyRoad, writeText } from './road-study';

const shape = [4, 5, 6] as const;
const voxels = (seed: number): Float32Array => Float32Array.from({ length: 120 }, (_, i) => Math.sin(seed + i));

/** A workspace with images at these paths, voxels by their place in the list. */
async function withImages(...paths: readonly string[]): Promise<Road> {
  const workspace = memoryFolder('study');
  for (const [seed, path] of paths.entries()) await workspace.write(path, niftiFile(shape, voxels(seed)));
  return road(workspace, 'cpu');
}

const session = 'caps/subjects/sub-A/ses-M000';
const dti = `${session}/dwi/dti_based_processing`;
const prepared = `${session}/deeplearning_prepare_data`;

describe('images of a CAPS', () => {
  it.each([
    ['t2-linear', '', `${session}/t2_linear/sub-A_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T2w.nii.gz`, 't2_linear'],
    ['t2-linear', '-uui', `${session}/t2_linear/sub-A_ses-M000_space-MNI152NLin2009cSym_res-1x1x1_T2w.nii.gz`, 't2_linear'],
    [
      't1-extensive',
      '',
      `${session}/t1/spm/segmentation/normalized_space/sub-A_ses-M000_space-Ixi549Space_desc-SkullStripped_T1w.nii.gz`,
      't1_extensive',
    ],
    [
      't1-volume',
      '',
      `${session}/t1/spm/segmentation/normalized_space/sub-A_ses-M000_T1w_segm-graymatter_space-Ixi549Space_modulated-off_probability.nii.gz`,
      'custom',
    ],
    ['dwi-dti', '', `${dti}/native_space/sub-A_ses-M000_dwi_space-T1w_FA.nii.gz`, 'dwi_dti'],
    ['dwi-dti', '-dm MD', `${dti}/native_space/sub-A_ses-M000_dwi_space-b0_MD.nii.gz`, 'dwi_dti'],
    ['dwi-dti', '-ds normalized -dm RD', `${dti}/normalized_space/sub-A_ses-M000_dwi_space-MNI152Lin_RD.nii.gz`, 'dwi_dti'],
  ])('%s %s: the file of Clinica becomes a tensor with its voxels', async (modality, more, path, folder) => {
    const others = ['FA', 'MD', 'RD'].flatMap((measure) => [
      `${dti}/native_space/sub-A_ses-M000_other_space-b0_${measure}.nii.gz`,
      `${dti}/normalized_space/sub-A_ses-M000_other_space-MNI152Lin_${measure}.nii.gz`,
    ]);
    const measure = path.slice(-9, -7);
    const inTheWay = others.filter((other) => !other.includes(measure) || path.slice(0, 70) !== other.slice(0, 70));
    const study = await withImages(path, ...inTheWay);
    await study.must(`clinicadl prepare-data image caps ${modality} ${more} --extract_json x`);
    const name = path.slice(path.lastIndexOf('/') + 1).replace('.nii.gz', '.pt');
    const file = `${prepared}/image_based/${folder}/${name}`;
    const tensor = readTensorFile(await study.workspace.read(file), file);
    expect(tensor.shape).toEqual([1, ...shape]);
    expect(tensor.toContiguous()).toEqual(voxels(0));
  });

  it('t1-volume is described in the words of ClinicaDL, for regions too', async () => {
    const study = await withImages(
      `${session}/t1/sub-A_ses-M000_T1w_segm-graymatter_space-Ixi549Space_modulated-off_probability.nii.gz`,
    );
    const mask = Float32Array.from({ length: 120 }, (_, i) => Number(i % 6 < 2));
    await study.workspace.write('caps/masks/tpl-Ixi549Space/tpl-Ixi549Space_roi-low_mask.nii.gz', niftiFile(shape, mask));
    await study.must('clinicadl prepare-data roi caps t1-volume --roi_list low --save_features --extract_json x');
    expect(JSON.parse(await study.text('caps/tensor_extraction/x.json'))).toMatchObject({
      preprocessing: 'custom',
      use_uncropped_image: null,
      custom_suffix: 'graymatter_space-Ixi549Space_modulated-off_probability.nii.gz',
      roi_custom_template: 'Ixi549Space',
      roi_custom_mask_pattern: 'Ixi549Space',
    });
    const [file] = (await filesBelow(study.workspace, prepared)).filter((path) => path.endsWith('.pt'));
    expect(readTensorFile(await study.workspace.read(file), file).shape).toEqual([1, 4, 5, 2]);
  });

  it('the JSON of diffusion images has the keys of the specification in their order', async () => {
    const study = await withImages(`${dti}/native_space/sub-A_ses-M000_dwi_space-T1w_AD.nii.gz`);
    await study.must('clinicadl prepare-data image caps dwi-dti -dm AD --extract_json x');
    expect(await study.text('caps/tensor_extraction/x.json')).toBe(
      '{"preprocessing": "dwi-dti", "mode": "image", "use_uncropped_image": null, "prepare_dl": false, "dti_space": "native", ' +
        '"dti_measure": "AD", "extract_json": "x.json", "file_type": {"pattern": ' +
        '"dwi/dti_based_processing/native_space/*_space-[!M]*_AD.nii.gz", "description": "DTI-based AD in space native.", ' +
        '"needed_pipeline": "dwi_dti"}}',
    );
  });
});

describe('several cohorts', () => {
  const line = 'clinicadl prepare-data image cohorts.tsv t1-linear --extract_json both';

  it('are prepared one after the other, under one name', async () => {
    const study = await tinyRoad();
    const { workspace } = study;
    for (const path of await filesBelow(workspace, 'caps/subjects/sub-P01'))
      await workspace.write(path.replace('caps', 'far/caps_b'), await workspace.read(path));
    await writeText(workspace, 'cohorts.tsv', 'cohort\tpath\nA\tcaps\nB\tfar/caps_b\n');
    await writeText(workspace, 'far/caps_b/tensor_extraction/both.json', '{}');
    const before = await filesBelow(workspace, '');
    expect((await study.run(line)).error).toMatchObject({ code: 'extraction-exists' });
    expect(await filesBelow(workspace, '')).toEqual(before);
    await workspace.remove('far/caps_b/tensor_extraction/both.json');
    const { result, written } = await study.must(line);
    expect(result).toMatchObject({ sessions: 13, tensors: 13, extract_json: 'both.json' });
    expect(written.filter((path) => path.endsWith('.json'))).toEqual([
      'caps/tensor_extraction/both.json',
      'far/caps_b/tensor_extraction/both.json',
    ]);
    expect(await study.text('far/caps_b/tensor_extraction/both.json')).toBe(await study.text('caps/tensor_extraction/both.json'));
  });
});

describe('a BIDS folder', () => {
  const raw = (kind: string, suffix: string, ending = 'nii.gz'): string =>
    `bids/sub-A/ses-M000/${kind}/sub-A_ses-M000_${suffix}.${ending}`;

  it.each([
    ['t1', '', raw('anat', 'T1w')],
    ['pet', '', raw('pet', 'trc-18FFDG_pet')],
    ['flair', '', raw('anat', 'FLAIR')],
    ['dwi', '', raw('dwi', 'dwi')],
    ['custom', '-cn acq-x_T1w.nii.gz', raw('anat', 'acq-x_T1w')],
  ])('%s %s: tensors lie in the CAPS, and nothing in the BIDS folder', async (modality, more, path) => {
    const study = await withImages(path, raw('anat', 'T2w'));
    const before = await filesBelow(study.workspace, 'bids');
    await study.must(`clinicadl prepare-data-from-bids image bids caps ${modality} ${more} --extract_json x`);
    expect(await filesBelow(study.workspace, 'bids')).toEqual(before);
    const name = path.slice(path.lastIndexOf('/') + 1).replace('.nii.gz', '.pt');
    const file = `${prepared}/image_based/${modality}/${name}`;
    expect(readTensorFile(await study.workspace.read(file), file).toContiguous()).toEqual(voxels(0));
    expect(JSON.parse(await study.text('caps/tensor_extraction/x.json'))).toMatchObject({
      preprocessing: modality,
      mode: 'image',
    });
  });

  it('regions are cut by the masks of the BIDS folder', async () => {
    const study = await withImages(raw('anat', 'T1w'));
    const mask = Float32Array.from({ length: 120 }, (_, i) => Number(i % 6 === 0));
    await study.workspace.write('bids/masks/tpl-Own/tpl-Own_roi-low_mask.nii.gz', niftiFile(shape, mask));
    await study.must(
      'clinicadl prepare-data-from-bids roi bids caps t1 --roi_list low -ct Own -cmp Own --save_features --extract_json x',
    );
    const [file] = (await filesBelow(study.workspace, prepared)).filter((path) => path.endsWith('.pt'));
    expect(readTensorFile(await study.workspace.read(file), file).shape).toEqual([1, 4, 5, 1]);
  });

  it('of several sessions, one without its image is named, and no description is written', async () => {
    const study = await withImages(raw('anat', 'T1w'), 'bids/sub-B/ses-M000/anat/sub-B_ses-M000_T2w.nii.gz');
    const { error, issues } = await study.run('clinicadl prepare-data-from-bids image bids caps t1 --extract_json x');
    expect(error).toMatchObject({ code: 'images-unusable', where: 'bids' });
    expect(issues.map(({ where }) => where)).toEqual(['sub-B | ses-M000']);
    expect(await study.workspace.kindOf('caps/tensor_extraction/x.json')).toBeUndefined();
  });
});
