/** @file What a CAPS folder holds: sessions, images by preprocessing, extractions, regions, and what is wrong with it. Reads only. */
import { AppError } from '../base/errors';
import { type Issue, issueOf } from '../base/issues';
import type { ImageGeometry } from '../batches/readers';
import { checkCaps, chooseImage, listFirstParticipants, listParticipants, listSessionFiles } from '../caps/caps-index';
import { changesImages } from '../caps/changes';
import type { SessionKey } from '../caps/entities';
import { type ExtractionJson, listExtractionNames, parseExtractionJson } from '../caps/extraction-json';
import { extractionsPath } from '../caps/layout';
import { listRegions } from '../caps/masks';
import { imageMatcher } from '../caps/older-names';
import { fileTypeOf, type ImageChoice } from '../caps/preprocessing';
import type { Folder } from '../folders/folder';
import { dtiMeasures, dtiSpaces, greyMatterSuffix } from '../vocabulary/preprocessings';
import type { JobContext } from './job-context';

/** Images of one kind: the options with which `prepare-data` finds them. */
interface ImageKind extends ImageChoice {
  /** For people: `t1-linear`, `pet-linear, 18FFDG, pons2, uncropped`. */
  readonly title: string;
  /** Sessions that have exactly one such image. */
  readonly sessions: number;
}

export interface InspectedSession extends SessionKey {
  /** Titles of the kinds of images it has. */
  readonly images: readonly string[];
}

interface FoundExtraction {
  /** Name of the JSON, as `train` asks for it. */
  readonly name: string;
  readonly extraction: ExtractionJson;
}

export interface CapsInspection {
  /** False when only the first participants were looked into. */
  readonly whole: boolean;
  /** All that have a folder; of a look at the first ones, those. */
  readonly participants: number;
  readonly sessions: readonly InspectedSession[];
  readonly kinds: readonly ImageKind[];
  readonly extractions: readonly FoundExtraction[];
  /** Names of regions that have a mask. */
  readonly regions: readonly string[];
  /** Of the first readable image. */
  readonly geometry: (ImageGeometry & { readonly path: string }) | null;
  /** Missing, doubled and unreadable files, each with what to do. */
  readonly issues: readonly Issue[];
}

/** What is listed quickly, however many sessions there are. */
export interface PreparedCaps {
  readonly participants: number;
  readonly extractions: readonly FoundExtraction[];
  /** Names of regions that have a mask. */
  readonly regions: readonly string[];
  /** Of the extractions' files. */
  readonly issues: readonly Issue[];
}

/** Participants, extractions and regions; no session is looked into. Throws the codes of `checkCaps` and `listParticipants`. */
export async function inspectPrepared(
  { caps_directory }: { readonly caps_directory: string },
  { workspace }: Pick<JobContext, 'workspace'>,
): Promise<PreparedCaps> {
  const caps = workspace.sub(caps_directory);
  await checkCaps(caps);
  const issues: Issue[] = [];
  const { length: participants } = await listParticipants(caps);
  return { participants, extractions: await listExtractions(caps, issues), regions: await listRegions(caps), issues };
}

/** `first`: only so many participants are looked into, to have something to show soon. Throws as `inspectPrepared`. */
export async function inspectCaps(
  { caps_directory, first }: { readonly caps_directory: string; readonly first?: number },
  { workspace, readers, signal }: Pick<JobContext, 'workspace' | 'readers' | 'signal'>,
): Promise<CapsInspection> {
  const caps = workspace.sub(caps_directory);
  await checkCaps(caps);
  const issues: Issue[] = [];
  const tell = (issue: Issue): void => {
    issues.push(issue);
  };
  const { participants, whole } =
    first === undefined
      ? { participants: await listParticipants(caps, tell), whole: true }
      : await listFirstParticipants(caps, first, tell);
  const sessions = await listSessionFiles(caps, participants, signal, tell);
  const images = sessions.map((): string[] => []);
  let firstPath: string | null = null;
  const kinds = kindsAmong(sessions.flatMap(({ files }) => files)).map((choice): ImageKind => {
    const title = titleOf(choice);
    let count = 0;
    sessions.forEach((session, i) => {
      const { row, problem, note } = chooseImage(session, session.files, fileTypeOf(choice));
      if (problem !== undefined) issues.push(problem.code === 'image-missing' ? { ...problem, severity: 'warning' } : problem);
      if (note !== undefined) issues.push(note);
      if (row === undefined) return;
      firstPath ??= row.path;
      count++;
      images[i].push(title);
    });
    return { ...choice, title, sessions: count };
  });
  return {
    whole,
    participants: participants.length,
    sessions: sessions.map(({ participant_id, session_id }, i) => ({ participant_id, session_id, images: images[i] })),
    kinds,
    extractions: await listExtractions(caps, issues),
    regions: await listRegions(caps),
    geometry:
      firstPath === null ? null : await geometryOf(firstPath, issues, (path) => readers.inspectImage({ caps, path }, signal)),
    issues,
  };
}

/**
 * Looks again after changes. Sessions are looked through only when a change may concern their images, or participants came or went:
 * in a CAPS of ten thousand that takes long. `changed`: paths of the workspace; null: any.
 */
export async function inspectAgain(
  request: { readonly caps_directory: string; readonly known: CapsInspection; readonly changed: readonly string[] | null },
  context: Pick<JobContext, 'workspace' | 'readers' | 'signal'>,
): Promise<CapsInspection> {
  const { caps_directory, known, changed } = request;
  if (!known.whole || changesImages(changed, caps_directory)) return inspectCaps({ caps_directory }, context);
  const { participants, extractions, regions, issues } = await inspectPrepared({ caps_directory }, context);
  if (participants !== known.participants) return inspectCaps({ caps_directory }, context);
  const others = known.issues.filter(({ where }) => where?.startsWith(`${extractionsPath}/`) !== true);
  return { ...known, extractions, regions, issues: [...others, ...issues] };
}

const petName = /_(?:trc|acq)-([^_/]+)(?:_pet)?_space-[^_/]+(_desc-Crop)?_res-1x1x1_suvr-([^_/]+)_pet\.nii\.gz$/i;

/** Those that are told apart by nothing but whether they are cropped, and where they lie. */
const plainKinds: readonly ImageChoice[] = [
  ...['t1-linear', 't2-linear', 'flair-linear'].flatMap((preprocessing) =>
    [false, true].map((use_uncropped_image) => ({ preprocessing, use_uncropped_image })),
  ),
  { preprocessing: 't1-extensive', use_uncropped_image: null },
  { preprocessing: 'custom', use_uncropped_image: null, custom_suffix: greyMatterSuffix },
  ...dtiSpaces.flatMap((dti_space) =>
    dtiMeasures.map((dti_measure) => ({ preprocessing: 'dwi-dti', use_uncropped_image: null, dti_space, dti_measure })),
  ),
];

/** The kinds of images that at least one of the files belongs to. */
export function kindsAmong(paths: readonly string[]): ImageChoice[] {
  const found = plainKinds.filter((choice) => paths.some(imageMatcher(fileTypeOf(choice))));
  const pet = new Map<string, ImageChoice>();
  for (const path of paths) {
    const parts = petName.exec(path);
    if (parts === null) continue;
    const [, tracer, crop, suvr_reference_region] = parts;
    const choice = { preprocessing: 'pet-linear', use_uncropped_image: crop === undefined, tracer, suvr_reference_region };
    if (imageMatcher(fileTypeOf(choice))(path)) pet.set(titleOf(choice).toLowerCase(), choice);
  }
  return [...found, ...pet.values()];
}

/** For people: `t1-linear`, `pet-linear, 18FFDG, pons2, uncropped`. */
export function titleOf(choice: ImageChoice): string {
  const { preprocessing, tracer, suvr_reference_region, dti_measure, dti_space, use_uncropped_image } = choice;
  const parts = [tracer, suvr_reference_region, dti_measure, dti_space, use_uncropped_image === true ? 'uncropped' : undefined];
  return [preprocessing === 'custom' ? 't1-volume' : preprocessing, ...parts].filter(Boolean).join(', ');
}

/** The readable extractions; the others are added to the issues. */
async function listExtractions(caps: Folder, issues: Issue[]): Promise<FoundExtraction[]> {
  const found: FoundExtraction[] = [];
  for (const name of await listExtractionNames(caps)) {
    const path = `${extractionsPath}/${name}`;
    const extraction = await orIssue(issues, async () => parseExtractionJson(await caps.read(path), path));
    if (extraction !== null) found.push({ name, extraction });
  }
  return found;
}

async function geometryOf(
  path: string,
  issues: Issue[],
  inspect: (path: string) => Promise<ImageGeometry>,
): Promise<CapsInspection['geometry']> {
  const geometry = await orIssue(issues, () => inspect(path));
  return geometry === null ? null : { ...geometry, path };
}

/** The result, or null and an issue when a file cannot be read. */
async function orIssue<Result>(issues: Issue[], work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    issues.push(issueOf(error));
    return null;
  }
}
