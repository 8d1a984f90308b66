/**
 * @file Every error and issue code: what happened and what to do about it.
 *
 * One row is: the kind (which class is thrown), a sentence with `{placeholders}`, and a hint that starts with a verb.
 * Rooms add their rows here, grouped by the room that throws them; `test/catalogue.test.ts` asks that each is used.
 */
import { capsRows } from './catalogue-caps';
import { cohortRows } from './catalogue-cohort';
import { folderRows } from './catalogue-folders';
import { foreignRows } from './catalogue-foreign';
import { lineRows } from './catalogue-lines';
import { networkRows } from './catalogue-networks';
import { optionRows } from './catalogue-options';
import { studyRows } from './catalogue-study';
import { torchRows } from './catalogue-torch';

export type ErrorKind = 'options' | 'data' | 'machine';

export interface CatalogueRow {
  readonly kind: ErrorKind;
  /** What was found and what was expected, with both values as `{placeholders}`. */
  readonly sentence: string;
  /** One thing to do; starts with a verb. */
  readonly hint: string;
}

export const catalogue = {
  ...folderRows,
  ...foreignRows,
  ...networkRows,
  ...torchRows,
  ...optionRows,
  ...studyRows,
  ...lineRows,
  // formats
  'file-too-large': {
    kind: 'data',
    sentence: 'The {format} data has {found} bytes; at most {limit} are read.',
    hint: 'Check that this is the right file, and take out what does not belong there.',
  },
  'text-encoding': {
    kind: 'data',
    sentence: 'The {format} file is not UTF-8 text: {reason}.',
    hint: 'Save the file again with the encoding UTF-8.',
  },
  'gzip-damaged': {
    kind: 'data',
    sentence: 'The gzip data is damaged or cut short: {reason}.',
    hint: 'Copy the file again from where it came, and compare the sizes.',
  },
  'gzip-too-large': {
    kind: 'data',
    sentence: 'The gzip data unpacks to more than the {limit} bytes allowed.',
    hint: 'Check that this is the right file; an image of this study needs less.',
  },
  'nifti-damaged': {
    kind: 'data',
    sentence: 'The file is not a readable NIfTI image: {field} is {found}; expected was {expected}.',
    hint: 'Copy the image again from where it came, or run its preprocessing again; one that a viewer still opens can be saved there as a single NIfTI file.',
  },
  'nifti-truncated': {
    kind: 'data',
    sentence: 'The NIfTI file is cut short: it has {found} bytes, its header announces {expected}.',
    hint: 'Copy the file again from where it came, and compare the sizes.',
  },
  'nifti-voxel-type': {
    kind: 'data',
    sentence: 'The NIfTI image has voxels of type {type}; real numbers of at most 64 bits were expected.',
    hint: 'Convert the image to float32.',
  },
  'nifti-too-large': {
    kind: 'data',
    sentence: 'The NIfTI image has {found} voxels (shape {shape}); the limit is {limit}.',
    hint: 'Resample the image to a coarser grid, or crop it.',
  },
  'nifti-value': {
    kind: 'data',
    sentence: 'Voxel {index} of the NIfTI image is {found}, which {type} cannot hold.',
    hint: 'Choose float32 as the type of the voxels.',
  },
  'table-ragged': {
    kind: 'data',
    sentence: '{file}, line {line}: there are {found} cells, and the header has {expected}.',
    hint: 'Take the cells that are too many out of this line, or give the header a name for each.',
  },
  'table-separator': {
    kind: 'data',
    sentence: '{file}, line {line}: the cells are separated by {separator}, not by tabs.',
    hint: 'Save the table as tab-separated text, or put one tab in place of the {separator} between two cells.',
  },
  'table-damaged': {
    kind: 'data',
    sentence: 'The table cannot be read at line {line}: {reason}.',
    hint: 'Mend this line in a text editor, or export the table again.',
  },
  'column-missing': {
    kind: 'data',
    sentence: 'The table "{file}" has no column "{column}"; it has {columns}.',
    hint: 'Add the column, or choose another table.',
  },
  'json-damaged': {
    kind: 'data',
    sentence: 'The JSON text cannot be read at line {line}, column {column}: found {found}, expected {expected}.',
    hint: 'Mend this place in a text editor, or write the file again.',
  },
  'json-refused': {
    kind: 'data',
    sentence: 'The JSON text is refused at line {line}: {reason}.',
    hint: 'Check where the file comes from; no file of ClinicaDL looks like this.',
  },
  'toml-damaged': {
    kind: 'options',
    sentence: 'Line {line} of the TOML text ({key}) cannot be read: {reason}.',
    hint: 'Mend this line; text stands in quotes, true and false in lower case.',
  },
  // maps
  'group-undefined': {
    kind: 'data',
    sentence: 'The MAPS "{maps}" has no data group "{group}".',
    hint: 'Run predict with --caps_directory and --participants_tsv to define the group.',
  },
  'older-results': {
    kind: 'data',
    sentence: 'The folder "{maps}" is a result folder of ClinicaDL 0.2, which is no MAPS.',
    hint: 'Run "clinicadl import-results {maps} {maps}_maps", which makes a MAPS of it and leaves it as it is.',
  },
  'older-results-missing': {
    kind: 'data',
    sentence:
      'The folder "{folder}" is no result folder of ClinicaDL 0.2: commandline.json and folders fold-0, fold-1, … were expected.',
    hint: 'Choose the folder that a training of ClinicaDL 0.2 wrote, the one with commandline.json in it.',
  },
  'older-results-kind': {
    kind: 'data',
    sentence:
      'In the commandline.json of "{results}" {key} is {found}; {expected} was expected, the others have no counterpart here.',
    hint: 'Leave the folder as it is, and read its tables in a spreadsheet.',
  },
  'older-network-size': {
    kind: 'data',
    sentence: 'The folder "{results}" does not tell the size of the regions that its network takes.',
    hint: 'Add --input_size with the size, for example --input_size 1@50x50x50.',
  },
  'older-weights': {
    kind: 'data',
    sentence: '"{file}" holds the weight {name}, which {network} of ClinicaDL 0.2 did not have.',
    hint: 'Copy the file again from where the training ran.',
  },
  'older-table': {
    kind: 'data',
    sentence: '"{file}" has no column {column}; it has {found}.',
    hint: 'Copy the file again from where the training ran.',
  },
  'maps-missing': {
    kind: 'data',
    sentence: 'The folder "{maps}" is not a MAPS: it holds no readable maps.json.',
    hint: 'Choose the folder that a training wrote, the one with maps.json in it.',
  },
  'maps-value': {
    kind: 'data',
    sentence: 'In the parameters of "{maps}", {key} is {found}; {expected} was expected.',
    hint: 'Put back the maps.json that the training wrote, or choose another MAPS.',
  },
  'maps-not-empty': {
    kind: 'data',
    sentence: 'The folder "{path}" is not empty, so no training is written into it.',
    hint: 'Choose a new folder name for the MAPS, or empty this one.',
  },
  'maps-interrupted': {
    kind: 'data',
    sentence: 'The folder "{path}" holds a training that was interrupted, so no other is written into it.',
    hint: 'Run "clinicadl train resume {typed}" to go on with it, or choose a new folder name.',
  },
  'data-leakage': {
    kind: 'data',
    sentence: 'The group "{group}" shares {count} participant(s) with the training data: {participants}.',
    hint: 'Remove these participants from the table, or give --skip_leak_check if you know what it means.',
  },
  // gpu
  'gpu-none': {
    kind: 'machine',
    sentence: 'This browser offers no WebGPU adapter.',
    hint: 'Use a current Chrome or Edge with graphics acceleration on; without it the processor does the work by itself.',
  },
  'gpu-shader': {
    kind: 'machine',
    sentence: 'The GPU driver refused the kernel {kernel}: {problem}',
    hint: 'Switch to the processor on the page Train, then run the command again (or "train resume" for a training that was begun).',
  },
  'gpu-validation': {
    kind: 'machine',
    sentence: 'The GPU refused a command: {message}',
    hint: 'Switch to the processor on the page Train, then run the command again (or "train resume" for a training that was begun).',
  },
  'gpu-out-of-memory': {
    kind: 'machine',
    sentence: 'The GPU has no memory left: {message}',
    hint: 'Lower the batch size and raise the accumulation steps, or close other programs that use the GPU.',
  },
  'gpu-lost': {
    kind: 'machine',
    sentence: 'The GPU stopped answering ({reason}): {message}',
    hint: 'Run the command again: it gets a new device, or the processor does the work.',
  },
  'gpu-buffer-limit': {
    kind: 'machine',
    sentence: '{what} needs {bytes} bytes in one buffer, and this GPU allows {limit}.',
    hint: 'Extract smaller images or patches, or lower the batch size.',
  },
  'gpu-network': {
    kind: 'machine',
    sentence: 'The WebGPU engine has no kernel for {what}.',
    hint: 'Switch to the processor on the page Train, then run the command again (or "train resume" for a training that was begun).',
  },
  // learning
  'vote-elements-differ': {
    kind: 'data',
    sentence: 'The image of {image} has predictions for the elements {found}; the weighting table has {expected}.',
    hint: 'Run the prediction of this group again with the same preprocessing JSON as the training.',
  },
  'vote-labels-differ': {
    kind: 'data',
    sentence: 'The elements of {image} carry two different true labels, {first} and {second}.',
    hint: 'Keep one label per session in the TSV of the group and predict again.',
  },
  'intervals-truncated': {
    kind: 'data',
    sentence:
      'Group "{group}": the intervals of {metrics} hold whole numbers only, because the first resample has no value for them (ClinicaDL computes them so).',
    hint: 'Leave these intervals out of a report, or evaluate a larger group.',
  },
  // jobs: tables and training
  'group-rowless': {
    kind: 'data',
    sentence: '"{path}" has no rows below its header.',
    hint: 'Give a table that lists sessions; of a split, make it again from more participants.',
  },
  'group-empty': {
    kind: 'data',
    sentence: 'No row of "{path}" has one of the diagnoses {diagnoses}; the table has: {found}.',
    hint: 'Give --diagnoses with labels that are in the table.',
  },
  'label-missing': {
    kind: 'data',
    sentence: '{count} of {total} rows of "{path}" have no "{label}": {sessions}.',
    hint: 'Fill in these cells or remove the rows; predict can do without labels, with --no_labels.',
  },
  'split-missing': {
    kind: 'data',
    sentence: 'There is no folder "{folder}" for split {split} of {splits}.',
    hint: 'Give the folder that "tsvtools kfold" wrote, and its number of folds as --n_splits.',
  },
  'split-leakage': {
    kind: 'data',
    sentence: 'Split {split} has {count} participant(s) in train and in validation: {participants}.',
    hint: 'Make the splits with "tsvtools split" or "tsvtools kfold", which keep each person on one side.',
  },
  'tsv-folder-expected': {
    kind: 'options',
    sentence: '"{path}" is a table, and a folder with train.tsv and validation_baseline.tsv is expected.',
    hint: 'Give the folder that "tsvtools split" or "tsvtools kfold" wrote.',
  },
  'class-count': {
    kind: 'data',
    sentence: 'The training rows of split 0 ("{path}") hold only the label(s) {labels}; a classification needs at least two.',
    hint: 'Give --diagnoses once for each of two or more labels that this table has, or make the split again with them.',
  },
  'split-number': {
    kind: 'options',
    sentence: 'Split {split} was asked for, and the splits are 0 to {last}.',
    hint: 'Give a split number in that range.',
  },
  'resume-nothing': {
    kind: 'data',
    sentence: 'The MAPS "{maps}" holds no training that was interrupted.',
    hint: 'Start a new training, or choose the MAPS of the training that stopped.',
  },
  'prediction-missing': {
    kind: 'data',
    sentence: 'There is no "{path}" to read.',
    hint: 'Run the prediction of this group first.',
  },
  'metric-unclear': {
    kind: 'options',
    sentence: 'Split {split} of the MAPS "{maps}" has several best models: {metrics}.',
    hint: 'Give selection_metric (--selection_metric on a line) with one of them.',
  },
  'checkpoint-unreadable': {
    kind: 'data',
    sentence: 'The stored state of the run "{run}" has no {part}.',
    hint: 'Start the training again; its MAPS keeps what was finished.',
  },
  'folder-not-empty': {
    kind: 'data',
    sentence: 'The folder "{path}" is not empty.',
    hint: 'Choose a new folder name.',
  },
  'input-size-differs': {
    kind: 'data',
    sentence: 'The images of "{caps}" give inputs of {found}, and the network was trained on {trained}.',
    hint: 'Choose a CAPS whose images were prepared as those of the training.',
  },
  'group-table-missing': {
    kind: 'data',
    sentence: 'The folder "{folder}" holds none of the tables {names}.',
    hint: 'Give the table of the group itself.',
  },
  'checkpoint-content': {
    kind: 'data',
    sentence: 'The file "{file}" is a PyTorch file that holds {found}; {expected} was expected.',
    hint: 'Replace it by the file that belongs there, or write it anew in PyTorch: torch.save({"model": the state_dict, "epoch": its epoch}, file).',
  },
  'gpu-keeps-failing': {
    kind: 'machine',
    sentence: 'The graphics device was lost {count} times within five minutes.',
    hint: 'Run {again}: the processor does the work then, until this page is loaded again.',
  },
  'gpu-memory-short': {
    kind: 'machine',
    sentence: 'The graphics device has too little memory even for {parts} sample(s) at a time (batch {batch}).',
    hint: 'Switch to the processor on the page Train, then run the command again (or "train resume" for a training that was begun).',
  },
  'amp-unavailable': {
    kind: 'machine',
    sentence: 'Activations cannot be stored as 16-bit numbers (amp): {reason}.',
    hint: 'Leave amp off, or open the page on a device whose graphics adapter has the feature shader-f16.',
  },
  'estimate-command': {
    kind: 'options',
    sentence: 'Only a training can be estimated, and the line is: {line}',
    hint: 'Give a command such as "train classification".',
  },
  'path-elsewhere': {
    kind: 'data',
    sentence: 'The MAPS remembers "{path}", and nothing in the opened folder "{folder}" ends like it.',
    hint: 'Open a folder that holds both the MAPS and "{path}"; for a group, predict takes another with --caps_directory, --participants_tsv and --overwrite.',
  },
  'group-exists': {
    kind: 'options',
    sentence: 'The group "{group}" is defined in this MAPS already, and a CAPS or a table was given again.',
    hint: 'Leave out --caps_directory and --participants_tsv, choose another name, or give --overwrite.',
  },
  'group-definition': {
    kind: 'options',
    sentence: 'The group "{group}" is new, and is not defined without {missing}.',
    hint: 'Give --caps_directory and --participants_tsv to define the group.',
  },
  'group-protected': {
    kind: 'options',
    sentence: 'The group "{group}" belongs to the training and cannot be overwritten.',
    hint: 'Choose another group name.',
  },
  'split-untrained': {
    kind: 'data',
    sentence: 'The MAPS "{maps}" has no trained split {split}.',
    hint: 'Train it, or choose one of: {splits}.',
  },
  'maps-untrained': {
    kind: 'data',
    sentence: 'The MAPS "{maps}" has no split whose training came to its best models.',
    hint: 'Run "train resume" on it, or choose another MAPS.',
  },
  'metric-untrained': {
    kind: 'data',
    sentence: 'Split {split} of the MAPS "{maps}" has no best model for "{metric}".',
    hint: 'Choose one of: {metrics}.',
  },
  'weights-mismatch': {
    kind: 'data',
    sentence: 'The weights "{path}" do not fit the network of maps.json: {difference}.',
    hint: 'Put the file of this MAPS back, or one of the same network on inputs of the same size.',
  },
  ...capsRows,
  'browser-broke-off': {
    kind: 'machine',
    sentence: 'The browser broke off a piece of work by itself: {message}',
    hint: 'Run the command again, after reloading the page if it happens twice.',
  },
  // page
  'job-running': {
    kind: 'machine',
    sentence: 'A command is running already: {line}.',
    hint: 'Wait until it has ended, or stop it.',
  },
  'workspace-missing': {
    kind: 'machine',
    sentence: 'No folder is open, so there is nowhere to run "{line}".',
    hint: 'Open a folder on the page Home first.',
  },
  'folder-busy': {
    kind: 'machine',
    sentence: 'Nothing was written: in the folder "{folder}" a command is at work, here or in another tab of this browser.',
    hint: 'Wait until that command has ended, or stop it in its tab.',
  },
  ...cohortRows,
} as const satisfies Record<string, CatalogueRow>;

export type Code = keyof typeof catalogue;
