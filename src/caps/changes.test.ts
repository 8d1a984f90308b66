/** @file Which changes ask for another look through a CAPS of ten thousand sessions. */
import { expect, it } from 'vitest';
import { changesImages } from './changes';

it.each([
  ['an image', ['caps/subjects/sub-1/ses-1/t1_linear/a.nii.gz'], true],
  ['a removed participant', ['caps/subjects/sub-1'], true],
  ['the CAPS itself', ['caps'], true],
  ['the folder above', ['.'], true],
  ['nobody knows what', null, true],
  [
    'tensors and their JSON',
    ['caps/subjects/sub-1/ses-1/deeplearning_prepare_data/image_based/a.pt', 'caps/tensor_extraction/a.json'],
    false,
  ],
  ['tables and a MAPS', ['labels.tsv', 'maps/maps.json'], false],
  ['another CAPS', ['caps2/subjects/sub-1/ses-1/t1_linear/a.nii.gz'], false],
  ['nothing', [], false],
])('%s', (_, changed, expected) => {
  expect(changesImages(changed, 'caps')).toBe(expected);
});

it('a CAPS that is the workspace itself has its subjects at the top', () => {
  expect(changesImages(['./subjects/sub-1/ses-1/t1_linear/a.nii.gz'], '.')).toBe(true);
  expect(changesImages(['tensor_extraction/a.json'], '.')).toBe(false);
});
