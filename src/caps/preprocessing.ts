/** @file How the images of each preprocessing are named, and which template their masks belong to. */
import { appError } from '../base/errors';
import { croppedModalities, type Preprocessing } from '../vocabulary/preprocessings';

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
  readonly dti_measure?: string;
  readonly dti_space?: string;
}

interface MaskFamily {
  readonly template: string;
  /** Part that the names of the masks have in common. */
  readonly pattern: string;
}

interface Row {
  fileType(choice: ImageChoice): FileType;
  /** Absent: the person tells them, and they stand in the JSON. */
  readonly masks?: MaskFamily;
}

const mni: MaskFamily = { template: 'MNI152NLin2009cSym', pattern: 'res-1x1x1' };

const spaceOf = ({ use_uncropped_image }: ImageChoice): string =>
  `space-${mni.template}${use_uncropped_image === true ? '' : '_desc-Crop'}_res-1x1x1`;

function anatomical(name: string, suffix: string): Row {
  return {
    masks: mni,
    fileType(choice) {
      const grid = choice.use_uncropped_image === true ? '' : 'and cropped (matrix size 169×208×179, 1 mm isotropic voxels)';
      return {
        pattern: `*${spaceOf(choice)}_${suffix}.nii.gz`,
        description: `${suffix} Image registered in ${mni.template} space using ${name} pipeline ${grid}`,
        needed_pipeline: name,
      };
    },
  };
}

/** Raw images of a BIDS folder. */
const raw = (pattern: string, what: string): Row => ({ fileType: () => ({ pattern, description: `${what} of a BIDS folder` }) });

/**
 * Clinica's files of `dwi-dti` are named after the space they lie in: T1w or b0 in the folder `native_space`, MNI152Lin in the other.
 * ClinicaDL 1.6.1 looked for `space-native` and `space-normalized`, which no file is called.
 */
const dtiPlaces: Readonly<Record<string, string>> = {
  native: 'native_space/*_space-[!M]*',
  normalized: 'normalized_space/*_space-MNI152Lin*',
};

const rows: Readonly<Record<Preprocessing, Row>> = {
  't1-linear': anatomical('t1-linear', 'T1w'),
  't2-linear': anatomical('t2-linear', 'T2w'),
  'flair-linear': anatomical('flair-linear', 'flair'),
  'pet-linear': {
    masks: mni,
    fileType: (choice) => ({
      pattern: `pet_linear/*_trc-${choice.tracer}_${spaceOf(choice)}_suvr-${choice.suvr_reference_region}_pet.nii.gz`,
      description: '',
      needed_pipeline: 'pet-linear',
    }),
  },
  't1-extensive': {
    masks: { template: 'Ixi549Space', pattern: '' },
    fileType: () => ({
      pattern: '*space-Ixi549Space_desc-SkullStripped_T1w.nii.gz',
      description: 'T1w Image registered in Ixi549Space space and skull-stripped, using t1-extensive pipeline',
      needed_pipeline: 't1-extensive',
    }),
  },
  'dwi-dti': {
    fileType: ({ dti_measure = 'FA', dti_space = 'native' }) => ({
      pattern: `dwi/dti_based_processing/${dtiPlaces[dti_space]}_${dti_measure}.nii.gz`,
      description: `DTI-based ${dti_measure} in space ${dti_space}.`,
      needed_pipeline: 'dwi_dti',
    }),
  },
  custom: { fileType: ({ custom_suffix = '' }) => ({ pattern: `*${custom_suffix}`, description: 'Custom suffix' }) },
  t1: raw('anat/sub-*_ses-*_T1w.nii*', 'T1w image'),
  pet: raw('pet/*_pet.nii*', 'PET image'),
  flair: raw('sub-*_ses-*_flair.nii*', 'FLAIR image'),
  dwi: raw('dwi/sub-*_ses-*_dwi.nii*', 'Diffusion image'),
};

/** Throws `preprocessing-unknown`. */
function rowOf(name: string): Row {
  if (Object.hasOwn(rows, name)) return rows[name as Preprocessing];
  throw appError(
    'preprocessing-unknown',
    { preprocessing: name, known: Object.keys(rows).join(', ') },
    { where: 'preprocessing' },
  );
}

/** Pattern and description of the images of a preprocessing. Throws `preprocessing-unknown`. */
export function fileTypeOf(choice: ImageChoice): FileType {
  return rowOf(choice.preprocessing).fileType(choice);
}

/** `use_uncropped_image` as an extraction JSON has it: null where images are of one kind only. */
export function croppingOf(preprocessing: string, uncropped: boolean): boolean | null {
  return croppedModalities.includes(preprocessing) ? uncropped : null;
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

/** Template and name pattern of the masks of a preprocessing; empty where they have to be told and were not. */
export function maskFamilyOf(choice: MaskChoice): MaskFamily {
  return (
    rowOf(choice.preprocessing).masks ?? {
      template: choice.roi_custom_template ?? '',
      pattern: choice.roi_custom_mask_pattern ?? '',
    }
  );
}
