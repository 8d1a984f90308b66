/** @file Rows of the catalogue: what the import doctor finds. Those it can mend by itself say so in their hint. */
import type { CatalogueRow } from './catalogue';

const mend = 'Run doctor with --repair, which';

export const doctorRows = {
  // tables
  'doctor-utf16': {
    kind: 'data',
    sentence: '"{file}" is UTF-16 text, as Excel saves "Unicode text".',
    hint: `${mend} writes it as UTF-8.`,
  },
  'doctor-mark': {
    kind: 'data',
    sentence: '"{file}" begins with a byte order mark, as Excel writes it.',
    hint: `${mend} writes it without.`,
  },
  'doctor-separator': {
    kind: 'data',
    sentence: '"{file}" has {separator} between its cells; tabs were expected.',
    hint: `${mend} puts tabs in their place.`,
  },
  'doctor-decimals': {
    kind: 'data',
    sentence: '"{file}" has a decimal comma in {count} numbers of {columns}.',
    hint: `${mend} writes a point.`,
  },
  'doctor-decimals-unsure': {
    kind: 'data',
    sentence: '"{file}" has numbers such as 1,234 in {columns}: a decimal comma or thousands, which nothing in the file tells.',
    hint: 'Write these numbers with a decimal point, or without the comma.',
  },
  'doctor-index': {
    kind: 'data',
    sentence: '"{file}" has a first column without a name that only counts the rows.',
    hint: `${mend} leaves it away.`,
  },
  'doctor-table-format': {
    kind: 'data',
    sentence: '"{file}" is a workbook of a spreadsheet program; tables are read as tab-separated text.',
    hint: 'Save it there as tab-separated text, with the ending .tsv.',
  },
  // identifiers
  'doctor-blanks': {
    kind: 'data',
    sentence: '"{file}" has blanks around {count} participants, sessions or names of their columns, such as "{first}".',
    hint: `${mend} takes them away.`,
  },
  'doctor-spelled': {
    kind: 'data',
    sentence: '"{file}" writes {count} sessions otherwise than the folders: {from} is {to} there.',
    hint: `${mend} writes them as the folders do.`,
  },
  'doctor-digits': {
    kind: 'data',
    sentence: '"{file}" writes {count} sessions with other digits than the folders: {from} is {to} there.',
    hint: `${mend} writes them as the folders do.`,
  },
  'doctor-digits-table': {
    kind: 'data',
    sentence: '"{file}" writes sessions with {digits} digits: {examples}.',
    hint: `${mend} writes all with three, as Clinica does.`,
  },
  'doctor-digits-folders': {
    kind: 'data',
    sentence: '"{folder}" has sessions with {digits} digits: {examples}.',
    hint: `${mend} writes a CAPS in which all have three, as Clinica does.`,
  },
  'doctor-spelling-unsure': {
    kind: 'data',
    sentence: '"{file}": {session} may be {found}, which nothing tells for certain.',
    hint: 'Correct the row so that it names its session as the folder does, and no other row does.',
  },
  'doctor-folder-name': {
    kind: 'data',
    sentence: 'The folder "{path}" is not written as in CAPS; {name} was expected.',
    hint: `${mend} writes a CAPS in which it is called so.`,
  },
  'doctor-folder-twice': {
    kind: 'data',
    sentence: '{session} has more than one folder: {folders}.',
    hint: 'Keep the one that is right, in a copy of the CAPS; until then the session is left out.',
  },
  'doctor-folder-unclear': {
    kind: 'data',
    sentence:
      'The folder "{path}" has a name that is none of a participant or session: letters and digits after sub- or ses- were expected.',
    hint: 'Rename it in a copy of the CAPS, as the tables call it; until then what it holds is left out.',
  },
  // who
  'doctor-label-missing': {
    kind: 'data',
    sentence: '{session} has images, and no diagnosis in {tables}.',
    hint: 'Add its diagnosis to the table if it should take part; until then it is left out.',
  },
  'doctor-two-cohorts': {
    kind: 'data',
    sentence: '{participant} is in the cohorts {cohorts} of "{file}".',
    hint: 'Keep one if it is the same person; until then the participant is left out, since both could end up on two sides of a split.',
  },
  // folders
  'doctor-caps-bare': {
    kind: 'data',
    sentence: '"{folder}" holds {count} participants with images of Clinica, but not in a folder "subjects".',
    hint: `${mend} writes a CAPS in which they are.`,
  },
  'doctor-caps-both': {
    kind: 'data',
    sentence: '"{folder}" holds participants both in "subjects" and beside it: {participants}.',
    hint: `${mend} writes a CAPS of those in "subjects"; the others are left out.`,
  },
  'doctor-caps-raw': {
    kind: 'data',
    sentence: '"{folder}" has a folder "subjects" as a CAPS, but {count} sessions hold raw images of BIDS, such as "{first}".',
    hint: 'Run t1-linear of Clinica on the BIDS data; raw images are left out, since each has its own grid.',
  },
  'doctor-session-bare': {
    kind: 'data',
    sentence: '{session} has no image of a known kind.',
    hint: 'Run the preprocessing for it if it should take part; until then it is left out.',
  },
  'doctor-image-elsewhere': {
    kind: 'data',
    sentence: '"{file}" lies with {session}, but its name says {name}.',
    hint: 'Look whose image it is; until then the session is left out.',
  },
  // images
  'doctor-turned': {
    kind: 'data',
    sentence: '"{file}" has its axes in another order or direction than the other images, as its affine states ({codes}).',
    hint: `${mend} turns a copy, voxel by voxel.`,
  },
  'doctor-grid': {
    kind: 'data',
    sentence: '"{file}" has {shape} voxels from {origin} mm on; {expected} were expected, from {begin} mm on.',
    hint: `${mend} crops or pads a copy by whole voxels.`,
  },
  'doctor-grid-resample': {
    kind: 'data',
    sentence:
      '"{file}" lies between the voxels of the other images, has voxels of another size, or little in common with their grid.',
    hint: 'Run its preprocessing again; only resampling would bring it there, so the session is left out.',
  },
  'doctor-grid-unclear': {
    kind: 'data',
    sentence: 'The images of {kind} are on {count} grids, none of them with most: {grids}.',
    hint: 'Run the preprocessing again for those that are wrong; until then all of them are left out.',
  },
  'doctor-unplaced': {
    kind: 'data',
    sentence: 'The header of "{file}" does not say where the image lies, as those of the others do.',
    hint: 'Run its preprocessing again; which way it is turned cannot be known, so the session is left out.',
  },
  'doctor-nan': {
    kind: 'data',
    sentence: '{count} voxels of "{file}" are not numbers (NaN).',
    hint: 'Look at this image, and run its preprocessing again; until then the session is left out.',
  },
  'doctor-duplicate': {
    kind: 'data',
    sentence: '"{file}" has the same voxels as {others}.',
    hint: 'Look whose image it is; until then each of these sessions is left out.',
  },
  'doctor-nothing': {
    kind: 'data',
    sentence: 'Nothing in "{folder}" can be looked through: no CAPS, BIDS, MAPS, image or table was found six levels down.',
    hint: 'Open the folder that holds them, or give its path.',
  },
  'doctor-inside': {
    kind: 'options',
    sentence: '"{path}" lies in "{folder}", whose files are not to be changed.',
    hint: 'Give a folder for --repair outside of every CAPS, BIDS and MAPS.',
  },
} as const satisfies Record<string, CatalogueRow>;
