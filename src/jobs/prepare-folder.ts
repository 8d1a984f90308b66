/**
 * @file The images of one folder → tensors in a CAPS, and the JSON that describes them.
 *
 * Order repaired against ClinicaDL 1.6.1: everything that can be wrong with names, options and masks is found before the first tensor
 * is written, and all headers are read. An image that cannot be used does not end the job: the others are prepared, so that one run
 * names every one; the JSON is written last, and only when every session succeeded.
 */
import { type AppError, appError, concernsOnly } from '../base/errors';
import { type Issue, issueOf, makeIssue } from '../base/issues';
import { mapParallel } from '../base/parallel';
import { timeLeft } from '../base/time-left';
import { extractionOfJson, readMasks } from '../batches/extraction-plan';
import { imagesOffMasks, masksElsewhere, type PlacedImage } from '../batches/mask-fit';
import type { ExtractSessionResult } from '../batches/readers';
import { refuseAbsent } from '../caps/absent-session';
import {
  findImages,
  type ImageRow,
  type ListedSession,
  listParticipants,
  listSessionFiles,
  noSessions,
  readSessions,
} from '../caps/caps-index';
import { sessionText } from '../caps/entities';
import { type ExtractionJson, printExtractionJson } from '../caps/extraction-json';
import { type ExtractionMode, extractionPath, tensorsPath } from '../caps/layout';
import { roiTensorName } from '../caps/tensor-names';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { type Extraction, elementCount } from '../images/extract';
import type { RoiMask } from '../images/roi-mask';
import { tripleOf } from '../images/volume';
import { type DescribedRequest, describeExtraction } from './describe-extraction';
import { makeHippocampusBoxes } from './hippocampus-boxes';
import type { JobContext } from './job-context';

/** Images that one reader is at. */
const UNDER_WAY = 2;

export interface PrepareDataResult {
  readonly sessions: number;
  /** Tensor files written. */
  readonly tensors: number;
  /** Of the JSON, in the workspace. */
  readonly json: string;
  /** Its name, as `train` asks for it. */
  readonly extract_json: string;
  /** Paths in the workspace, the JSON last. */
  readonly written: readonly string[];
}

/** Where images lie, and what becomes of them. */
export interface Preparation {
  /** What is written and the options that say how. */
  readonly request: DescribedRequest;
  /** Its JSON, with `.json`. */
  readonly name: string;
  /** Gets tensors and JSON. */
  readonly caps: Folder;
  /** The folder of the images, as errors are to name it, in the workspace. */
  readonly shown: string;
  /** Participants in `subjects`. */
  readonly sessions: Folder;
  /** Where the images are read, and their path there. */
  readonly images: Folder;
  imagePath(path: string): string;
}

/** Throws `extraction-exists`. */
export async function refuseExisting({ caps, name, request }: Pick<Preparation, 'caps' | 'name' | 'request'>): Promise<void> {
  const file = extractionPath(name);
  const folder = request.options.caps_directory;
  if ((await caps.kindOf(file)) !== undefined) throw appError('extraction-exists', { file, folder }, { where: file });
}

/**
 * Throws the codes of `listParticipants`, `readSessions` and `findMask`; `extraction-exists`;
 * `images-unusable` with one issue per session, after all others were prepared, when images are missing, doubled or damaged, and
 * `sessions-spelled` or `sessions-absent` when all that is wrong is sessions that the folder does not have.
 */
export async function prepareFolder(preparation: Preparation, context: JobContext): Promise<PrepareDataResult> {
  const { request, name, caps, images, shown } = preparation;
  const { options, mode } = request;
  await refuseExisting(preparation);
  const sessions =
    options.subjects_sessions_tsv === null
      ? await listAll(preparation.sessions, context)
      : readSessions(await context.workspace.read(options.subjects_sessions_tsv), options.subjects_sessions_tsv, context.issue);

  const json = describeExtraction(request, name);
  const saved = json.prepare_dl;
  const found = await findImages(preparation.sessions, sessions, json.file_type, context.signal);
  const rows = found.rows.map((row) => ({ ...row, path: preparation.imagePath(row.path) }));
  for (const issue of [...found.notes, ...found.problems]) context.issue(issue);
  const refuse = (failures: readonly AppError[]): void =>
    refuseUnusable(found.problems, failures, sessions.length, shown, context);
  if (rows.length === 0) refuse([]);
  context.log(`${rows.length} images to extract from ${shown}.`);
  if (!saved && mode !== 'image') context.log(`Whole images are written; ${name} says how to cut each ${mode} while training.`);

  if (json.mode === 'roi' && images === caps) await makeHippocampusBoxes(caps, json, rows[0].path, context);
  const masks = saved && json.mode === 'roi' ? await savedMasks(images, json, rows[0]) : [];
  const cut: Extraction = saved ? extractionOfJson(json, masks) : { mode: 'image' };
  const headers = await checkHeaders(images, rows, cut, context);
  if (headers.sound.length === 0 || headers.failures.some(({ kind }) => kind === 'options')) refuse(headers.failures);
  const unusable = found.problems.length + headers.failures.length;
  if (unusable > 0)
    context.log(`${unusable} of ${sessions.length} sessions cannot be prepared. The others are, so that one run names all.`);
  const kept = { extraction: cut, mode: saved ? json.mode : ('image' as const), whole: json.mode === 'image' };
  const extracted = await extractAll(preparation, headers.sound, kept, context);
  refuse([...headers.failures, ...extracted.failures]);
  const { results } = extracted;

  const jsonPath = extractionPath(name);
  await caps.write(jsonPath, new TextEncoder().encode(printExtractionJson(json)));
  const tensors = results.flatMap((result) => result.written);
  context.log(`${tensors.length} tensors of ${results.length} sessions, described in ${jsonPath}.`);
  const written = [...tensors, jsonPath].map((path) => joinPath(options.caps_directory, path));
  return { sessions: results.length, tensors: tensors.length, json: written[written.length - 1], extract_json: name, written };
}

/** The sessions of all participants and their files; what cannot be looked into is told. Throws `caps-empty`. */
async function listAll(caps: Folder, context: JobContext): Promise<ListedSession[]> {
  const tell = (issue: Issue): void => context.issue(issue);
  const participants = await listParticipants(caps, tell);
  const report = (done: number): void =>
    context.report({ stage: 'find', done, total: participants.length, unit: 'participants' });
  const found = await listSessionFiles(caps, participants, context.signal, tell, report);
  if (found.length === 0) throw noSessions(caps, participants);
  return found;
}

/** The masks for saved regions. Throws `mask-not-binary`, and `regions-collide` when two regions would share a file. */
async function savedMasks(caps: Folder, json: ExtractionJson & { mode: 'roi' }, first: ImageRow): Promise<RoiMask[]> {
  const masks = await readMasks(caps, json);
  const owners = new Map<string, string>();
  for (const mask of masks) {
    if (!mask.binary) throw appError('mask-not-binary', { roi: mask.name, file: mask.fileName }, { where: mask.fileName });
    const imageName = first.path.slice(first.path.lastIndexOf('/') + 1);
    const file = roiTensorName(imageName, mask.fileName, json.uncropped_roi);
    const owner = owners.get(file);
    if (owner !== undefined) throw appError('regions-collide', { first: owner, second: mask.name, file }, { where: 'roi_list' });
    owners.set(file, mask.name);
  }
  return masks;
}

/** What became of each image: a file that cannot be used does not keep the others from being worked on. */
interface Worked<Result> {
  readonly results: readonly Result[];
  readonly sound: readonly ImageRow[];
  readonly failures: readonly AppError[];
}

/** Runs `work` on each image; what is wrong with single files is told and collected, everything else ends the job. */
async function onEachImage<Result>(
  rows: readonly ImageRow[],
  limit: number,
  stage: string,
  context: JobContext,
  work: (row: ImageRow) => Promise<Result>,
): Promise<Worked<Result>> {
  const left = timeLeft();
  let done = 0;
  const tell = (): void => {
    const secondsLeft = left.seconds(rows.length - done, limit);
    const progress = { stage, done, total: rows.length, unit: 'sessions' };
    context.report(secondsLeft === undefined ? progress : { ...progress, secondsLeft });
  };
  const attempt = async (row: ImageRow): Promise<{ readonly value: Result } | { readonly failure: AppError }> => {
    try {
      return { value: await work(row) };
    } catch (error) {
      if (!concernsOnly(row.path, error)) throw error;
      context.log(`${sessionText(row)} cannot be prepared: ${error.message}`);
      return { failure: error };
    }
  };
  tell();
  const ends = await mapParallel(rows, limit, async (row) => {
    context.signal.throwIfAborted();
    const startedMs = performance.now();
    const end = await attempt(row);
    left.add(performance.now() - startedMs);
    done++;
    tell();
    return end;
  });
  return {
    results: ends.flatMap((end) => ('value' in end ? [end.value] : [])),
    sound: rows.filter((_, i) => 'value' in ends[i]),
    failures: ends.flatMap((end) => ('failure' in end ? [end.failure] : [])),
  };
}

/** Throws when a session has no usable image: the error itself for a single file, else `images-unusable` after one issue per file. */
function refuseUnusable(
  missing: readonly Issue[],
  failures: readonly AppError[],
  total: number,
  shown: string,
  context: JobContext,
): void {
  const count = missing.length + failures.length;
  if (count === 0) return;
  const wrongOption = count === failures.length && failures.every(({ kind }) => kind === 'options');
  // An option that fits no image is one mistake, not as many as there are images.
  const alike = wrongOption && count === total;
  if (count > 1 && !alike) for (const failure of failures) context.issue(issueOf(failure));
  if (wrongOption || (count === 1 && failures.length === 1)) throw failures[0];
  if (failures.length === 0) refuseAbsent(missing, total, shown);
  const { message: first, hint: remedy } = [...missing, ...failures][0];
  throw appError('images-unusable', { count, total, first, remedy }, { where: shown });
}

/** Reads all headers, so that options that fit no image are refused before the first tensor is written. */
async function checkHeaders(
  caps: Folder,
  rows: readonly ImageRow[],
  cut: Extraction,
  context: JobContext,
): Promise<Worked<PlacedImage>> {
  const looked = await onEachImage(rows, context.readers.size * 4, 'check', context, async ({ path }) => {
    const geometry = await context.readers.inspectImage({ caps, path }, context.signal);
    if (cut.mode !== 'roi') elementCount(cut, tripleOf(geometry.shape, path), path);
    return { ...geometry, path };
  });
  if (cut.mode !== 'roi') return looked;
  const off = imagesOffMasks(cut.masks, looked.results);
  for (const issue of masksElsewhere(cut.masks, looked.results)) context.issue(issue);
  const isOff = new Set(off.map(({ where }) => where));
  return { ...looked, sound: looked.sound.filter(({ path }) => !isOff.has(path)), failures: [...looked.failures, ...off] };
}

/** What is written of each image. */
interface Kept {
  readonly extraction: Extraction;
  /** Of the folder of tensors. */
  readonly mode: ExtractionMode;
  /** A network will see the image itself, not elements cut from it. */
  readonly whole: boolean;
}

async function extractAll(
  { caps, images, request: { options } }: Preparation,
  rows: readonly ImageRow[],
  { extraction, mode, whole }: Kept,
  context: JobContext,
): Promise<Worked<ExtractSessionResult>> {
  // While one image is unpacked, its reader reads another and writes a third.
  const parallel = Math.max(1, UNDER_WAY * Math.min(options.n_proc, context.readers.size));
  return onEachImage(rows, parallel, 'extract', context, async (row) => {
    const outputPath = tensorsPath(row, mode, options.modality);
    const result = await context.readers.extractSession(
      { caps, ...(images === caps ? {} : { images }), imagePath: row.path, outputPath, extraction, whole },
      context.signal,
    );
    const where = sessionText(row);
    const { notes, constantElements, written } = result;
    if (notes.nanCount > 0) context.issue(makeIssue('nan-found', { count: notes.nanCount, file: row.path }, where));
    if (notes.outliers > 0) context.issue(makeIssue('outliers', { count: notes.outliers, file: row.path }, where));
    if (notes.constant) context.issue(makeIssue('image-constant', { file: row.path }, where));
    else if (constantElements > 0)
      context.issue(makeIssue('elements-constant', { count: constantElements, total: written.length, file: row.path }, where));
    return result;
  });
}
