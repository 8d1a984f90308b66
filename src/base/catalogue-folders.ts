/** @file Rows of the catalogue: folders, zip files, the CAPS and checkpoints. */
import type { CatalogueRow } from './catalogue';

export const folderRows = {
  // folders
  'file-missing': {
    kind: 'data',
    sentence: 'There is no file "{path}" in the folder "{folder}".',
    hint: 'Check the spelling of the path; it is relative to the opened folder.',
  },
  'folder-missing': {
    kind: 'data',
    sentence: 'There is no folder "{path}" in the folder "{folder}".',
    hint: 'Check the spelling of the path; it is relative to the opened folder.',
  },
  'name-refused': {
    kind: 'data',
    sentence: 'The name "{name}" cannot be used for a file: {reason}.',
    hint: 'Rename the file with letters, digits, dots, dashes and underscores.',
  },
  'path-taken': {
    kind: 'data',
    sentence: '"{path}" in the folder "{folder}" is a {found}; a {expected} was needed there.',
    hint: 'Rename or remove it, or choose another name.',
  },
  'permission-withdrawn': {
    kind: 'machine',
    sentence: 'The browser no longer allows this page to {action} "{path}" in the folder "{folder}".',
    hint: 'Allow access to the folder again; nothing that was already written is lost.',
  },
  'folder-gone': {
    kind: 'machine',
    sentence: 'The folder "{folder}" is no longer where it was opened, so "{path}" could not be reached.',
    hint: 'Plug the drive in or undo the renaming and continue, or open the folder again.',
  },
  'disk-full': {
    kind: 'machine',
    sentence: 'There is no space left to write "{path}" in "{folder}"; what was there before is unchanged.',
    hint: 'Free some space on the disk, then continue.',
  },
  'file-unreadable': {
    kind: 'machine',
    sentence: 'The system could not {action} "{path}" in the folder "{folder}": {reason}.',
    hint: 'Close other programs that use the file, then try again.',
  },
  'zip-refused': {
    kind: 'data',
    sentence: 'The zip file is refused and nothing was unpacked: {reason}.',
    hint: 'Make the zip file again from the folder, with ordinary names and without encryption.',
  },
  'zip-too-large': {
    kind: 'data',
    sentence: 'The folder "{path}" has {found}; a zip file holds at most {limit}.',
    hint: 'Export its sub-folders one by one.',
  },
  // caps
  'caps-is-bids': {
    kind: 'data',
    sentence:
      'The folder "{caps}" has {found} directly inside; a CAPS has them in its folder "subjects", so this looks like a BIDS.',
    hint: 'Choose the CAPS folder that a Clinica pipeline wrote.',
  },
  'caps-missing': {
    kind: 'data',
    sentence: 'The CAPS "{caps}" is {found}; a folder was expected.',
    hint: 'Check the path; it is relative to the opened folder.',
  },
  'caps-empty': {
    kind: 'data',
    sentence: 'The CAPS "{caps}" has no session: no folder "subjects/sub-…/ses-…" was found.',
    hint: 'Choose the folder that holds "subjects".',
  },
  'session-name': {
    kind: 'data',
    sentence:
      '"{participant}", "{session}" are not names of a participant and a session: sub- and ses- with letters and digits were expected.',
    hint: 'Rename them; only letters and digits may follow "sub-" and "ses-".',
  },
  'image-missing': {
    kind: 'data',
    sentence: '{participant} has no image "{pattern}" for {session}.',
    hint: 'Run the preprocessing for this session, or take it out of the table.',
  },
  'image-twice': {
    kind: 'data',
    sentence: '{participant} has {count} images for {session}, and one was expected: {files}.',
    hint: 'Keep one of them, or choose a suffix that names only one.',
  },
  'image-runs': {
    kind: 'data',
    sentence: '{participant} has several runs for {session}; the last one, {file}, is used.',
    hint: 'Remove the runs that should not be used, if it is another one.',
  },
  'pattern-refused': {
    kind: 'options',
    sentence: 'The pattern "{pattern}" cannot be searched: {reason}.',
    hint: 'Give a name with * for what may vary, relative to the folder of the session.',
  },
  'mask-missing': {
    kind: 'data',
    sentence: 'There is no mask of region "{roi}" in "{folder}"; a file like "{pattern}" was looked for.',
    hint: 'Copy the mask into this folder, or correct the name of the region.',
  },
  'mask-not-binary': {
    kind: 'data',
    sentence: 'The mask of region "{roi}", "{file}", has other values than 0 and 1, or only one of them.',
    hint: 'Replace the mask by one whose voxels are 1 inside the region and 0 outside.',
  },
  'extraction-missing': {
    kind: 'data',
    sentence: 'The CAPS "{caps}" has no preprocessing JSON "{file}"; it has {found}.',
    hint: 'Run prepare-data with this name for --extract_json, or choose one of those that exist.',
  },
  'extraction-unreadable': {
    kind: 'data',
    sentence: 'In the preprocessing JSON "{file}", {key} is {found}; {expected} was expected.',
    hint: 'Run prepare-data again to write the file anew.',
  },
  'extraction-exists': {
    kind: 'data',
    sentence: 'The preprocessing JSON "{file}" already exists.',
    hint: 'Choose another name for --extract_json, or remove the file.',
  },
  // checkpoints
  'checkpoint-damaged': {
    kind: 'machine',
    sentence: 'No complete checkpoint of the run "{run}" is left in this browser.',
    hint: 'Start the training again.',
  },
} as const satisfies Record<string, CatalogueRow>;
