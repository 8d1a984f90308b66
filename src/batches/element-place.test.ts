/** @file Elements keep the place in space that their voxels had in the image. */
import { expect, it } from 'vitest';
import type { ExtractionJson } from '../caps/extraction-json';
import { memoryFolder } from '../folders/memory-folder';
import type { Affine } from '../formats/nifti-affine';
import { elementOrigin } from '../images/extract';
import type { RoiMask } from '../images/roi-mask';
import type { TransformOptions } from '../images/transforms';
import { elementPlaces } from './element-place';
import type { Readers } from './readers';

const affine: Affine = [
  [0, -2, 0, 10],
  [1.5, 0, 0, -20],
  [0, 0, 3, 30],
  [0, 0, 0, 1],
];
const session = { participant_id: 'sub-1', session_id: 'ses-M000' };
const fileType = { pattern: '*_T1w.nii.gz', description: '', needed_pipeline: '' };
const plain: TransformOptions = { normalize: true, sizeReductionFactor: null };

async function placesOf(json: object, shape: readonly number[], transforms = plain, found: Affine | null = affine) {
  const caps = memoryFolder('caps');
  await caps.write('subjects/sub-1/ses-M000/t1_linear/sub-1_ses-M000_T1w.nii.gz', new Uint8Array(1));
  const readers = { size: 1, inspectImage: async () => ({ shape, voxelSizesMm: null, affine: found }) } as unknown as Readers;
  const extraction = { preprocessing: 't1-linear', file_type: fileType, ...json } as unknown as ExtractionJson;
  return elementPlaces({ caps, extraction, transforms, readers, signal: new AbortController().signal });
}

/** Millimetres of a voxel. */
const at = (matrix: Affine | null, voxel: readonly number[]): number[] =>
  matrix!.slice(0, 3).map((row) => row[0] * voxel[0] + row[1] * voxel[1] + row[2] * voxel[2] + row[3]);

it('a patch lies where it was cut: strides along the last axis first', async () => {
  const places = await placesOf({ mode: 'patch', patch_size: 4, stride_size: 3 }, [10, 7, 8]);
  // 3 × 2 × 2 patches: number 6 is the third along the second axis of the second layer
  expect(at(await places(session, 6), [1, 2, 3])).toEqual(at(affine, [3 + 1, 3 + 2, 0 + 3]));
  expect(at(await places(session, 0), [0, 0, 0])).toEqual(at(affine, [0, 0, 0]));
});

it('a slice is named by its number in the whole image', async () => {
  const slices = { mode: 'slice', slice_direction: 1, slice_mode: 'single', discarded_slices: [2] };
  const places = await placesOf(slices, [10, 7, 8]);
  expect(at(await places(session, 4), [5, 0, 6])).toEqual(at(affine, [5, 4, 6]));
});

it('an image whose size was reduced has larger voxels, from the first that was kept', async () => {
  const places = await placesOf({ mode: 'image' }, [169, 208, 179], { normalize: true, sizeReductionFactor: 5 });
  expect(at(await places(session, 0), [1, 2, 3])).toEqual(at(affine, [4 + 5, 0 + 10, 8 + 15]));
});

it('a region begins at the first plane of its mask, an uncropped one at the image', () => {
  const masks = [{ planes: [[3, 4], [5], [6, 7]] }] as unknown as readonly RoiMask[];
  expect(elementOrigin({ mode: 'roi', masks, uncropped: false }, [9, 9, 9], 0)).toEqual([3, 5, 6]);
  expect(elementOrigin({ mode: 'roi', masks, uncropped: true }, [9, 9, 9], 0)).toEqual([0, 0, 0]);
});

it('is not known of tensors alone', async () => {
  const places = await placesOf({ mode: 'image' }, [4, 4, 4], plain, null);
  expect(await places(session, 0)).toBeNull();
  expect(await places({ ...session, session_id: 'ses-M006' }, 0)).toBeNull();
});
