/** @file Where a table's missing columns are looked for, as ClinicaDL does. */
import { joinPath, parentOf } from '../folders/names';

/** Folders above that of the table. */
const parentLevels = 5;

/** `labels.tsv` beside the table and in up to five folders above, without the table itself. */
export function labelPlaces(path: string): string[] {
  const places: string[] = [];
  let folder = parentOf(path);
  for (let level = 0; level <= parentLevels; level++) {
    places.push(joinPath(folder, 'labels.tsv'));
    if (folder === '') break;
    folder = parentOf(folder);
  }
  return places.filter((place) => place !== path);
}
