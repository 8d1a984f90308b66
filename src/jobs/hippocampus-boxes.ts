/**
 * @file The two regions that ClinicaDL 0.2 took when none was named: boxes of 50³ voxels around the hippocampi in cropped T1w images of
 * 169 × 208 × 179 voxels. Today regions have masks: these are made where a CAPS lacks them.
 */
import { AppError } from '../base/errors';
import type { ExtractionJson } from '../caps/extraction-json';
import { masksPath } from '../caps/layout';
import { findMask } from '../caps/masks';
import { maskFamilyOf } from '../caps/preprocessing';
import type { Folder } from '../folders/folder';
import { gzip } from '../formats/gzip';
import { writeNifti } from '../formats/nifti';
import type { Affine } from '../formats/nifti-affine';
import type { JobContext } from './job-context';

type Triple = readonly [number, number, number];

const GRID = [169, 208, 179] as const;
const HALF = 25;
/** Voxels from centre − 25 to centre + 24 on each axis, in cropped images. */
const centres: ReadonlyMap<string, Triple> = new Map([
  ['leftHippocampusBox', [61, 96, 68]],
  ['rightHippocampusBox', [109, 96, 68]],
]);
/** Grids of cropped and of uncropped images, and where the former begins in the latter. */
const grids: readonly { readonly grid: Triple; readonly cropped: boolean; readonly offset: Triple }[] = [
  { grid: GRID, cropped: true, offset: [0, 0, 0] },
  { grid: [193, 229, 193], cropped: false, offset: [12, 13, 0] },
];

export const boxNames = ['leftHippocampusBox', 'rightHippocampusBox'] as const;
export const boxGrids = grids.map(({ grid }) => grid.join(' × ')).join(' or ');

/** First axis fastest. */
function boxVoxels([x, y, z]: Triple, [nx, ny, nz]: Triple): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(nx * ny * nz);
  for (let k = z - HALF; k < z + HALF; k++)
    for (let j = y - HALF; j < y + HALF; j++) {
      const row = nx * (j + ny * k);
      mask.fill(1, row + x - HALF, row + x + HALF);
    }
  return mask;
}

/** The name and the file of one of `boxNames` for images of a shape and place; undefined for images that are on neither grid. */
export async function boxMaskFile(
  roi: (typeof boxNames)[number],
  shape: readonly number[],
  affine: Affine,
): Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined> {
  const found = grids.find(({ grid }) => grid.join() === shape.join());
  const centre = centres.get(roi);
  if (found === undefined || centre === undefined) return undefined;
  const [x, y, z] = centre.map((place, axis) => place + found.offset[axis]);
  const mask = writeNifti({ shape: found.grid, data: boxVoxels([x, y, z], found.grid), affine, datatype: 'uint8' });
  const name = `tpl-MNI152NLin2009cSym${found.cropped ? '_desc-Crop' : ''}_res-1x1x1_roi-${roi}_mask.nii.gz`;
  return { name, bytes: await gzip(mask) };
}

/** Writes the masks of those that are asked for and not there; nothing for images of another kind or size, whose masks are then missed. */
export async function makeHippocampusBoxes(
  caps: Folder,
  json: ExtractionJson & { readonly mode: 'roi' },
  image: string,
  { readers, signal, log }: Pick<JobContext, 'readers' | 'signal' | 'log'>,
): Promise<void> {
  if (json.preprocessing !== 't1-linear' || json.use_uncropped_image !== false) return;
  const { template, pattern } = maskFamilyOf(json);
  let affine: Affine | undefined;
  for (const roi of json.roi_list) {
    const centre = centres.get(roi);
    if (centre === undefined || (await hasMask(caps, { template, pattern, roi, cropped: true }))) continue;
    if (affine === undefined) {
      const { shape, affine: place } = await readers.inspectImage({ caps, path: image }, signal);
      if (place === null || GRID.some((length, i) => shape[i] !== length)) return;
      affine = place;
    }
    const mask = writeNifti({ shape: GRID, data: boxVoxels(centre, GRID), affine, datatype: 'uint8' });
    const file = `${masksPath(template)}/tpl-${template}_desc-Crop_res-1x1x1_roi-${roi}_mask.nii.gz`;
    await caps.write(file, await gzip(mask));
    log(`${file} was made: 50 × 50 × 50 voxels around ${centre.join(', ')}, as ClinicaDL 0.2 cut them.`);
  }
}

async function hasMask(caps: Folder, query: Parameters<typeof findMask>[1]): Promise<boolean> {
  try {
    await findMask(caps, query);
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return !/^masks?-(missing|none)$/.test(error.code); // what stands in the way is told by the one who reads the mask
  }
}
