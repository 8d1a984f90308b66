/**
 * @file Options of `prepare-data image`, `slice`, `patch` and `roi`.
 *
 * Names, flags and defaults are ClinicaDL 1.6.1's. In `prepare-data slice` its short flag `-ds` was declared twice and lost to
 * `--dti_space`; here it means `--discarded_slices`, as documented.
 */
import { appError } from '../base/errors';
import { croppedModalities, dtiMeasures, dtiSpaces, greyMatterSuffix, modalities } from '../vocabulary/preprocessings';
import { choice, define, flag, int, ints, path, text, texts, type Values } from './field';

export const suvrRegions = ['pons', 'cerebellumPons', 'pons2', 'cerebellumPons2'] as const;

export const modalityPositional = { kind: 'choice', choices: modalities, help: 'Preprocessing that made the images.' } as const;

const positionals = {
  caps_directory: {
    kind: 'path',
    help: 'CAPS folder that holds the images; tensors are written into it. Or a table (.tsv) with the columns cohort and path: each CAPS in turn.',
  },
  modality: modalityPositional,
} as const;

type Others = Readonly<Record<string, unknown>>;

const isModality =
  (...names: readonly string[]) =>
  (values: Others): boolean =>
    names.includes(values.modality as string);

/** Their masks are of a template that the person tells; of a BIDS folder, all. */
const needsTemplate = (values: Others): boolean =>
  isModality('custom', 't1-volume', 'dwi-dti')(values) || values.bids_directory !== undefined;

export const common = {
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
    when: isModality(...croppedModalities),
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
    help: `End of the image names; of t1-volume, grey matter where it is absent: ${greyMatterSuffix}.`,
    when: isModality('custom', 't1-volume'),
  }),
};

const dtiFields = (flags: readonly string[]) => ({
  dti_measure: choice<(typeof dtiMeasures)[number]>(dtiMeasures, {
    default: 'FA',
    flags: ['-dm', '--dti_measure'],
    help: 'Diffusion measure: fractional anisotropy, mean, axial or radial diffusivity.',
    when: isModality('dwi-dti'),
  }),
  dti_space: choice<(typeof dtiSpaces)[number]>(dtiSpaces, {
    default: 'native',
    flags,
    help: 'Space of the diffusion images: of each participant (grids differ), or MNI152Lin.',
    when: isModality('dwi-dti'),
  }),
});

const save_features = flag({
  default: false,
  flags: ['--save_features'],
  help: 'Write the elements themselves; without it the whole images are written and the elements are cut while training.',
});

/** What each mode adds to `common`. */
export const modeFields = {
  image: {},
  patch: {
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
  slice: {
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
  roi: {
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
      help: 'Template in the name of the masks folder, tpl-<template>; of t1-volume, Ixi549Space where it is absent.',
      when: needsTemplate,
    }),
    roi_custom_mask_pattern: text({
      default: '',
      flags: ['-cmp', '--roi_custom_mask_pattern'],
      help: 'Part that the names of the masks have in common.',
      when: needsTemplate,
    }),
  },
} as const;

export const dtiOptions = dtiFields(['-ds', '--dti_space']);

export const prepareDataImage = define({ positionals, sections: { Options: { ...common, ...dtiOptions } } });
export const prepareDataPatch = define({ positionals, sections: { Options: { ...common, ...dtiOptions, ...modeFields.patch } } });
export const prepareDataSlice = define({
  positionals,
  sections: { Options: { ...common, ...dtiFields(['--dti_space']), ...modeFields.slice } },
});
export const prepareDataRoi = define({ positionals, sections: { Options: { ...common, ...dtiOptions, ...modeFields.roi } } });

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

/** `t1-volume` in the words of ClinicaDL, which reads what is written then; all else as it is. */
export function asCustom(request: PrepareDataOptions): PrepareDataOptions {
  const { options } = request;
  if (options.modality !== 't1-volume') return request;
  const own = { ...options, modality: 'custom', custom_suffix: options.custom_suffix || greyMatterSuffix };
  const masks =
    request.mode === 'roi'
      ? {
          roi_custom_template: request.options.roi_custom_template || 'Ixi549Space',
          roi_custom_mask_pattern: request.options.roi_custom_mask_pattern || 'Ixi549Space',
        }
      : {};
  return { ...request, options: { ...own, ...masks } } as PrepareDataOptions;
}

/** Throws `option-needed` for an option that is missing because of another. */
export function needOption(given: boolean, option: string, reason: string): void {
  if (!given) throw appError('option-needed', { option, reason }, { where: `Options.${option.slice(2)}` });
}

type Given = Pick<
  PrepareDataImageOptions,
  'modality' | 'use_uncropped_image' | 'tracer' | 'suvr_reference_region' | 'custom_suffix' | 'dti_measure' | 'dti_space'
> &
  Partial<PrepareDataRoiOptions>;

/** Options that say something of other modalities only: none is ignored. Throws `option-of-modality`. */
function refuseUnused({ modality, ...options }: Given): void {
  const refuse = (isGiven: boolean, option: string, of: readonly string[]): void => {
    if (!isGiven || of.includes(modality)) return;
    throw appError('option-of-modality', { option: `--${option}`, of: of.join(', '), modality }, { where: `Options.${option}` });
  };
  const custom = ['custom', 't1-volume'];
  refuse(options.use_uncropped_image, 'use_uncropped_image', croppedModalities);
  refuse(options.tracer !== null, 'tracer', ['pet-linear']);
  refuse(options.suvr_reference_region !== null, 'suvr_reference_region', ['pet-linear']);
  refuse(options.custom_suffix !== '', 'custom_suffix', custom);
  refuse(options.dti_measure !== 'FA', 'dti_measure', ['dwi-dti']);
  refuse(options.dti_space !== 'native', 'dti_space', ['dwi-dti']);
  if (options.roi_list === undefined) return;
  refuse(options.roi_custom_template !== '', 'roi_custom_template', [...custom, 'dwi-dti']);
  refuse(options.roi_custom_mask_pattern !== '', 'roi_custom_mask_pattern', [...custom, 'dwi-dti']);
}

/** Which images are meant. Throws `option-of-modality`, `option-needed`. */
export function checkImageChoice(options: Given): void {
  refuseUnused(options);
  const { modality } = options;
  if (modality === 'pet-linear') {
    needOption(options.tracer !== null && options.tracer !== '', '--tracer', 'the modality is pet-linear');
    needOption(options.suvr_reference_region !== null, '--suvr_reference_region', 'the modality is pet-linear');
  }
  if (modality === 'custom') needOption(options.custom_suffix !== '', '--custom_suffix', 'the modality is custom');
}

/** What `checkMode` looks at. */
export interface ModeOptions {
  readonly modality: string;
  readonly discarded_slices?: readonly number[];
  readonly roi_list?: readonly string[];
  readonly roi_custom_template?: string;
  readonly roi_custom_mask_pattern?: string;
}

/** Throws `option-needed` and `discarded-slices-count`. `template`: why the masks need one that the person tells; null: they do not. */
export function checkMode(mode: string, options: ModeOptions, template: string | null): void {
  const { discarded_slices = [], roi_list = [] } = options;
  if (mode === 'slice' && ![1, 2].includes(discarded_slices.length))
    throw appError('discarded-slices-count', { count: discarded_slices.length }, { where: 'Options.discarded_slices' });
  if (mode !== 'roi') return;
  needOption(roi_list.length > 0, '--roi_list', 'the mode is roi');
  if (template === null) return;
  needOption(options.roi_custom_template !== '', '--roi_custom_template', template);
  needOption(options.roi_custom_mask_pattern !== '', '--roi_custom_mask_pattern', template);
}

/** The rules that join two options. Throws `option-of-modality`, `option-needed`, `discarded-slices-count`, `dti-native-regions`. */
export function checkPrepareData(request: PrepareDataOptions): void {
  const { mode, options } = request;
  const { modality } = options;
  checkImageChoice(options);
  if (mode === 'roi' && modality === 'dwi-dti' && options.dti_space === 'native')
    throw appError('dti-native-regions', {}, { where: 'Options.dti_space' });
  checkMode(
    mode,
    options,
    modality === 'custom' || modality === 'dwi-dti' ? `regions of ${modality} images are asked for` : null,
  );
}
