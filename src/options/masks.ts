/** @file Options of `make-masks` and `add-mask`, which put region masks into a CAPS. Not commands of ClinicaDL. */
import { define, path, text, type Values } from './field';

const caps_directory = { kind: 'path', help: 'CAPS folder that gets the masks, in masks/tpl-MNI152NLin2009cSym.' } as const;

export const makeMasks = define({ positionals: { caps_directory }, sections: {} });

export type MakeMasksOptions = Values<typeof makeMasks>;

export const addMask = define({
  positionals: { caps_directory },
  sections: {
    Options: {
      mask_file: path<string | null>({
        default: null,
        flags: ['--mask_file'],
        ending: '.nii.gz',
        help: 'NIfTI file on the grid of the images, 1 inside the region and 0 outside. It must be given, and stays as it is.',
      }),
      roi_name: text<string | null>({
        default: null,
        flags: ['--roi_name'],
        help: 'Name of the region, in letters and digits: the one that --roi_list asks for. It must be given.',
      }),
    },
  },
});

export type AddMaskOptions = Values<typeof addMask>;
