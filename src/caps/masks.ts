/** @file Where the masks of regions lie. */
import { type AppError, appError } from '../base/errors';
import { neighbours } from '../base/neighbours';
import type { Folder } from '../folders/folder';
import { nameExpression } from './glob';
import { masksPath, masksRoot } from './layout';

export interface MaskQuery {
  readonly template: string;
  /** Part of the mask's name; may hold `*`. */
  readonly pattern: string;
  readonly roi: string;
  /** Of the images: true needs `_desc-Crop_` in the mask's name, false its absence, null takes either. */
  readonly cropped: boolean | null;
}

const isCropped = (name: string): boolean => name.includes('_desc-Crop_');

/**
 * Path of the mask `*<pattern>*_roi-<roi>_mask.nii*` in the template's folder; of several, the one with the shortest name, as
 * documented (ClinicaDL 1.6.1 took the first in the order of their names). Throws `mask-missing`, `masks-none`, `mask-cropping` and
 * `mask-name`, which tell what is there.
 */
export async function findMask(caps: Folder, query: MaskQuery): Promise<string> {
  const { template, roi, cropped } = query;
  const folder = masksPath(template);
  const names = await filesIn(caps, folder);
  const found = names.filter((name) => fits(name, query) && (cropped === null || isCropped(name) === cropped));
  const [shortest] = found.sort((a, b) => a.length - b.length); // the listing is sorted, and sorting keeps it for equal lengths
  if (shortest !== undefined) return `${folder}/${shortest}`;
  throw refusal(
    query,
    names,
    names.filter((name) => regionOf(name) === roi),
    await listRegions(caps),
  );
}

function fits(name: string, { pattern, roi }: MaskQuery): boolean {
  return nameExpression(`*${pattern}*_roi-${roi}_mask.nii*`).test(name);
}

/** Why there is no such mask. `own`: the masks of the region, whatever else their names say. */
function refusal(query: MaskQuery, names: readonly string[], own: readonly string[], everywhere: readonly string[]): AppError {
  const { template, pattern, roi, cropped } = query;
  const folder = masksPath(template);
  const grid = pattern.replaceAll('*', '');
  const expected = `tpl-${template}${cropped === true ? '_desc-Crop' : ''}_${grid}_roi-${roi}_mask.nii.gz`;
  const [other] = own.filter((name) => fits(name, query));
  if (other !== undefined) {
    const images = cropped === true ? 'cropped' : 'uncropped';
    const mask = cropped === true ? 'not cropped (its name has no _desc-Crop_)' : 'cropped (its name has _desc-Crop_)';
    return appError('mask-cropping', { roi, file: other, mask, images, expected }, { where: `${folder}/${other}` });
  }
  if (own.length > 0) {
    return appError('mask-name', { roi, file: own.join(', '), pattern, expected }, { where: `${folder}/${own[0]}` });
  }
  const regions = [...new Set(names.flatMap((name) => (fitsFamily(name, query) ? (regionOf(name) ?? []) : [])))];
  if (regions.length > 0) {
    const there = nearestFirst(roi, regions).join(', ');
    return appError('mask-missing', { roi, folder, there, expected }, { where: folder });
  }
  const elsewhere = everywhere.length === 0 ? 'there is none elsewhere either' : `elsewhere there are ${everywhere.join(', ')}`;
  return appError('masks-none', { roi, folder, elsewhere, expected }, { where: folder });
}

/** True for a mask that could be asked for beside this one: of any region, but on the grid of the images. */
function fitsFamily(name: string, { pattern, cropped }: MaskQuery): boolean {
  return nameExpression(`*${pattern}*_roi-*_mask.nii*`).test(name) && (cropped === null || isCropped(name) === cropped);
}

/** Regions with a name like it, then the others. */
function nearestFirst(roi: string, regions: readonly string[]): string[] {
  const near = neighbours(roi, regions);
  return [...near, ...regions.filter((region) => !near.includes(region))];
}

function regionOf(name: string): string | undefined {
  return /_roi-([^_]+)_mask\.nii(?:\.gz)?$/.exec(name)?.[1];
}

async function filesIn(caps: Folder, path: string): Promise<string[]> {
  return (await caps.kindOf(path)) === 'folder' ? (await caps.list(path)).map((entry) => entry.name) : [];
}

/** Names of the regions that have a mask, of any template, sorted. */
export async function listRegions(caps: Folder): Promise<string[]> {
  if ((await caps.kindOf(masksRoot)) !== 'folder') return [];
  const regions = new Set<string>();
  for (const { name, kind } of await caps.list(masksRoot)) {
    if (kind !== 'folder' || !name.startsWith('tpl-')) continue;
    for (const mask of await caps.list(`${masksRoot}/${name}`)) {
      const region = regionOf(mask.name);
      if (region !== undefined) regions.add(region);
    }
  }
  return [...regions].sort();
}
