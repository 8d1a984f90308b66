/** @file From the preprocessing JSON to something that can be cut: masks are found and read here. */
import type { ExtractionJson, RoiExtraction } from '../caps/extraction-json';
import { discardedEnds } from '../caps/extraction-json';
import { findMask } from '../caps/masks';
import { maskFamilyOf } from '../caps/preprocessing';
import type { Folder } from '../folders/folder';
import type { Extraction } from '../images/extract';
import type { RoiMask } from '../images/roi-mask';
import { readMask } from './read-image';

/**
 * The masks of all regions. Cropped images need cropped masks and uncropped images uncropped ones; the original looked for cropped
 * ones always while training. Throws `mask-missing` and what `readMask` throws.
 */
export async function readMasks(caps: Folder, json: RoiExtraction): Promise<RoiMask[]> {
  const { template, pattern } = maskFamilyOf(json);
  const cropped = json.use_uncropped_image === null ? null : !json.use_uncropped_image;
  const masks: RoiMask[] = [];
  for (const roi of json.roi_list) {
    const path = await findMask(caps, { template, pattern, roi, cropped });
    masks.push(await readMask(caps, path, roi));
  }
  return masks;
}

/** How the images are cut. `masks` are those of `readMasks`, needed for regions that are cut from whole images. */
export function extractionOfJson(json: ExtractionJson, masks: readonly RoiMask[]): Extraction {
  switch (json.mode) {
    case 'image':
      return { mode: 'image' };
    case 'patch':
      return { mode: 'patch', patchSize: json.patch_size, strideSize: json.stride_size };
    case 'slice': {
      const [begin, end] = discardedEnds(json);
      return { mode: 'slice', direction: json.slice_direction, channels: json.slice_mode, begin, end };
    }
    case 'roi':
      return { mode: 'roi', masks, uncropped: json.uncropped_roi };
  }
}
