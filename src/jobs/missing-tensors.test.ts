/** @file What Predict offers before a prediction: the sessions without tensors, and a line that makes exactly those tensors. */
import { describe, expect, it } from 'vitest';
import { memoryFolder } from '../folders/memory-folder';
import { parseCommandLine } from '../options/derive/argv';
import { missingTensors } from './missing-tensors';
import { prepareLine } from './prepare-line';

const text = (value: string) => new TextEncoder().encode(value);
const signal = new AbortController().signal;
const file_type = { pattern: '*space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz', description: 'T1w' };
const shared = {
  preprocessing: 't1-linear',
  use_uncropped_image: false,
  prepare_dl: true,
  extract_json: 'patch.json',
  file_type,
};
const extraction = { ...shared, mode: 'patch' as const, patch_size: 32, stride_size: 16 };
const image = (participant: string) => `${participant}_ses-M000_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1`;

async function study() {
  const folder = memoryFolder('study');
  const maps = { diagnoses: ['AD', 'CN'], preprocessing_dict: extraction };
  await folder.write('maps/maps.json', text(JSON.stringify(maps)));
  const rows = [1, 2, 3].map((i) => `sub-${i}\tses-M000\t${i === 3 ? 'MCI' : 'AD'}`);
  await folder.write('tsv/test_baseline.tsv', text(`participant_id\tsession_id\tdiagnosis\n${rows.join('\n')}\n`));
  const place = 'caps/subjects/sub-1/ses-M000/deeplearning_prepare_data/patch_based/t1_linear';
  await folder.write(`${place}/${image('sub-1')}_patchsize-32_stride-16_patch-0_T1w.pt`, text('x'));
  return folder;
}

describe('sessions without tensors', () => {
  it('are counted among those that the training would take, and the line makes them as the network saw its own', async () => {
    const workspace = await study();
    const line = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test_baseline.tsv';
    const found = await missingTensors({ line }, { workspace, signal });
    expect(found).toMatchObject({ sessions: 2, missing: 1 });
    expect(parseCommandLine(found.line)).toMatchObject({
      command: 'prepare-data patch',
      options: {
        caps_directory: 'caps',
        modality: 't1-linear',
        subjects_sessions_tsv: 'tsv/test_baseline.tsv',
        extract_json: 'patch',
        save_features: true,
        patch_size: 32,
        stride_size: 16,
      },
    });
    await workspace.write('caps/tensor_extraction/patch.json', text('{}'));
    expect((await missingTensors({ line }, { workspace, signal })).line).toContain('--extract_json patch_test');
  });

  it('are counted as the prediction takes them: diagnoses out of a labels.tsv above, blanks around names', async () => {
    const workspace = await study();
    const rows = ['sub-1\tses-M000', ' sub-2\tses-M000', 'sub-3\tses-M000'];
    await workspace.write('tsv/test_baseline.tsv', text(`participant_id\tsession_id\n${rows.join('\n')}\n`));
    const labels = ['sub-1\tses-M000\tAD', 'sub-2\tses-M000\tCN', 'sub-3\tses-M000\tMCI'];
    await workspace.write('labels.tsv', text(`participant_id\tsession_id\tdiagnosis\n${labels.join('\n')}\n`));
    const line = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test_baseline.tsv';
    expect(await missingTensors({ line }, { workspace, signal })).toMatchObject({ sessions: 2, missing: 1 });
  });

  it('of a group that the MAPS knows are looked up in its own table and CAPS', async () => {
    const workspace = await study();
    await workspace.write('maps/groups/test/data.tsv', text('participant_id\tsession_id\tcohort\nsub-2\tses-M000\tsingle\n'));
    await workspace.write('maps/groups/test/maps.json', text('{"caps_directory": "/elsewhere/caps", "multi_cohort": false}'));
    const found = await missingTensors({ line: 'predict maps test' }, { workspace, signal });
    expect(found).toMatchObject({ sessions: 1, missing: 1 });
    expect(found.line).toContain('--subjects_sessions_tsv maps/groups/test/data.tsv');
  });

  it('are none when all are there, and nothing is said of a group without a place', async () => {
    const workspace = await study();
    await workspace.write('tsv/one.tsv', text('participant_id\tsession_id\nsub-1\tses-M000\n'));
    const line = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/one.tsv --no_labels';
    expect(await missingTensors({ line }, { workspace, signal })).toEqual({ sessions: 1, missing: 0, line: '' });
    expect(await missingTensors({ line: 'predict maps new' }, { workspace, signal })).toEqual({
      sessions: 0,
      missing: 0,
      line: '',
    });
  });
});

describe('the line of an extraction', () => {
  const place = { caps_directory: 'caps', subjects_sessions_tsv: 'a.tsv', extract_json: 'x' };
  it('of slices, regions, whole and custom images has their options', () => {
    const slice = {
      ...shared,
      mode: 'slice' as const,
      slice_direction: 2,
      slice_mode: 'single' as const,
      discarded_slices: [3, 4],
    };
    expect(prepareLine({ ...slice, prepare_dl: false }, place)).toBe(
      'clinicadl prepare-data slice caps t1-linear --subjects_sessions_tsv a.tsv --extract_json x --slice_direction 2 --slice_mode single --discarded_slices 3 --discarded_slices 4',
    );
    const roi = {
      ...shared,
      mode: 'roi' as const,
      preprocessing: 'custom',
      custom_suffix: 'a.nii.gz',
      roi_list: ['l', 'r'],
      uncropped_roi: true,
      roi_custom_template: 'T',
      roi_custom_mask_pattern: 'p',
    };
    expect(parseCommandLine(prepareLine(roi, place))).toMatchObject({
      command: 'prepare-data roi',
      options: {
        modality: 'custom',
        custom_suffix: 'a.nii.gz',
        roi_list: ['l', 'r'],
        roi_uncrop_output: true,
        roi_custom_template: 'T',
        roi_custom_mask_pattern: 'p',
        save_features: true,
      },
    });
    const pet = {
      ...shared,
      mode: 'image' as const,
      preprocessing: 'pet-linear',
      tracer: '18FFDG',
      suvr_reference_region: 'pons2',
    };
    expect(prepareLine({ ...pet, use_uncropped_image: true }, place)).toContain(
      '--use_uncropped_image --tracer 18FFDG --suvr_reference_region pons2',
    );
  });
});
