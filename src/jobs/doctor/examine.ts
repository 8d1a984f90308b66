/** @file The import doctor's look at a folder: what it is, and everything that is wrong with it. Reads only. */
import { appError, concernsOnly } from '../../base/errors';
import type { Issue } from '../../base/issues';
import { issueOf } from '../../base/issues';
import type { Progress } from '../../base/job';
import { mapParallel } from '../../base/parallel';
import type { Folder } from '../../folders/folder';
import type { JobContext } from '../job-context';
import { type Finding, findingOf, found } from './findings';
import { type FoundCaps, lookAtFolders } from './look-at-folders';
import { type FoundImages, lookAtImages } from './look-at-images';
import { type FoundPeople, lookAtPeople } from './look-at-people';
import { lookAtTables } from './look-at-tables';
import { type Surveyed, survey } from './survey';

export interface ExaminedCaps extends FoundCaps {
  readonly images: FoundImages;
}

export interface Examination {
  readonly folder: Folder;
  readonly surveyed: Surveyed;
  readonly places: readonly ExaminedCaps[];
  readonly people: FoundPeople;
  /** Tables with participants and sessions. */
  readonly tables: number;
  readonly findings: readonly Finding[];
  readonly voxels: boolean;
}

type Context = Pick<JobContext, 'workspace' | 'readers' | 'signal'> & { report?(progress: Progress): void };

/** NIfTI files outside of every CAPS and BIDS folder: whether they can be read, and whether two are the same. */
async function looseImages(
  folder: Folder,
  paths: readonly string[],
  voxels: boolean,
  { readers, signal }: Context,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const byHash = new Map<string, string[]>();
  await mapParallel(paths, readers.size * 2, async (path) => {
    signal.throwIfAborted();
    try {
      const { hash, nanCount } = await readers.examineImage({ caps: folder, path, voxels }, signal);
      if (nanCount > 0) findings.push(found('doctor-nan', { file: path, count: nanCount }, path));
      if (hash !== null) byHash.set(hash, [...(byHash.get(hash) ?? []), path]);
    } catch (error) {
      if (!concernsOnly(path, error)) throw error;
      findings.push(findingOf(issueOf(error), {}));
    }
  });
  for (const [file, ...others] of byHash.values())
    if (others.length > 0)
      findings.push(found('doctor-duplicate', { file, others: others.map((other) => `"${other}"`).join(', ') }, file));
  return findings;
}

/** Masks, maps and results lie about as images of one value or of many axes: only what is no image at all is told of them. */
const isTold = ({ issue }: Finding): boolean => !['image-constant', 'image-not-3d', 'doctor-duplicate'].includes(issue.code);

/** Throws `folder-missing` and `doctor-nothing`. */
export async function examine(path: string, voxels: boolean, context: Context): Promise<Examination> {
  const { workspace, signal } = context;
  const folder = workspace.sub(path);
  const surveyed = await survey(folder, signal);
  const { places: at, maps, older, images, tables, books } = surveyed;
  if (at.length + maps.length + older.length + images.length + tables.length + books.length === 0)
    throw appError('doctor-nothing', { folder: path === '.' ? workspace.name : path }, { where: path });
  const places: ExaminedCaps[] = [];
  for (const place of at) {
    const caps = await lookAtFolders(folder, place, signal);
    places.push({ ...caps, images: await lookAtImages(caps, voxels, context) });
  }
  const looked = await lookAtTables(folder, tables, books, signal);
  const people = await lookAtPeople(folder, places, looked.sessions, looked.cohorts);
  const isAlone = places.length === 0;
  const loose = await looseImages(folder, images, voxels && isAlone, context);
  const issues = surveyed.issues.map((issue: Issue) => findingOf(issue, {}));
  return {
    folder,
    surveyed,
    places,
    people,
    tables: looked.sessions.length,
    voxels,
    findings: [
      ...issues,
      ...places.flatMap((caps) => [...caps.findings, ...caps.images.findings]),
      ...looked.findings,
      ...people.findings,
      ...(isAlone ? loose : loose.filter(isTold)),
    ],
  };
}
