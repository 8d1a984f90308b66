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
import { type Affine, sameAffine } from '../formats/nifti-affine';
import type { JobContext } from './job-context';

type Triple = readonly [number, number, number];

const GRID = [169, 208, 179] as const;
const HALF = 25;
/** Voxels from centre − 25 to centre + 24 on each axis, in cropped images. */
const centres: ReadonlyMap<string, Triple> = new Map([
  ['leftHippocampusBox', [61, 96, 68]],
  ['rightHippocampusBox', [109, 96, 68]],
]);
interface StandardGrid {
  readonly grid: Triple;
  readonly cropped: boolean;
  /** Where cropped images begin, in voxels of this grid. */
  readonly offset: Triple;
  /** Of the images that Clinica writes. */
  readonly affine: Affine;
}

/** Voxels of a length, the first one at a place in mm. */
const affineOf = (mm: number, [x, y, z]: Triple): Affine => [
  [mm, 0, 0, x],
  [0, mm, 0, y],
  [0, 0, mm, z],
  [0, 0, 0, 1],
];

/** Of cropped and of uncropped images. */
export const standardGrids: readonly StandardGrid[] = [
  { grid: GRID, cropped: true, offset: [0, 0, 0], affine: affineOf(1, [-84, -119, -78]) },
  { grid: [193, 229, 193], cropped: false, offset: [12, 13, 0], affine: affineOf(1, [-96, -132, -78]) },
];
/** Lengths of the voxels of simulated images, which lie in the space of cropped ones. */
const coarserMm = [2, 4];

export const boxNames = ['leftHippocampusBox', 'rightHippocampusBox'] as const;
export const boxGrids = standardGrids.map(({ grid }) => grid.join(' × ')).join(' or ');

/** The voxels of `mm` that begin from `centre` − 25 mm to below `centre` + 25 mm; first axis fastest. */
function boxVoxels(centre: Triple, [nx, ny, nz]: Triple, mm = 1): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array(nx * ny * nz);
  const [from, to] = [-HALF, HALF].map((half) => centre.map((place) => Math.ceil((place + half) / mm)));
  for (let k = from[2]; k < to[2]; k++)
    for (let j = from[1]; j < to[1]; j++) {
      const row = nx * (j + ny * k);
      mask.fill(1, row + from[0], row + to[0]);
    }
  return mask;
}

/** The length of the voxels of simulated images on this grid; undefined for any other. */
function coarserOf(shape: readonly number[], affine: Affine): number | undefined {
  return coarserMm.find((mm) => {
    const size = GRID.map((length) => Math.ceil(length / mm));
    return shape.join() === size.join() && sameAffine(affine, affineOf(mm, [-84, -119, -78]));
  });
}

/**
 * The name and the file of one of `boxNames` for images of a shape and place; undefined for images that are on none of the grids, or on
 * that of cropped ones where they should not be.
 */
export async function boxMaskFile(
  roi: (typeof boxNames)[number],
  shape: readonly number[],
  affine: Affine,
  cropped?: boolean,
): Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | undefined> {
  const centre = centres.get(roi);
  if (centre === undefined) return undefined;
  const coarser = coarserOf(shape, affine);
  const found = standardGrids.find(({ grid }) => grid.join() === shape.join());
  if (coarser === undefined && found === undefined) return undefined;
  const { offset, cropped: isCropped } = found ?? standardGrids[0];
  if (cropped !== undefined && cropped !== isCropped) return undefined;
  const [x, y, z] = centre.map((place, axis) => place + offset[axis]);
  const data = boxVoxels([x, y, z], [shape[0], shape[1], shape[2]], coarser);
  const mask = writeNifti({ shape, data, affine, datatype: 'uint8' });
  const name = `tpl-MNI152NLin2009cSym${isCropped ? '_desc-Crop' : ''}_res-1x1x1_roi-${roi}_mask.nii.gz`;
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
