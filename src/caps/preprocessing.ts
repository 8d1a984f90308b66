/** @file The preprocessings whose images can be read: how their files are named, and which template their masks belong to. */
import { appError } from '../base/errors';

type Preprocessing = 't1-linear' | 'flair-linear' | 'pet-linear' | 'custom';

/** What to search for, as written in the extraction JSON. */
export interface FileType {
  readonly pattern: string;
  readonly description: string;
  readonly needed_pipeline?: string;
}

export interface ImageChoice {
  readonly preprocessing: string;
  readonly use_uncropped_image: boolean | null;
  readonly tracer?: string | null;
  readonly suvr_reference_region?: string | null;
  readonly custom_suffix?: string;
}

/** The preprocessing of that name. Throws `preprocessing-unknown`. */
function preprocessingOf(name: string): Preprocessing {
  if (name === 't1-linear' || name === 'flair-linear' || name === 'pet-linear' || name === 'custom') return name;
  throw appError('preprocessing-unknown', { preprocessing: name }, { where: 'preprocessing' });
}

const anatomical = { 't1-linear': 'T1w', 'flair-linear': 'flair' } as const;

/** Pattern and description of the images of a preprocessing. Throws `preprocessing-unknown`. */
export function fileTypeOf(choice: ImageChoice): FileType {
  const preprocessing = preprocessingOf(choice.preprocessing);
  if (preprocessing === 'custom') return { pattern: `*${choice.custom_suffix ?? ''}`, description: 'Custom suffix' };
  const crop = choice.use_uncropped_image === true ? '' : '_desc-Crop';
  const space = `space-MNI152NLin2009cSym${crop}_res-1x1x1`;
  if (preprocessing === 'pet-linear')
    return {
      pattern: `pet_linear/*_trc-${choice.tracer}_${space}_suvr-${choice.suvr_reference_region}_pet.nii.gz`,
      description: '',
      needed_pipeline: preprocessing,
    };
  const suffix = anatomical[preprocessing];
  const grid = crop === '' ? '' : 'and cropped (matrix size 169×208×179, 1 mm isotropic voxels)';
  return {
    pattern: `*${space}_${suffix}.nii.gz`,
    description: `${suffix} Image registered in MNI152NLin2009cSym space using ${preprocessing} pipeline ${grid}`,
    needed_pipeline: preprocessing,
  };
}

/** Name of the folder that holds the tensors of a preprocessing, inside `<mode>_based`. */
export function tensorFolderOf(preprocessing: string): string {
  return preprocessing.replaceAll('-', '_');
}

export interface MaskChoice {
  readonly preprocessing: string;
  readonly roi_custom_template: string | null;
  readonly roi_custom_mask_pattern: string | null;
}

/** Template and name pattern of the masks of a preprocessing; empty where custom ones were not given. */
export function maskFamilyOf(choice: MaskChoice): { readonly template: string; readonly pattern: string } {
  if (preprocessingOf(choice.preprocessing) === 'custom')
    return { template: choice.roi_custom_template ?? '', pattern: choice.roi_custom_mask_pattern ?? '' };
  return { template: 'MNI152NLin2009cSym', pattern: 'res-1x1x1' };
}
