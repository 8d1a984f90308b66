/** @file Errors about generated data sets. Same shape as `catalogue.ts`. */
import type { CatalogueRow } from './catalogue';

export const generateRows = {
  'generate-masks': {
    kind: 'options',
    sentence: 'The regions that lose intensity are told by --mask_path or by --box_masks, and {found} given.',
    hint: 'Give the folder with mask-1.nii and mask-2.nii by --mask_path (those of ClinicaDL are in AAL2.tar.gz on its web server; nothing is downloaded from here), or give --box_masks for boxes around the hippocampi.',
  },
  'subtypes-distribution': {
    kind: 'options',
    sentence: '{option} has {count} value(s) with the sum {sum}; one to three with the sum 1 were expected.',
    hint: 'Give {option} once for each subtype, with probabilities that sum up to 1.',
  },
  'range-wrong': {
    kind: 'options',
    sentence: '{option} is {found}; the lower and the upper end of a range were expected.',
    hint: 'Give {option} twice, the lower end first.',
  },
  'artifacts-none': {
    kind: 'options',
    sentence: 'No artifact is asked for: the generated images would be those of the CAPS.',
    hint: 'Give one or more of --motion, --contrast and --noise.',
  },
  'participants-few': {
    kind: 'options',
    sentence: '{count} participants are asked for with --n_subjects, and there are {found}.',
    hint: 'Give --n_subjects {found}, or less.',
  },
  'generate-mask-missing': {
    kind: 'data',
    sentence: 'There is no mask "{file}" in "{folder}".',
    hint: 'Put {file} there, or name the folder that holds it by --mask_path.',
  },
  'generate-mask-shape': {
    kind: 'data',
    sentence: 'The mask "{mask}" has the dimensions {maskShape}, but the image "{file}" has {shape}.',
    hint: 'Choose a folder by --mask_path whose masks are on the grid of the images.',
  },
  'generate-mask-empty': {
    kind: 'data',
    sentence: 'The mask "{mask}" has no voxel where "{file}" has another value than 0.',
    hint: 'Choose a folder by --mask_path whose masks lie over the brain, or leave this image out with --participants_tsv.',
  },
  'box-masks-grid': {
    kind: 'data',
    sentence: 'Boxes are made for images of {expected} voxels, and "{file}" has {shape}.',
    hint: 'Give the folder of masks on the grid of the images by --mask_path.',
  },
  'site-link-alone': {
    kind: 'options',
    sentence: 'With --site_link {link} a label would tell the site, but there is one site only.',
    hint: 'Give --n_sites 2 or more, or leave --site_link out.',
  },
  'twins-many': {
    kind: 'options',
    sentence:
      '{n_twins} pairs of twins are asked for, but {n_subjects} participants have room for {most}: both of a pair have one label.',
    hint: 'Give --n_twins {most} or less, or a larger --n_subjects.',
  },
  'sources-unusable': {
    kind: 'data',
    sentence: '{count} of {total} sessions have no usable image, so nothing was generated. {first}',
    hint: 'Mend each as its line says, the first so: {remedy} Sessions can be left out with --participants_tsv.',
  },
} as const satisfies Record<string, CatalogueRow>;
