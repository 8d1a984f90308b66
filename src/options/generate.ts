/**
 * @file Options of `generate random`, `trivial`, `shepplogan`, `hypometabolic` and `artifacts`.
 *
 * Names, flags and defaults are ClinicaDL 1.6.1's. Ours: `--seed`, `--box_masks`, and `--mask_path` of `hypometabolic`.
 */
import { appError } from '../base/errors';
import { choice, define, flag, int, number, numbers, path, text, type Values } from './field';
import { suvrRegions } from './prepare-data';

const sourceCaps = { kind: 'path', help: 'CAPS folder whose images are changed; nothing in it is.' } as const;
const newCaps = { kind: 'path', help: 'New folder for the generated CAPS.' } as const;
const fromImages = { caps_directory: sourceCaps, generated_caps_directory: newCaps };

const preprocessing = choice<'t1-linear' | 't1-extensive' | 'pet-linear', 't1-linear' | 't1-extensive' | 'pet-linear' | null>(
  ['t1-linear', 't1-extensive', 'pet-linear'],
  {
    default: null,
    flags: ['--preprocessing'],
    help: 'Preprocessing that made the images. It must be given.',
    notYet: (value) => value === 't1-extensive',
    available: 't1-linear or pet-linear',
  },
);
const participants_tsv = path<string | null>({
  default: null,
  flags: ['--participants_tsv'],
  help: 'Table with the columns participant_id and session_id: only these sessions are taken. Absent: all of the CAPS.',
});
const n_proc = int({
  default: 2,
  min: 1,
  flags: ['-np', '--n_proc'],
  help: 'Workers that make images; the result does not depend on it.',
  advanced: true,
});
const use_uncropped_image = flag({
  default: false,
  flags: ['-uui', '--use_uncropped_image'],
  help: 'Take the images that were not cropped (193 × 229 × 193 voxels).',
});
const isPet = (values: Readonly<Record<string, unknown>>): boolean => values.preprocessing === 'pet-linear';
const pet = {
  tracer: text<string | null>({
    default: null,
    flags: ['--tracer'],
    help: 'Tracer in the name of the PET images, for example 18FFDG.',
    when: isPet,
  }),
  suvr_reference_region: choice<(typeof suvrRegions)[number], (typeof suvrRegions)[number] | null>(suvrRegions, {
    default: null,
    flags: ['-suvr', '--suvr_reference_region'],
    help: 'Region by whose uptake the PET images were scaled.',
    when: isPet,
  }),
};
const n_subjects = int({
  default: 300,
  min: 1,
  flags: ['--n_subjects'],
  help: 'Number of generated participants of each label.',
});
const seed = int<number | null>({
  default: null,
  min: 0,
  max: 4294967295,
  flags: ['--seed'],
  help: 'Where the generators of Python, numpy and torch begin, in the order of a run with --n_proc 1. Absent: one is drawn, told and written into commandline.json.',
});

export const generateRandom = define({
  positionals: fromImages,
  sections: {
    Options: {
      preprocessing,
      participants_tsv,
      n_subjects,
      n_proc,
      mean: number({ default: 0, flags: ['--mean'], help: 'Mean of the noise that is added to the first image of the list.' }),
      sigma: number({ default: 0.5, min: 0, flags: ['--sigma'], help: 'Standard deviation of the noise.' }),
      use_uncropped_image,
      ...pet,
      seed,
    },
  },
});

export const generateTrivial = define({
  positionals: fromImages,
  sections: {
    Options: {
      preprocessing,
      participants_tsv,
      n_subjects: { ...n_subjects, help: 'Number of participants whose first sessions are taken: each gives one AD and one CN.' },
      n_proc,
      mask_path: path<string | null>({
        default: null,
        flags: ['--mask_path'],
        help: 'Folder with mask-1.nii, where AD lose intensity, and mask-2.nii, where CN do: those of ClinicaDL (AAL2), or others.',
      }),
      box_masks: flag({
        default: false,
        flags: ['--box_masks'],
        help: 'Instead of --mask_path, ours: the boxes around the left (AD) and right (CN) hippocampus, leftHippocampusBox and rightHippocampusBox.',
        when: (values) => values.mask_path === null || values.mask_path === undefined || values.mask_path === '',
      }),
      atrophy_percent: number({
        default: 60,
        min: 0,
        max: 100,
        unit: '%',
        flags: ['--atrophy_percent'],
        help: 'Smallest part of the intensity that a voxel in the mask loses.',
      }),
      use_uncropped_image,
      ...pet,
      seed,
    },
  },
});

export const generateShepplogan = define({
  positionals: { generated_caps_directory: newCaps },
  sections: {
    Options: {
      n_subjects,
      n_proc,
      extract_json: text<string | null>({
        default: null,
        flags: ['-ej', '--extract_json'],
        help: 'Name of the JSON file that describes the slices; training asks for it. Absent: extract_<seconds>.json.',
      }),
      image_size: int({
        default: 128,
        min: 8,
        max: 4096,
        unit: 'pixels',
        flags: ['--image_size'],
        help: 'Side of the square images.',
      }),
      cn_subtypes_distribution: numbers({
        default: [1, 0, 0],
        min: 0,
        max: 1,
        flags: ['-csd', '--cn_subtypes_distribution'],
        help: 'Probability of the subtypes 0, 1 and 2 among CN, one after the other.',
      }),
      ad_subtypes_distribution: numbers({
        default: [0.05, 0.85, 0.1],
        min: 0,
        max: 1,
        flags: ['-asd', '--ad_subtypes_distribution'],
        help: 'Probability of the subtypes 0, 1 (top large, bottom small) and 2 (top small, bottom large) among AD.',
      }),
      smoothing: flag({
        default: false,
        flags: ['--smoothing'],
        offFlags: ['--no-smoothing'],
        help: 'Smooth each image by an amount of its own.',
      }),
      seed,
    },
  },
});

export const pathologies = ['ad', 'bvftd', 'lvppa', 'nfvppa', 'pca', 'svppa'] as const;

export const generateHypometabolic = define({
  positionals: fromImages,
  sections: {
    Options: {
      participants_tsv,
      n_subjects: { ...n_subjects, help: 'Number of participants whose first sessions are taken.' },
      n_proc,
      mask_path: path<string | null>({
        default: null,
        flags: ['--mask_path'],
        help: 'Folder with mask_hypo_<pathology>.nii, as ClinicaDL in Python keeps them in ~/.cache/clinicadl/ressources/masks_hypo. It must be given: nothing is downloaded.',
      }),
      pathology: choice<(typeof pathologies)[number]>(pathologies, {
        default: 'ad',
        flags: ['-p', '--pathology'],
        help: 'Disease whose regions lose uptake.',
      }),
      anomaly_degree: number({
        default: 30,
        min: 0,
        max: 100,
        unit: '%',
        flags: ['-anod', '--anomaly_degree'],
        help: 'Part of the uptake that is lost in the regions.',
      }),
      sigma: int({
        default: 5,
        min: 0,
        unit: 'voxels',
        flags: ['--sigma'],
        help: 'Deviation of the filter that smooths their borders.',
      }),
      use_uncropped_image,
    },
  },
});

const isOn =
  (key: string) =>
  (values: Readonly<Record<string, unknown>>): boolean =>
    values[key] === true;
const artifact = (name: string, help: string) => flag({ default: false, flags: [`--${name}`], offFlags: [`--no-${name}`], help });

export const generateArtifacts = define({
  positionals: fromImages,
  sections: {
    Options: {
      n_proc,
      preprocessing,
      participants_tsv,
      use_uncropped_image,
      ...pet,
      contrast: artifact('contrast', 'Raise the values of each image to a power.'),
      gamma: numbers({
        default: [-0.2, -0.05],
        min: -1,
        max: 1,
        flags: ['--gamma'],
        help: 'Range of the logarithm of the power; given twice.',
        when: isOn('contrast'),
      }),
      motion: artifact('motion', 'Let the head move while the image is taken.'),
      translation: numbers({
        default: [2, 4],
        unit: 'mm',
        flags: ['--translation'],
        help: 'Range of the movements along each axis; given twice.',
        when: isOn('motion'),
      }),
      rotation: numbers({
        default: [2, 4],
        unit: '°',
        flags: ['--rotation'],
        help: 'Range of the rotations about each axis, about the origin of the coordinates; given twice.',
        when: isOn('motion'),
      }),
      num_transforms: int({
        default: 2,
        min: 1,
        max: 100,
        flags: ['--num_transforms'],
        help: 'Number of movements.',
        when: isOn('motion'),
      }),
      noise: artifact('noise', 'Add normal noise.'),
      noise_std: numbers({
        default: [5, 15],
        min: 0,
        flags: ['--noise_std'],
        help: 'Range of the standard deviation of the noise; given twice.',
        when: isOn('noise'),
      }),
      seed,
    },
  },
});

export type GenerateRandomOptions = Values<typeof generateRandom>;
export type GenerateTrivialOptions = Values<typeof generateTrivial>;
export type GenerateShepploganOptions = Values<typeof generateShepplogan>;
export type GenerateHypometabolicOptions = Values<typeof generateHypometabolic>;
export type GenerateArtifactsOptions = Values<typeof generateArtifacts>;

/** What says which images of a CAPS are taken. */
export type SourceOptions = Pick<
  GenerateRandomOptions,
  'preprocessing' | 'use_uncropped_image' | 'tracer' | 'suvr_reference_region'
>;

const need = (given: boolean, option: string, reason: string): void => {
  if (!given) throw appError('option-needed', { option, reason }, { where: `Options.${option.slice(2)}` });
};

/** Throws `option-needed`. */
export function checkSource({ preprocessing: chosen, tracer, suvr_reference_region }: SourceOptions): void {
  need(chosen !== null, '--preprocessing', 'the command needs it (t1-linear or pet-linear)');
  if (chosen !== 'pet-linear') return;
  need(tracer !== null && tracer !== '', '--tracer', 'the preprocessing is pet-linear');
  need(suvr_reference_region !== null, '--suvr_reference_region', 'the preprocessing is pet-linear');
}

/** Throws `option-needed`, `generate-masks`. */
export function checkTrivial(options: GenerateTrivialOptions): void {
  checkSource(options);
  const { mask_path, box_masks } = options;
  const isNamed = mask_path !== null && mask_path !== '';
  if (isNamed === box_masks)
    throw appError('generate-masks', { found: isNamed ? 'both are' : 'neither is' }, { where: 'Options.mask_path' });
}

/** As numpy, which takes a sum for 1 that is not off by more than this. */
const SUM_TOLERANCE = 2 ** -26;
const SUBTYPES = 3;

/** Throws `subtypes-distribution`. */
export function checkShepplogan(options: GenerateShepploganOptions): void {
  for (const key of ['cn_subtypes_distribution', 'ad_subtypes_distribution'] as const) {
    const shares = options[key];
    const sum = shares.reduce((total, share) => total + share, 0);
    if (shares.length <= SUBTYPES && Math.abs(sum - 1) <= SUM_TOLERANCE) continue;
    const values = { option: `--${key}`, count: shares.length, sum: Number(sum.toPrecision(12)) };
    throw appError('subtypes-distribution', values, { where: `Options.${key}` });
  }
}

/** Throws `option-needed`. */
export function checkHypometabolic({ mask_path }: GenerateHypometabolicOptions): void {
  need(mask_path !== null && mask_path !== '', '--mask_path', 'the masks of the regions are downloaded by nobody here');
}

/** Throws `option-needed`, `artifacts-none`, `range-wrong`, `option-value`. */
export function checkArtifacts(options: GenerateArtifactsOptions): void {
  checkSource(options);
  const { motion, contrast, noise } = options;
  if (!motion && !contrast && !noise) throw appError('artifacts-none', {}, { where: 'Options' });
  for (const key of ['gamma', 'translation', 'rotation', 'noise_std'] as const) {
    const range = options[key];
    if (range.length === 2 && range[0] <= range[1]) continue;
    throw appError('range-wrong', { option: `--${key}`, found: range.join(', ') || 'nothing' }, { where: `Options.${key}` });
  }
  if (options.rotation.some((angle) => !Number.isInteger(angle)))
    throw appError(
      'option-value',
      { option: '--rotation', found: options.rotation.join(', '), expected: 'a range of whole numbers' },
      { where: 'Options.rotation' },
    );
}
