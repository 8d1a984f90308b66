/** @file Rows of the catalogue: folders, zip files and checkpoints. */
import type { CatalogueRow } from './catalogue';

export const folderRows = {
  // folders
  'file-missing': {
    kind: 'data',
    sentence: 'There is no file "{path}" in the folder "{folder}".',
    hint: 'Give the path of a file that is there, from the opened folder on.',
  },
  'folder-missing': {
    kind: 'data',
    sentence: 'There is no folder "{path}" in the folder "{folder}".',
    hint: 'Give the path of a folder that is there, from the opened folder on.',
  },
  'name-refused': {
    kind: 'data',
    sentence: 'The name "{name}" cannot be used for a file: {reason}.',
    hint: 'Choose a name with letters, digits, dots, dashes and underscores, in a path that begins in the opened folder and stays there.',
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
  'folder-refused': {
    kind: 'machine',
    sentence: 'Writing into the folder "{folder}" was not allowed, so it was not opened.',
    hint: 'Open it again and allow this page to edit files, or copy the folder into the browser.',
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
  'files-unwritten': {
    kind: 'machine',
    sentence:
      '{files} finished files ({size} MB) could not be written, because there is no space; they lie in the memory of this tab.',
    hint: 'Keep this tab open until you have downloaded them with the button at the bottom of the page.',
  },
  'checkpoint-unsaved': {
    kind: 'machine',
    sentence: 'The browser could not keep the checkpoint of "{maps}": {reason}.',
    hint: 'Keep this tab open; the files of the last epoch in the MAPS are there to resume from.',
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
  'zip-refused-large': {
    kind: 'data',
    sentence: 'The zip file is refused and nothing was unpacked: {reason}.',
    hint: 'Open the unpacked folder instead of the zip file, or remove folders that this browser keeps.',
  },
  'zip-too-large': {
    kind: 'data',
    sentence: 'The folder "{path}" has {found}; a zip file holds at most {limit}.',
    hint: 'Export its sub-folders one by one.',
  },
  // checkpoints
  'checkpoint-damaged': {
    kind: 'machine',
    sentence: 'No complete checkpoint of the run "{run}" is left in this browser.',
    hint: 'Start the training again.',
  },
  'maps-inside': {
    kind: 'data',
    sentence: '"{path}" lies inside the MAPS "{maps}", whose files would be mixed with those of another training.',
    hint: 'Give a folder outside of it, for example {beside}.',
  },
} as const satisfies Record<string, CatalogueRow>;
