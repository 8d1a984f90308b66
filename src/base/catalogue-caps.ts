/** @file Rows of the catalogue: what a CAPS holds, and what is extracted from its images. */
import type { CatalogueRow } from './catalogue';
import { doctorRows } from './catalogue-doctor';

export const capsRows = {
  ...doctorRows,
  // caps
  'caps-missing': {
    kind: 'data',
    sentence: 'There is no folder "{folder}".',
    hint: 'Give the path of a CAPS folder that is there, from the opened folder on.',
  },
  'caps-is-bids': {
    kind: 'data',
    sentence: '"{folder}" holds {count} participants directly ({first}, …); a CAPS holds them in the folder "subjects".',
    hint: 'Choose the CAPS folder; this one looks like BIDS, or like the "subjects" folder itself.',
  },
  'bids-missing': {
    kind: 'data',
    sentence: 'There is no folder "{folder}" with BIDS data.',
    hint: 'Check the path; it begins at the opened folder.',
  },
  'bids-is-caps': {
    kind: 'data',
    sentence: '"{folder}" has a folder "subjects", which is how a CAPS looks, not BIDS.',
    hint: 'Use prepare-data for a CAPS, or choose the folder that holds sub-….',
  },
  'bids-empty': {
    kind: 'data',
    sentence: 'No participant (sub-…) was found in "{folder}".',
    hint: 'Choose the folder that holds sub-….',
  },
  'caps-empty': {
    kind: 'data',
    sentence: 'No participant (sub-…) was found in "{folder}/subjects".',
    hint: 'Choose the folder that holds "subjects".',
  },
  'caps-without-sessions': {
    kind: 'data',
    sentence: 'No participant in "{folder}/subjects" has a session (ses-…): {participants}.',
    hint: 'Put the files of each visit into a folder ses-… of its participant, as Clinica does.',
  },
  'participants-without-sessions': {
    kind: 'data',
    sentence: '{count} participant(s) in "{folder}/subjects" have no session (ses-…) and were left out: {participants}.',
    hint: 'Put the files of each visit into a folder ses-… of its participant, as Clinica does.',
  },
  'sessions-empty': {
    kind: 'data',
    sentence: 'The table "{file}" lists no session.',
    hint: 'Add a line for each session, or leave the table away to take all.',
  },
  'session-name': {
    kind: 'data',
    sentence: '"{session}" is not a participant and a session: sub- and ses- with letters or digits were expected.',
    hint: 'Rename the folders, or correct the table.',
  },
  'session-spelled': {
    kind: 'data',
    sentence: '{session} is not in the CAPS, but {found} is, which looks like the same in another spelling.',
    hint: 'Write {found} in the table, as the folders of the CAPS have it.',
  },
  'session-absent': {
    kind: 'data',
    sentence: '{session} is not in the CAPS; of this participant it has {found}.',
    hint: 'Leave this session out of the table, or choose the CAPS that has it.',
  },
  'participant-absent': {
    kind: 'data',
    sentence: '{session} is not in the CAPS, nor is the participant; the CAPS has {found}.',
    hint: 'Leave this participant out of the table, or choose the CAPS that has the images.',
  },
  'sessions-spelled': {
    kind: 'data',
    sentence: '{count} of {total} sessions have other names in the CAPS than in the table. {first}',
    hint: 'Write participant_id and session_id in the tables as the folders of the CAPS are called; the sessions themselves are there.',
  },
  'sessions-absent': {
    kind: 'data',
    sentence: '{count} of {total} sessions are not in the CAPS. {first}',
    hint: 'Leave these sessions out of the table, or choose the CAPS that has them.',
  },
  'image-missing': {
    kind: 'data',
    sentence: '{session}: no file "{pattern}" was found.',
    hint: 'Run {pipeline} for this session, or leave the session out with a table of sessions.',
  },
  'image-twice': {
    kind: 'data',
    sentence: '{session}: {count} files fit where one was expected: {files}.',
    hint: 'Keep one of them, or prepare the images as "custom" with a --custom_suffix that fits one file only.',
  },
  'image-run-chosen': {
    kind: 'data',
    sentence: '{session}: of {count} runs, "{chosen}" was taken.',
    hint: 'Remove the other runs if this is not the one you want.',
  },
  'preprocessing-unknown': {
    kind: 'data',
    sentence: 'The preprocessing "{preprocessing}" cannot be read.',
    hint: 'Use {known}.',
  },
  'extraction-missing': {
    kind: 'data',
    sentence: 'There is no extraction "{file}" in "{folder}"; {there}.',
    hint: 'Run prepare-data with --extract_json {name}, or give an extraction that is there.',
  },
  'extraction-key': {
    kind: 'data',
    sentence: '"{file}": the value of {key} should be {expected}.',
    hint: 'Run prepare-data again, with a new name for --extract_json, and give that name.',
  },
  'mask-missing': {
    kind: 'data',
    sentence: 'There is no mask of the region "{roi}" in "{folder}"; the regions there are {there}.',
    hint: 'Choose one of the regions that are there, letter by letter, or add the mask as {expected}.',
  },
  'masks-none': {
    kind: 'data',
    sentence: 'There is no mask of the region "{roi}": "{folder}" has none for these images, and {elsewhere}.',
    hint: 'Add the mask to this folder of the CAPS as {expected}.',
  },
  'mask-cropping': {
    kind: 'data',
    sentence: 'The mask of the region "{roi}" is there, "{file}", but it is {mask}, and the images are {images}.',
    hint: 'Add a mask on the grid of the {images} images as {expected}.',
  },
  'mask-name': {
    kind: 'data',
    sentence: 'The region "{roi}" has the mask {file}, but its name lacks "{pattern}", which tells the grid of these images.',
    hint: 'Rename the mask to {expected} if it is on that grid, or add another one with this name.',
  },
  // images
  'image-not-3d': {
    kind: 'data',
    sentence: '"{file}" has the dimensions {shape}: {reason}; an image with three dimensions was expected.',
    hint: 'Put an image with three dimensions in its place, such as one volume of a series, or leave the session out.',
  },
  'tensor-not-image': {
    kind: 'data',
    sentence: '"{file}" holds a tensor of shape {shape}; a whole image, 1 × three dimensions, was expected.',
    hint: 'Run prepare-data again, with a new name for --extract_json, to write this file anew.',
  },
  'patch-too-large': {
    kind: 'options',
    sentence: 'A patch of {patchSize} voxels does not fit into "{file}", whose dimensions are {shape}.',
    hint: 'Choose a patch size no larger than the smallest dimension.',
  },
  'slices-all-discarded': {
    kind: 'options',
    sentence: '{begin} + {end} discarded slices leave none of the {slices} slices of "{file}" on axis {axis}.',
    hint: 'Discard fewer slices, or choose another direction.',
  },
  'mask-shape': {
    kind: 'data',
    sentence:
      'The mask "{mask}" of region "{roi}" has the dimensions {maskShape}, but the images, such as "{file}", have {shape}.',
    hint: 'Replace this mask by one made on the grid of the images.',
  },
  'mask-affine': {
    kind: 'data',
    sentence:
      'The mask "{mask}" lies elsewhere in space than {count} of {total} images: its affine is {maskAffine}, that of "{file}" is {affine}. Region "{roi}" is cut by voxel numbers, as in ClinicaDL.',
    hint: 'Look at the mask over this image; resample it onto the grid of the images if it does not cover the region.',
  },
  'image-off-mask': {
    kind: 'data',
    sentence: '"{file}" has the dimensions {shape}, but the mask "{mask}" and {count} other image(s) have {maskShape}.',
    hint: 'Prepare this image like the others, or leave its session out.',
  },
  'mask-empty': {
    kind: 'data',
    sentence: 'No voxel is set in the mask of region "{roi}", "{file}".',
    hint: 'Replace the mask by one whose voxels are 1 inside the region and 0 outside.',
  },
  'boxes-grid': {
    kind: 'data',
    sentence:
      'The images are on another grid: "{file}" has {shape} voxels, and boxes around the hippocampi are made for {expected}.',
    hint: 'Add masks that were made on the grid of these images with add-mask.',
  },
  'mask-option': {
    kind: 'options',
    sentence: 'Nothing is given for {option}.',
    hint: 'Give --mask_file, a NIfTI file, and --roi_name, the name of its region.',
  },
  'roi-name': {
    kind: 'options',
    sentence: 'The name of a region has letters and digits only, and "{found}" was given: it becomes part of the names of files.',
    hint: 'Choose another --roi_name, such as leftAmygdala.',
  },
  'mask-grid-unknown': {
    kind: 'data',
    sentence: 'There is no registered image in "{caps}" that tells the grid of its masks.',
    hint: 'Give the CAPS folder that holds the images.',
  },
  'mask-elsewhere': {
    kind: 'data',
    sentence:
      'The mask "{mask}" lies elsewhere in space than the images: its affine is {maskAffine}, that of "{file}" is {affine}.',
    hint: 'Resample the mask onto the grid of the images, with their affine.',
  },
  'mask-there': {
    kind: 'options',
    sentence: 'The region "{roi}" has a mask already, "{path}".',
    hint: 'Choose another --roi_name, or remove that mask.',
  },
  'values-infinite': {
    kind: 'data',
    sentence: '"{file}" holds infinite values, or values too far apart, so it cannot be scaled to 0…1.',
    hint: 'Mend the image, or take this session out of the table.',
  },
  'size-reduction-factor': {
    kind: 'options',
    sentence: 'The size reduction factor is {factor}; 2, 3, 4 or 5 was expected.',
    hint: 'Choose 2, 3, 4 or 5.',
  },
  'size-reduction-shape': {
    kind: 'options',
    sentence:
      'An input of shape {shape} cannot be reduced by the factor {factor}: only whole images and large patches or regions can.',
    hint: 'Switch size_reduction off for this mode.',
  },
  // batches
  'label-unknown': {
    kind: 'data',
    sentence: 'The label "{label}" is none of those that the network was trained on: {known}.',
    hint: 'Correct the label column, or leave these rows out.',
  },
  'label-code': {
    kind: 'options',
    sentence: 'label_code is {code}: {reason}.',
    hint: 'Correct label_code in the configuration file, or take it out: labels then have outputs in alphabetical order.',
  },
  'label-not-number': {
    kind: 'data',
    sentence: 'The label "{label}" is no number that a regression learns: a finite one, of at most 3.4e38, was expected.',
    hint: 'Correct the label column, leave these rows out, or name a column of numbers with --label.',
  },
  'samples-differ': {
    kind: 'data',
    sentence: 'An input has the shape {shape}, but the others in its batch have {expected}.',
    hint: 'Prepare all sessions of the cohort from images of the same dimensions.',
  },
  'nan-replaced': {
    kind: 'data',
    sentence: '{count} voxels of "{file}" are not numbers (NaN); they were replaced by 0.',
    hint: 'Look at this image; take the session out of the table if it is damaged.',
  },
  'element-constant': {
    kind: 'data',
    sentence: 'All voxels of element {count} of "{file}" have the same value, so it was given to the network as zeros.',
    hint: 'Discard more slices, or choose a region inside the brain, if this is seen often.',
  },
  outliers: {
    kind: 'data',
    sentence: '{count} voxels of "{file}" lie so far from all others that those have one value when the image is scaled to 0…1.',
    hint: 'Look at this image; mend it or leave its session out if it is damaged.',
  },
  'image-constant': {
    kind: 'data',
    sentence: 'All voxels of "{file}" have the same value, so it cannot be scaled to 0…1.',
    hint: 'Replace this image, or take the session out of the table.',
  },
  'elements-constant': {
    kind: 'data',
    sentence: '{count} of {total} elements of "{file}" have one value in all their voxels; a network gets them as zeros.',
    hint: 'Discard more slices, or choose a region inside the brain, if this is seen often.',
  },
  'rows-empty': {
    kind: 'data',
    sentence: 'No session was given for the CAPS "{folder}".',
    hint: 'Choose a table and diagnoses that leave at least one row.',
  },
  'tensor-missing': {
    kind: 'data',
    sentence: '{session}: no {extracted} of an image "{pattern}" in "{folder}".',
    hint: 'Run prepare-data for this session, with a new name for --extract_json, or leave it out of the table.',
  },
  'tensor-twice': {
    kind: 'data',
    sentence: '{session}: the tensors of several images fit in "{folder}": {images}.',
    hint: 'Remove those that are not wanted.',
  },
  'elements-missing': {
    kind: 'data',
    sentence: '{session}: {count} of {total} {mode} tensors are missing, number {first} first.',
    hint: 'Run prepare-data for this session again, with a new name for --extract_json.',
  },
  'tensors-missing': {
    kind: 'data',
    sentence: '{count} of {total} sessions have no tensors. {first}',
    hint: 'Run prepare-data for these sessions, with a new name for --extract_json, or leave them out of the table.',
  },
  'tensors-unusable': {
    kind: 'data',
    sentence: '{count} of {total} sessions cannot be used: tensors are missing, cannot be read or have other dimensions. {first}',
    hint: 'Run prepare-data for these sessions, with a new name for --extract_json, after mending their images, or leave them out of the table.',
  },
  'shape-differs': {
    kind: 'data',
    sentence: '"{file}" has the shape {shape}; {session} has {expected}.',
    hint: 'Register this image to the same grid as the others, or leave the session out.',
  },
  'shapes-differ': {
    kind: 'data',
    sentence: '{count} of {total} sessions have other dimensions than most. {first}',
    hint: 'Leave these sessions out of the table, or prepare them from images on the same grid.',
  },
  'inputs-differ': {
    kind: 'data',
    sentence: 'The inputs made from "{folder}" have the shape {shape}; the network takes {expected}.',
    hint: 'Prepare images on the grid that the network was trained on.',
  },
  'regions-differ': {
    kind: 'options',
    sentence: 'The region "{other}" has the shape {shape}, but "{first}" has {expected}; one network needs one shape.',
    hint: 'Train on one region at a time, or extract with --roi_uncrop_output.',
  },
  // prepare-data
  'extraction-exists': {
    kind: 'options',
    sentence: '"{folder}" already has an extraction "{file}".',
    hint: 'Choose another name with --extract_json.',
  },
  'images-unusable': {
    kind: 'data',
    sentence: '{count} of {total} sessions have no usable image, so no extraction was described. {first}',
    hint: 'Mend each as its line says, the first so: {remedy} Sessions can be left out with --subjects_sessions_tsv.',
  },
  'mask-not-binary': {
    kind: 'data',
    sentence: 'The mask of region "{roi}", "{file}", does not hold exactly the values 0 and 1.',
    hint: 'Replace the mask by one whose voxels are 1 inside the region and 0 outside.',
  },
  'regions-collide': {
    kind: 'options',
    sentence: 'The regions "{first}" and "{second}" would be written to the same file, "{file}".',
    hint: 'Rename one of the masks so that the regions differ before their first dash.',
  },
  'nan-found': {
    kind: 'data',
    sentence: '{count} voxels of "{file}" are not numbers (NaN); they are kept, and replaced by 0 while training.',
    hint: 'Look at this image; leave the session out if it is damaged.',
  },
} as const satisfies Record<string, CatalogueRow>;
