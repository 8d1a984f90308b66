/** @file Options of `doctor`, ours: looks through a folder, names what is wrong, and writes mended copies when asked. */
import { choices, define, flag, path, type Values } from './field';

/** What is mended, in the order of the forms. */
export const repairKinds = ['tables', 'spelling', 'orientation', 'grid', 'layout'] as const;
export type RepairKind = (typeof repairKinds)[number];

export const doctor = define({
  positionals: {
    folder: {
      kind: 'path',
      help: 'Folder that is looked through: CAPS, BIDS, MAPS, images, tables, or one that holds them. It is not changed.',
    },
  },
  sections: {
    Options: {
      headers_only: flag({
        default: false,
        flags: ['--headers_only'],
        help: 'Look at the headers of images and the lengths of their files alone: quick, and blind for NaN, constant and doubled images.',
      }),
      repair: path<string | null>({
        default: null,
        flags: ['--repair'],
        help: 'New folder for mended copies, and for tables of the sessions that are sound and of those left out. Absent: nothing is written.',
      }),
      only: choices(repairKinds, {
        default: [...repairKinds],
        flags: ['--only'],
        help: 'What is mended, once for each: tables (encoding, separators), spelling (participants, sessions), orientation (turned axes), grid (whole voxels), layout (missing "subjects"). The rest is left out.',
        when: (values) => values.repair !== null && values.repair !== undefined && values.repair !== '',
      }),
    },
  },
});

export type DoctorOptions = Values<typeof doctor>;
