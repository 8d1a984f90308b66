/** @file Where the masks of regions lie. */
import { appError } from '../base/errors';
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

/**
 * Path of the mask `*<pattern>*_roi-<roi>_mask.nii*` in the template's folder; of several, the one with the shortest name, as
 * documented (ClinicaDL 1.6.1 took the first in the order of their names). Throws `mask-missing`.
 */
export async function findMask(caps: Folder, { template, pattern, roi, cropped }: MaskQuery): Promise<string> {
  const folder = masksPath(template);
  const names = (await caps.kindOf(folder)) === 'folder' ? (await caps.list(folder)).map((entry) => entry.name) : [];
  const expression = nameExpression(`*${pattern}*_roi-${roi}_mask.nii*`);
  const found = names.filter((name) => expression.test(name) && (cropped === null || name.includes('_desc-Crop_') === cropped));
  const [shortest] = found.sort((a, b) => a.length - b.length); // the listing is sorted, and sorting keeps it for equal lengths
  if (shortest !== undefined) return `${folder}/${shortest}`;
  const kind = cropped === null ? 'any' : cropped ? 'cropped (with _desc-Crop_ in its name)' : 'uncropped (without _desc-Crop_)';
  throw appError('mask-missing', { roi, kind, file: `${folder}/*${pattern}*_roi-${roi}_mask.nii.gz` }, { where: folder });
}

/** Names of the regions that have a mask, of any template, sorted. */
export async function listRegions(caps: Folder): Promise<string[]> {
  if ((await caps.kindOf(masksRoot)) !== 'folder') return [];
  const regions = new Set<string>();
  for (const { name, kind } of await caps.list(masksRoot)) {
    if (kind !== 'folder' || !name.startsWith('tpl-')) continue;
    for (const mask of await caps.list(`${masksRoot}/${name}`)) {
      const region = /_roi-([^_]+)_mask\.nii(?:\.gz)?$/.exec(mask.name);
      if (region !== null) regions.add(region[1]);
    }
  }
  return [...regions].sort();
}
