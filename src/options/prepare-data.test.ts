/** @file Rules of the `prepare-data` options. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { OptionsError } from '../base/errors';
import type { Field, Schema } from './field';
import {
  checkPrepareData,
  type PrepareDataOptions,
  type PrepareDataSliceOptions,
  prepareDataImage,
  prepareDataPatch,
  prepareDataRoi,
  prepareDataSlice,
} from './prepare-data';

function defaultsOf(schema: Schema): Record<string, unknown> {
  const fields: Record<string, Field<unknown>> = Object.assign({}, ...Object.values(schema.sections));
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.default]));
}

function given(mode: PrepareDataOptions['mode'], values: Record<string, unknown>): PrepareDataOptions {
  const schema = { image: prepareDataImage, slice: prepareDataSlice, patch: prepareDataPatch, roi: prepareDataRoi }[mode];
  const options = { caps_directory: 'caps', modality: 't1-linear', ...defaultsOf(schema), ...values };
  return { mode, options } as PrepareDataOptions;
}

function codeOf(act: () => void): string | undefined {
  try {
    act();
  } catch (error) {
    if (error instanceof OptionsError) return `${error.code} ${error.where}`;
    throw error;
  }
  return undefined;
}

describe('prepare-data options', () => {
  it('no two options of one command share a spelling', () => {
    for (const schema of [prepareDataImage, prepareDataSlice, prepareDataPatch, prepareDataRoi]) {
      const flags = Object.values(schema.sections.Options).flatMap((field) => field.flags);
      expect(new Set(flags).size).toBe(flags.length);
    }
  });

  it('the defaults are those of ClinicaDL 1.6.1', () => {
    expect(defaultsOf(prepareDataSlice)).toMatchObject({
      n_proc: 2,
      extract_json: null,
      use_uncropped_image: false,
      custom_suffix: '',
      save_features: false,
      slice_direction: 0,
      slice_mode: 'rgb',
      discarded_slices: [0, 0],
    });
    expect(defaultsOf(prepareDataPatch)).toMatchObject({ patch_size: 50, stride_size: 50 });
  });

  it('a choice has the type of all its values, not of its default', () => {
    expectTypeOf<PrepareDataSliceOptions['slice_mode']>().toEqualTypeOf<'rgb' | 'single'>();
    expectTypeOf<PrepareDataSliceOptions['discarded_slices']>().toEqualTypeOf<readonly number[]>();
  });

  it.each<[string, PrepareDataOptions, string | undefined]>([
    ['plain image', given('image', {}), undefined],
    ...['t2-linear', 't1-extensive', 't1-volume', 'dwi-dti'].map((modality): [string, PrepareDataOptions, undefined] => [
      modality,
      given('image', { modality }),
      undefined,
    ]),
    ['a tracer without PET', given('image', { tracer: '18FFDG' }), 'option-of-modality Options.tracer'],
    [
      'uncropped where none is cropped',
      given('image', { modality: 'dwi-dti', use_uncropped_image: true }),
      'option-of-modality Options.use_uncropped_image',
    ],
    ['a measure without diffusion', given('image', { dti_measure: 'MD' }), 'option-of-modality Options.dti_measure'],
    [
      'a template that is known',
      given('roi', { roi_list: ['A'], roi_custom_template: 'T' }),
      'option-of-modality Options.roi_custom_template',
    ],
    [
      'regions of native diffusion',
      given('roi', { modality: 'dwi-dti', roi_list: ['A'] }),
      'dti-native-regions Options.dti_space',
    ],
    [
      'regions of normalized diffusion',
      given('roi', { modality: 'dwi-dti', dti_space: 'normalized', roi_list: ['A'] }),
      'option-needed Options.roi_custom_template',
    ],
    [
      'PET without tracer',
      given('image', { modality: 'pet-linear', suvr_reference_region: 'pons' }),
      'option-needed Options.tracer',
    ],
    [
      'PET without region',
      given('image', { modality: 'pet-linear', tracer: 'x' }),
      'option-needed Options.suvr_reference_region',
    ],
    ['custom without suffix', given('image', { modality: 'custom' }), 'option-needed Options.custom_suffix'],
    ['three discarded', given('slice', { discarded_slices: [1, 2, 3] }), 'discarded-slices-count Options.discarded_slices'],
    ['one discarded', given('slice', { discarded_slices: [20] }), undefined],
    ['no region', given('roi', {}), 'option-needed Options.roi_list'],
    [
      'custom region without template',
      given('roi', { modality: 'custom', custom_suffix: 'x.nii.gz', roi_list: ['A'], roi_custom_mask_pattern: 'p' }),
      'option-needed Options.roi_custom_template',
    ],
    [
      'custom region without pattern',
      given('roi', { modality: 'custom', custom_suffix: 'x.nii.gz', roi_list: ['A'], roi_custom_template: 't' }),
      'option-needed Options.roi_custom_mask_pattern',
    ],
  ])('%s is answered by name', (_, options, code) => {
    expect(codeOf(() => checkPrepareData(options))).toBe(code);
  });
});
