/** @file Rows of the catalogue: PyTorch files and TensorBoard events. */
import type { CatalogueRow } from './catalogue';

export const torchRows = {
  'torch-damaged': {
    kind: 'data',
    sentence: 'The file is not a readable PyTorch file: {reason}.',
    hint: 'Copy the file again from where it came, or save it again with torch.save.',
  },
  'torch-global-refused': {
    kind: 'data',
    sentence:
      'The file asks to load {global}, but weights need none but the names of PyTorch tensors, so nothing of it was read.',
    hint: 'Write the weights alone, if you trust where the file comes from: {python} (in Python, with torch imported).',
  },
  'tensor-refused': {
    kind: 'data',
    sentence: '"{file}" is {found}, not the tensor of an image; nothing of it was run.',
    hint: 'Run prepare-data again, with a new name for --extract_json, to write this file anew.',
  },
  'torch-other-kind': {
    kind: 'data',
    sentence: '"{file}" is {found}, not a PyTorch file of tensors alone; nothing of it was run.',
    hint: 'Write the weights alone, if you trust where the file comes from: {python} (in Python, with torch imported).',
  },
  'weights-taken': {
    kind: 'data',
    sentence: '"{file}" is not as ClinicaDL writes it: {how}. The weights were taken all the same.',
    hint: 'Check that the file is of this network; the names and shapes of all its weights fit.',
  },
  'torch-too-large': {
    kind: 'data',
    sentence: 'The PyTorch file goes over a limit: {found} {unit} where at most {limit} are read.',
    hint: 'Check that this is the right file; an image or a network of this program needs less.',
  },
  'torch-not-tensor': {
    kind: 'data',
    sentence: 'The file holds {found}; one tensor was expected.',
    hint: 'Run prepare-data again, with a new name for --extract_json, to write this file anew.',
  },
  'events-damaged': {
    kind: 'data',
    sentence: 'The TensorBoard file is damaged or cut short: {reason}.',
    hint: 'Remove the file; the same numbers are in training.tsv.',
  },
} as const satisfies Record<string, CatalogueRow>;
