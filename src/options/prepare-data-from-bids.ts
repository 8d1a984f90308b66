/**
 * @file Options of `prepare-data-from-bids image`, `slice`, `patch` and `roi`: raw images of a BIDS folder → tensors in a CAPS.
 *
 * Names, flags and defaults are ClinicaDL 1.6.1's, whose command fails before it reads an image. Its options for images of Clinica
 * (`--use_uncropped_image`, `--tracer`, `--suvr_reference_region`), which say nothing of raw images, are unknown here.
 */
import { appError } from '../base/errors';
import { bidsModalities } from '../vocabulary/preprocessings';
import { define, type Values } from './field';
import { checkMode, common, modeFields, needOption } from './prepare-data';

const positionals = {
  bids_directory: { kind: 'path', help: 'BIDS folder that holds the images, sub-…/ses-…; masks are looked for in its masks/.' },
  caps_directory: { kind: 'path', help: 'CAPS folder into which the tensors are written; it is made where it is missing.' },
  modality: { kind: 'choice', choices: bidsModalities, help: 'Kind of the images.' },
} as const;

const { n_proc, subjects_sessions_tsv, extract_json, custom_suffix } = common;
const ofBids = { n_proc, subjects_sessions_tsv, extract_json, custom_suffix };

export const bidsImage = define({ positionals, sections: { Options: ofBids } });
export const bidsSlice = define({ positionals, sections: { Options: { ...ofBids, ...modeFields.slice } } });
export const bidsPatch = define({ positionals, sections: { Options: { ...ofBids, ...modeFields.patch } } });
export const bidsRoi = define({ positionals, sections: { Options: { ...ofBids, ...modeFields.roi } } });

export type FromBidsOptions =
  | { readonly mode: 'image'; readonly options: Values<typeof bidsImage> }
  | { readonly mode: 'slice'; readonly options: Values<typeof bidsSlice> }
  | { readonly mode: 'patch'; readonly options: Values<typeof bidsPatch> }
  | { readonly mode: 'roi'; readonly options: Values<typeof bidsRoi> };

/** The rules that join two options. Throws `option-of-modality`, `option-needed`, `discarded-slices-count`. */
export function checkFromBids({ mode, options }: FromBidsOptions): void {
  const { modality } = options;
  if (options.custom_suffix !== '' && modality !== 'custom')
    throw appError(
      'option-of-modality',
      { option: '--custom_suffix', of: 'custom', modality },
      { where: 'Options.custom_suffix' },
    );
  if (modality === 'custom') needOption(options.custom_suffix !== '', '--custom_suffix', 'the modality is custom');
  checkMode(mode, options, 'regions of a BIDS folder are asked for');
}
