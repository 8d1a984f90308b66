/** @file `make-masks`: box masks of both hippocampi for cropped and uncropped images, and `add-mask`: one that the person has. */
import { appError } from '../base/errors';
import { readMask } from '../batches/read-image';
import { masksPath } from '../caps/layout';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { gzip, isGzip } from '../formats/gzip';
import { affineText, sameAffine } from '../formats/nifti-affine';
import type { AddMaskOptions, MakeMasksOptions } from '../options/masks';
import { boxGrids, boxMaskFile, boxNames, standardGrids } from './hippocampus-boxes';
import { type ImageGrid, imageGrids } from './image-grids';
import type { Job } from './job-context';

export interface MasksResult {
  /** Paths in the workspace. */
  readonly written: readonly string[];
  /** Those that were there, and stay as they are. */
  readonly kept: readonly string[];
}

const template = 'MNI152NLin2009cSym';

/**
 * Writes what is not there: on the grids of the images, or, where the CAPS has no image of a kind, on that of Clinica. Throws
 * `boxes-grid`, before anything is written.
 */
export const makeMasksJob: Job<MakeMasksOptions, MasksResult> = async ({ caps_directory }, context) => {
  const caps = context.workspace.sub(caps_directory);
  const found = await imageGrids(caps, context);
  const files: { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> }[] = [];
  for (const standard of standardGrids) {
    const images = found.find(({ cropped }) => cropped === standard.cropped);
    for (const roi of boxNames) {
      const file = await boxMaskFile(roi, images?.shape ?? standard.grid, images?.affine ?? standard.affine, standard.cropped);
      if (file === undefined) {
        const shape = images?.shape.join(' × ') ?? '';
        throw appError('boxes-grid', { file: images?.path ?? '', shape, expected: boxGrids }, { where: images?.path });
      }
      files.push({ path: `${masksPath(template)}/${file.name}`, bytes: file.bytes });
    }
  }
  const [written, kept]: [string[], string[]] = [[], []];
  for (const { path, bytes } of files) {
    const isThere = (await caps.kindOf(path)) !== undefined;
    if (!isThere) await caps.write(path, bytes);
    (isThere ? kept : written).push(joinPath(caps_directory, path));
  }
  context.log(`Boxes of 50 mm around the hippocampi: ${written.length} masks written, ${kept.length} were there.`);
  return { written, kept };
};

/** The images that a mask of this shape is for. Throws `mask-grid-unknown` and `mask-shape`. */
function imagesFor(shape: readonly number[], grids: readonly ImageGrid[], mask: string, roi: string, caps: string): ImageGrid {
  const [first] = grids;
  if (first === undefined) throw appError('mask-grid-unknown', { caps }, { where: caps });
  const fitting = grids.find((grid) => grid.shape.join() === shape.join());
  if (fitting !== undefined) return fitting;
  const values = { mask, roi, maskShape: shape.join(' × '), file: first.path, shape: first.shape.join(' × ') };
  throw appError('mask-shape', values, { where: mask });
}

/**
 * Copies a mask under the name that prepare-data looks for. Throws `mask-option`, `roi-name`, `mask-there`, `mask-grid-unknown`,
 * `mask-shape`, `mask-elsewhere`, `mask-not-binary`, and what reading a mask throws (`mask-empty`, …), before anything is written.
 */
export const addMaskJob: Job<AddMaskOptions, MasksResult> = async ({ caps_directory, mask_file, roi_name }, context) => {
  const { workspace } = context;
  if (mask_file === null || mask_file === '')
    throw appError('mask-option', { option: '--mask_file' }, { where: 'Options.mask_file' });
  if (roi_name === null || roi_name === '')
    throw appError('mask-option', { option: '--roi_name' }, { where: 'Options.roi_name' });
  if (!/^[A-Za-z0-9]+$/.test(roi_name)) throw appError('roi-name', { found: roi_name }, { where: 'Options.roi_name' });
  const caps = workspace.sub(caps_directory);
  const grids = await imageGrids(caps, context);
  const mask = await readMask(workspace, mask_file, roi_name);
  const images = imagesFor(mask.shape, grids, mask_file, roi_name, caps_directory);
  if (mask.affine !== null && !sameAffine(mask.affine, images.affine)) {
    const values = { mask: mask_file, maskAffine: affineText(mask.affine), file: images.path, affine: affineText(images.affine) };
    throw appError('mask-elsewhere', values, { where: mask_file });
  }
  if (!mask.binary) throw appError('mask-not-binary', { roi: roi_name, file: mask_file }, { where: mask_file });
  const name = `tpl-${template}${images.cropped ? '_desc-Crop' : ''}_res-1x1x1_roi-${roi_name}_mask.nii.gz`;
  const path = `${masksPath(template)}/${name}`;
  await refuseThere(caps, path, roi_name);
  const bytes = await workspace.read(mask_file);
  await caps.write(path, isGzip(bytes) ? bytes : await gzip(bytes));
  context.log(`${mask_file} is now the mask of ${roi_name} for ${images.cropped ? 'cropped' : 'uncropped'} images: ${path}`);
  return { written: [joinPath(caps_directory, path)], kept: [] };
};

async function refuseThere(caps: Folder, path: string, roi: string): Promise<void> {
  const name = path.slice(0, path.lastIndexOf('.nii'));
  for (const ending of ['.nii.gz', '.nii'])
    if ((await caps.kindOf(name + ending)) !== undefined)
      throw appError('mask-there', { roi, path: name + ending }, { where: name + ending });
}
