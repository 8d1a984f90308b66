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
      'The file asks to load {global}, but tensor files need none but those of PyTorch tensors, so nothing of it was read.',
    hint: 'Ask the author for a file with tensors and plain dictionaries only, such as a state_dict.',
  },
  'torch-too-large': {
    kind: 'data',
    sentence: 'The PyTorch file goes over a limit: {found} {unit} where at most {limit} are read.',
    hint: 'Check that this is the right file; an image or a network of this program needs less.',
  },
  'torch-not-tensor': {
    kind: 'data',
    sentence: 'The file holds {found}; one tensor was expected.',
    hint: 'Choose a .pt file that prepare-data or predict wrote.',
  },
  'events-damaged': {
    kind: 'data',
    sentence: 'The TensorBoard file is damaged or cut short: {reason}.',
    hint: 'Remove the file; the same numbers are in training.tsv.',
  },
} as const satisfies Record<string, CatalogueRow>;
