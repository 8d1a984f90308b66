/**
 * @file Options of `prepare-data image`, `slice`, `patch` and `roi`.
 *
 * Names, flags and defaults are ClinicaDL 1.6.1's. In `prepare-data slice` its short flag `-ds` was declared twice and lost to
 * `--dti_space`; here it means `--discarded_slices`, as documented.
 */
import { appError } from '../base/errors';
import { choice, define, type Field, flag, int, ints, path, text, texts, type Values } from './field';

/** Preprocessings that `prepare-data` can read, and those that the original names but cannot read (or this app cannot yet). */
const extractableModalities = ['t1-linear', 'flair-linear', 'pet-linear', 'custom'] as const;
const unavailableModalities = ['t2-linear', 't1-extensive', 'dwi-dti'] as const;

export const suvrRegions = ['pons', 'cerebellumPons', 'pons2', 'cerebellumPons2'] as const;

const positionals = {
  caps_directory: { kind: 'path', help: 'CAPS folder that holds the images; tensors are written into it.' },
  modality: {
    kind: 'choice',
    choices: ['t1-linear', 't2-linear', 't1-extensive', 'dwi-dti', 'pet-linear', 'flair-linear', 'custom'],
    notYet: unavailableModalities,
    help: 'Preprocessing that made the images.',
  },
} as const;

const isModality =
  (modality: string) =>
  (values: Readonly<Record<string, unknown>>): boolean =>
    values.modality === modality;

const common = {
  n_proc: int({
    default: 2,
    min: 1,
    flags: ['-np', '--n_proc'],
    help: 'Workers that read sessions; each has two under way.',
    advanced: true,
  }),
  subjects_sessions_tsv: path<string | null>({
    default: null,
    flags: ['-tsv', '--subjects_sessions_tsv'],
    help: 'Table with the columns participant_id and session_id: only these sessions are prepared.',
  }),
  extract_json: text<string | null>({
    default: null,
    flags: ['-ej', '--extract_json'],
    help: 'Name of the JSON file that describes this extraction; training asks for it. Absent: extract_<seconds>.json.',
  }),
  use_uncropped_image: flag({
    default: false,
    flags: ['-uui', '--use_uncropped_image'],
    help: 'Take the images that were not cropped (193 × 229 × 193 voxels).',
  }),
  tracer: text<string | null>({
    default: null,
    flags: ['--tracer'],
    help: 'Tracer in the name of the PET images, for example 18FFDG.',
    when: isModality('pet-linear'),
  }),
  suvr_reference_region: choice<(typeof suvrRegions)[number], (typeof suvrRegions)[number] | null>(suvrRegions, {
    default: null,
    flags: ['-suvr', '--suvr_reference_region'],
    help: 'Region by whose uptake the PET images were scaled.',
    when: isModality('pet-linear'),
  }),
  custom_suffix: text({
    default: '',
    flags: ['-cn', '--custom_suffix'],
    help: 'End of the image names, for example graymatter_space-Ixi549Space_modulated-off_probability.nii.gz.',
    when: isModality('custom'),
  }),
  dti_measure: choice<'FA' | 'MD' | 'AD' | 'RD'>(['FA', 'MD', 'AD', 'RD'], {
    default: 'FA',
    flags: ['-dm', '--dti_measure'],
    help: 'Diffusion measure (no diffusion images yet).',
    when: isModality('dwi-dti'),
    advanced: true,
  }),
};

const dtiSpace = (flags: readonly string[]): Field<'native' | 'normalized'> =>
  choice<'native' | 'normalized'>(['native', 'normalized'], {
    default: 'native',
    flags,
    help: 'Space of the diffusion images (none yet).',
    when: isModality('dwi-dti'),
    advanced: true,
  });

const save_features = flag({
  default: false,
  flags: ['--save_features'],
  help: 'Write the elements themselves; without it the whole images are written and the elements are cut while training.',
});

export const prepareDataImage = define({
  positionals,
  sections: { Options: { ...common, dti_space: dtiSpace(['-ds', '--dti_space']) } },
});

export const prepareDataPatch = define({
  positionals,
  sections: {
    Options: {
      ...common,
      dti_space: dtiSpace(['-ds', '--dti_space']),
      save_features,
      patch_size: int({
        default: 50,
        min: 1,
        unit: 'voxels',
        flags: ['-ps', '--patch_size'],
        help: 'Side of the cubic patches.',
      }),
      stride_size: int({
        default: 50,
        min: 1,
        unit: 'voxels',
        flags: ['-ss', '--stride_size'],
        help: 'Distance between the corners of neighbouring patches.',
      }),
    },
  },
});

export const prepareDataSlice = define({
  positionals,
  sections: {
    Options: {
      ...common,
      dti_space: dtiSpace(['--dti_space']),
      save_features,
      slice_direction: int({
        default: 0,
        min: 0,
        max: 2,
        flags: ['-sd', '--slice_direction'],
        help: 'Axis that the slices cut: 0 sagittal, 1 coronal, 2 axial.',
      }),
      slice_mode: choice<'rgb' | 'single'>(['rgb', 'single'], {
        default: 'rgb',
        flags: ['-sm', '--slice_mode'],
        help: 'rgb: the slice three times, as three channels; single: once.',
      }),
      discarded_slices: ints({
        default: [0, 0],
        min: 0,
        flags: ['-ds', '--discarded_slices'],
        help: 'Slices left out at both ends; given twice: at the beginning and at the end.',
      }),
    },
  },
});

export const prepareDataRoi = define({
  positionals,
  sections: {
    Options: {
      ...common,
      dti_space: dtiSpace(['-ds', '--dti_space']),
      save_features,
      roi_list: texts({
        default: [],
        flags: ['--roi_list'],
        help: 'Names of the regions, as in the names of their masks; leftHippocampusBox and rightHippocampusBox are made where a CAPS with t1-linear lacks them.',
      }),
      roi_uncrop_output: flag({
        default: false,
        flags: ['--roi_uncrop_output'],
        help: 'Keep the size of the image and set everything outside the region to 0.',
      }),
      roi_custom_template: text({
        default: '',
        flags: ['-ct', '--roi_custom_template'],
        help: 'Template in the name of the masks folder, tpl-<template>.',
        when: isModality('custom'),
      }),
      roi_custom_mask_pattern: text({
        default: '',
        flags: ['-cmp', '--roi_custom_mask_pattern'],
        help: 'Part that the names of the masks have in common.',
        when: isModality('custom'),
      }),
    },
  },
});

export type PrepareDataImageOptions = Values<typeof prepareDataImage>;
export type PrepareDataSliceOptions = Values<typeof prepareDataSlice>;
export type PrepareDataPatchOptions = Values<typeof prepareDataPatch>;
export type PrepareDataRoiOptions = Values<typeof prepareDataRoi>;

/** The options of one of the four commands, and which it is. */
export type PrepareDataOptions =
  | { readonly mode: 'image'; readonly options: PrepareDataImageOptions }
  | { readonly mode: 'slice'; readonly options: PrepareDataSliceOptions }
  | { readonly mode: 'patch'; readonly options: PrepareDataPatchOptions }
  | { readonly mode: 'roi'; readonly options: PrepareDataRoiOptions };

/** The rules that join two options. Throws `option-not-available`, `option-needed`, `discarded-slices-count`. */
export function checkPrepareData({ mode, options }: PrepareDataOptions): void {
  const { modality } = options;
  const need = (given: boolean, option: string, reason: string): void => {
    if (!given) throw appError('option-needed', { option, reason }, { where: `Options.${option.slice(2)}` });
  };
  if (!extractableModalities.some((name) => name === modality))
    throw appError(
      'option-not-available',
      { option: 'modality', value: modality, available: extractableModalities.join(', ') },
      { where: 'modality' },
    );
  if (modality === 'pet-linear') {
    need(options.tracer !== null && options.tracer !== '', '--tracer', 'the modality is pet-linear');
    need(options.suvr_reference_region !== null, '--suvr_reference_region', 'the modality is pet-linear');
  }
  if (modality === 'custom') need(options.custom_suffix !== '', '--custom_suffix', 'the modality is custom');
  if (mode === 'slice' && ![1, 2].includes(options.discarded_slices.length))
    throw appError('discarded-slices-count', { count: options.discarded_slices.length }, { where: 'Options.discarded_slices' });
  if (mode === 'roi') {
    need(options.roi_list.length > 0, '--roi_list', 'the mode is roi');
    if (modality === 'custom') {
      need(options.roi_custom_template !== '', '--roi_custom_template', 'regions of custom images are asked for');
      need(options.roi_custom_mask_pattern !== '', '--roi_custom_mask_pattern', 'regions of custom images are asked for');
    }
  }
}
