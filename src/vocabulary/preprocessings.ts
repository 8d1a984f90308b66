/** @file The preprocessings whose images can be turned into tensors, by ClinicaDL's names. */

/** Of a CAPS. `t1-volume` is ours: ClinicaDL reaches these images as `custom`, and so does what is written of them. */
export const modalities = [
  't1-linear',
  't2-linear',
  't1-extensive',
  't1-volume',
  'dwi-dti',
  'pet-linear',
  'flair-linear',
  'custom',
] as const;

/** Of a BIDS folder: raw images, each on a grid of its own. */
export const bidsModalities = ['t1', 'pet', 'flair', 'dwi', 'custom'] as const;

export type Modality = (typeof modalities)[number];
export type Preprocessing = Exclude<Modality, 't1-volume'> | (typeof bidsModalities)[number];

/** Those that Clinica writes twice, cropped and whole. */
export const croppedModalities: readonly string[] = ['t1-linear', 't2-linear', 'flair-linear', 'pet-linear'];

export const dtiMeasures = ['FA', 'MD', 'AD', 'RD'] as const;
export const dtiSpaces = ['native', 'normalized'] as const;

/** Grey matter in the space of SPM's template, as Clinica's `t1-volume` names it. */
export const greyMatterSuffix = 'graymatter_space-Ixi549Space_modulated-off_probability.nii.gz';
