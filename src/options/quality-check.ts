/**
 * @file Options of `quality-check`. Names, flags and defaults of `t1-linear`, `t1-volume` and `pet-linear` are ClinicaDL 1.6.1's, but for
 * the files that it downloads: `--weights`, `--eyes_segmentation` and `--pet_contour` name them. `by-eye` and `compare` are ours.
 */
import { appError } from '../base/errors';
import { choice, define, flag, int, number, path, text, type Values } from './field';
import { machineFields } from './group-options';
import { checkImageChoice, common, dtiOptions, modalityPositional, needOption } from './prepare-data';
import { Computational } from './train-run';

const caps_directory = { kind: 'path', help: 'CAPS folder that holds the images.' } as const;

const participants_tsv = path<string | null>({
  default: null,
  flags: ['--participants_tsv'],
  help: 'Table with the columns participant_id and session_id: only these sessions are checked.',
});
const n_proc = int({
  default: 2,
  min: 0,
  flags: ['-np', '--n_proc'],
  help: 'Workers that read images; each has two under way.',
  advanced: true,
});
const threshold = (usual: number) =>
  number({
    default: usual,
    min: 0,
    max: 1,
    flags: ['--threshold'],
    help: 'An image passes whose probability is greater.',
  });

/** What ClinicaDL downloads for `t1-linear`, by network. */
export const weightFiles = {
  darq: {
    name: 'resnet_18_darq.pth',
    sha256: '321928e0532f1be7a8dd7f5d805b747c7147ff52594f77ffed0858ab19c5df03',
  },
  sq101: { name: 'sq101_darq.pth', sha256: '1f4f3ebd20aaa726d634165a89df12461d9b7c6f2f45931bd29d16cf2616d00f' },
  deep_qc: {
    name: 'resnet18.pth.tar',
    sha256: 'a97a781be3820b06424fe891ec405c78b87ad51a27b6b81614dbdb996ce60104',
  },
} as const;
export const eyesFile = {
  name: 'eyes_segmentation.nii.gz',
  sha256: '56f699c06cafc62ad8bb5b41b188c7c412d684d810a11d6f4cbb441c0ce944ee',
} as const;
export const contourFile = {
  name: 'qc_pet_mask_contour.nii.gz',
  sha256: '0c561ce7de343219e42861b87a359420f9d485da37a8f64d1366ee9bb5460ee6',
} as const;

export const qualityT1Linear = define({
  positionals: {
    caps_directory,
    output_tsv: { kind: 'path', help: 'Table (.tsv) that is written, a row for each session.' },
  },
  sections: {
    Options: {
      weights: path<string | null>({
        default: null,
        flags: ['--weights'],
        help: 'Weights of the network: the file that ClinicaDL downloads. Its SHA-256 is compared and told.',
        ending: '.pth',
      }),
      network: choice<'darq' | 'sq101' | 'deep_qc'>(['darq', 'sq101', 'deep_qc'], {
        default: 'darq',
        flags: ['--network'],
        help: 'Network that judges. darq and deep_qc: ResNet18 with the weights of two works; sq101: SqueezeNet.',
      }),
      threshold: threshold(0.5),
      participants_tsv,
      use_tensor: flag({
        default: false,
        flags: ['--use_tensor'],
        help: 'Look at the tensors of prepare-data image --use_uncropped_image; results differ a little from those of the images.',
      }),
      batch_size: int({
        default: 8,
        min: 1,
        unit: 'images',
        flags: ['--batch_size'],
        help: 'Images that the network is given at a time.',
        advanced: true,
      }),
      n_proc,
      gpu: machineFields.gpu,
      amp: Computational.amp,
    },
  },
});

export const qualityT1Volume = define({
  positionals: {
    caps_directory,
    output_directory: { kind: 'path', help: 'Folder that gets QC_metrics.tsv and the tables of the three steps.' },
    group_label: { kind: 'text', help: 'Label of the group whose template Clinica made: group-<label>.' },
  },
  sections: {
    Options: {
      eyes_segmentation: path<string | null>({
        default: null,
        flags: ['--eyes_segmentation'],
        help: 'Mask of the eyes and the frontal brain: the file that ClinicaDL downloads. Its SHA-256 is compared and told.',
        ending: '.nii',
      }),
    },
  },
});

export const qualityPetLinear = define({
  positionals: {
    caps_directory,
    output_tsv: { kind: 'path', help: 'Table (.tsv) that is written, a row for each session.' },
    tracer: { kind: 'text', help: 'Tracer in the name of the PET images, for example 18FFDG.' },
    suvr_reference_region: { kind: 'text', help: 'Region by whose uptake they were scaled, for example cerebellumPons2.' },
  },
  sections: {
    Options: {
      pet_contour: path<string | null>({
        default: null,
        flags: ['--pet_contour'],
        help: 'Mask of the contour of the brain: the file that ClinicaDL downloads. Its SHA-256 is compared and told.',
        ending: '.nii',
      }),
      threshold: threshold(0.9),
      participants_tsv,
      use_uncropped_image: common.use_uncropped_image,
      n_proc,
    },
  },
});

export const qualityByEye = define({
  positionals: {
    caps_directory,
    modality: modalityPositional,
    output_tsv: { kind: 'path', help: 'Table (.tsv) of this rater; where it is there already, the check goes on.' },
  },
  sections: {
    Options: {
      rater: text<string | null>({
        default: null,
        flags: ['--rater'],
        help: 'Who looks: a name or initials, written beside each answer.',
      }),
      participants_tsv,
      seed: int({
        default: 0,
        min: 0,
        max: 2 ** 32 - 1,
        flags: ['--seed'],
        help: 'Number that the order of the images starts from; raters with another one see them in another order.',
      }),
      use_uncropped_image: common.use_uncropped_image,
      tracer: common.tracer,
      suvr_reference_region: common.suvr_reference_region,
      custom_suffix: common.custom_suffix,
      ...dtiOptions,
    },
  },
});

export const qualityCompare = define({
  positionals: {
    first_tsv: { kind: 'path', help: 'Table of a check by eye, or of another quality check.' },
    second_tsv: { kind: 'path', help: 'The other one, about the same sessions.' },
  },
  sections: {
    Options: {
      output_tsv: path<string | null>({
        default: null,
        flags: ['--output_tsv'],
        help: 'Table (.tsv) of the sessions about which the two differ.',
      }),
    },
  },
});

export type QualityT1LinearOptions = Values<typeof qualityT1Linear>;
export type QualityT1VolumeOptions = Values<typeof qualityT1Volume>;
export type QualityPetLinearOptions = Values<typeof qualityPetLinear>;
export type QualityByEyeOptions = Values<typeof qualityByEye>;
export type QualityCompareOptions = Values<typeof qualityCompare>;

/** Throws `quality-ending`. */
export function checkTable({ output_tsv }: { readonly output_tsv: string | null }): void {
  if (output_tsv !== null && !output_tsv.endsWith('.tsv'))
    throw appError('quality-ending', { path: output_tsv }, { where: 'output_tsv' });
}

/** Throws `option-of-modality`, `option-needed`. */
export function checkByEye(options: QualityByEyeOptions): void {
  needOption((options.rater ?? '').trim() !== '', '--rater', 'each answer tells whose it is');
  checkImageChoice(options);
}
