/** @file The default regions of ClinicaDL 0.2 as masks. */
import { describe, expect, it } from 'vitest';
import { parseExtractionJson } from '../caps/extraction-json';
import { memoryFolder } from '../folders/memory-folder';
import { gunzip } from '../formats/gzip';
import { readNifti } from '../formats/nifti';
import { makeRoiMask } from '../images/roi-mask';
import { makeHippocampusBoxes } from './hippocampus-boxes';
import type { JobContext } from './job-context';

const affine = [
  [-1, 0, 0, 90],
  [0, 1, 0, -126],
  [0, 0, 1, -72],
  [0, 0, 0, 1],
];
const contextOf = (shape: readonly number[]) =>
  ({
    readers: { inspectImage: async () => ({ shape, affine }) },
    signal: new AbortController().signal,
    log: () => {},
  }) as unknown as Pick<JobContext, 'readers' | 'signal' | 'log'>;
const jsonOf = (roi_list: readonly string[], more = {}) => {
  const json = { preprocessing: 't1-linear', mode: 'roi', use_uncropped_image: false, roi_list, uncropped_roi: false, ...more };
  const found = parseExtractionJson(JSON.stringify(json), 'roi.json');
  if (found.mode !== 'roi') throw new Error(found.mode);
  return found;
};
const file = (roi: string): string =>
  `masks/tpl-MNI152NLin2009cSym/tpl-MNI152NLin2009cSym_desc-Crop_res-1x1x1_roi-${roi}_mask.nii.gz`;
const image = 'subjects/sub-A/ses-M000/t1_linear/a.nii.gz';

describe('the boxes around the hippocampi', () => {
  // First and last voxel per axis, as the documents of 0.2 give them.
  it.each([
    ['leftHippocampusBox', [36, 71, 43], [85, 120, 92]],
    ['rightHippocampusBox', [84, 71, 43], [133, 120, 92]],
  ])('%s', async (roi, first, last) => {
    const caps = memoryFolder('caps');
    await makeHippocampusBoxes(caps, jsonOf([roi]), image, contextOf([169, 208, 179]));
    const mask = readNifti(await gunzip(await caps.read(file(roi)), { maxBytes: 1e8, where: roi }));
    expect(mask.affine).toEqual(affine);
    const { planes } = makeRoiMask(roi, [169, 208, 179], mask.data, file(roi));
    expect(planes.map((plane) => plane[0])).toEqual(first);
    expect(planes.map((plane) => plane.at(-1))).toEqual(last);
    expect(mask.data.reduce((sum, value) => sum + value, 0)).toBe(50 ** 3);
  });

  it('a mask that is there stays; images of another size or kind get none, nor do other regions', async () => {
    const caps = memoryFolder('caps');
    await caps.write(file('leftHippocampusBox'), new Uint8Array([1]));
    await makeHippocampusBoxes(caps, jsonOf(['leftHippocampusBox', 'amygdala']), image, contextOf([169, 208, 179]));
    expect(await caps.read(file('leftHippocampusBox'))).toEqual(new Uint8Array([1]));
    await makeHippocampusBoxes(caps, jsonOf(['rightHippocampusBox']), image, contextOf([85, 104, 90]));
    await makeHippocampusBoxes(
      caps,
      jsonOf(['rightHippocampusBox'], { use_uncropped_image: true }),
      image,
      contextOf([169, 208, 179]),
    );
    expect(await caps.list('masks/tpl-MNI152NLin2009cSym')).toHaveLength(1);
  });
});
