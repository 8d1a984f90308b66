/** @file The doctor's report: what was looked through and found, in numbers. No name of a file, folder or participant is in it. */
import type { Issue } from '../../base/issues';
import type { RepairKind } from '../../options/doctor';
import type { Examination } from './examine';
import { titleOfCode } from './findings';

/** What of one kind was found. */
export interface Count {
  readonly code: Issue['code'];
  readonly title: string;
  readonly count: number;
  /** Null: left out. */
  readonly repair: RepairKind | null;
}

/** What no look at files can tell; said with every report. */
export const undetectable =
  'Left and right exchanged under a header that is otherwise correct cannot be detected: no file says which side a brain’s left is.';

/** In the order in which they were found. */
export function countsOf({ findings }: Pick<Examination, 'findings'>): Count[] {
  const counts = new Map<string, { -readonly [K in keyof Count]: Count[K] }>();
  for (const { issue, repair } of findings) {
    const known = counts.get(issue.code);
    if (known !== undefined) known.count++;
    else counts.set(issue.code, { code: issue.code, title: titleOfCode(issue.code), count: 1, repair });
  }
  return [...counts.values()];
}

const several = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** What the folder is, in one sentence without names. */
export function natureOf({ places, surveyed, tables }: Pick<Examination, 'places' | 'surveyed' | 'tables'>): string {
  const parts: string[] = [];
  for (const [layout, name] of [
    ['caps', 'CAPS'],
    ['bare', 'CAPS without its folder "subjects"'],
    ['bids', 'BIDS folder'],
  ] as const) {
    for (const place of places.filter((one) => one.layout === layout)) {
      const people = new Set(place.sessions.map(({ participant_id }) => participant_id)).size;
      const kinds = place.images.kinds
        .map(({ title, sessions }) => `${sessions.length.toLocaleString('en')} ${title}`)
        .join(', ');
      const what = kinds === '' ? several(place.images.images, 'image') : kinds;
      parts.push(`a ${name} of ${several(people, 'participant')} and ${several(place.sessions.length, 'session')} (${what})`);
    }
  }
  const { maps, older, images } = surveyed;
  if (maps.length > 0) parts.push(several(maps.length, 'MAPS', 'MAPS'));
  if (older.length > 0) parts.push(several(older.length, 'result folder of ClinicaDL 0.2', 'result folders of ClinicaDL 0.2'));
  if (images.length > 0) parts.push(several(images.length, 'loose NIfTI file'));
  if (tables > 0) parts.push(several(tables, 'table of sessions', 'tables of sessions'));
  return parts.length === 0 ? 'No images and no tables of sessions.' : `${parts.join('; ')}.`.replace(/^a/, 'A');
}

/** Lines of text to copy. */
export function reportOf(examination: Examination, version: string): string[] {
  const counts = countsOf(examination);
  const looked = examination.voxels ? 'names, tables, headers and voxels' : 'names, tables and headers; no voxels';
  const lines = counts.map(
    ({ title, count, repair }) => `${count} × ${title}: ${repair === null ? 'left out' : `can be mended (${repair})`}`,
  );
  return [
    `Import doctor, ClinicaDL for the browser ${version}. Looked at: ${looked}.`,
    natureOf(examination),
    ...(lines.length === 0 ? ['Nothing wrong was found.'] : lines),
    undetectable,
  ];
}
