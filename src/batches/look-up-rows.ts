/** @file The rows of a cohort → their tensor files, with every session that cannot be used named, before the first sample is read. */
import { AppError, appError, concernsOnly } from '../base/errors';
import { type Issue, issueOf, makeIssue } from '../base/issues';
import { mapParallel } from '../base/parallel';
import { absentSessions, refuseAbsent } from '../caps/absent-session';
import { chooseImage, sessionFiles } from '../caps/caps-index';
import { isParticipantId, isSessionId, type SessionKey, sessionText } from '../caps/entities';
import type { ExtractionJson } from '../caps/extraction-json';
import type { Folder } from '../folders/folder';
import { type Extraction, elementCount, elementId } from '../images/extract';
import type { TransformOptions } from '../images/transforms';
import { type Triple, tripleOf } from '../images/volume';
import { type FoundTensors, findTensors, type TensorFiles } from './find-tensors';
import type { Readers } from './readers';

export interface DatasetRow extends SessionKey {
  /** Node or value; undefined where it is not known. */
  readonly label: number | undefined;
}

export interface DatasetRequest {
  readonly caps: Folder;
  /** CAPS with the masks of regions; absent: the same. */
  readonly masksIn?: Folder;
  /** At least one. */
  readonly rows: readonly DatasetRow[];
  readonly extraction: ExtractionJson;
  readonly transforms: TransformOptions;
  /** What a network takes: samples must have this shape. */
  readonly expectedShape?: readonly number[];
  readonly readers: Readers;
  readonly signal: AbortSignal;
  /** Keeps what is found, so that rows that were looked up before need no second look. */
  readonly memory?: LookUpMemory;
  /** Told how many sessions were looked at. */
  report?(done: number, total: number): void;
  /** Told of each session that keeps the data set from being opened. */
  issue(issue: Issue): void;
}

/** What was found for rows before: tensor files by session, shapes by path. Of one CAPS and one extraction. */
export interface LookUpMemory {
  readonly tensors: Map<string, FoundTensors>;
  readonly shapes: Map<string, readonly number[]>;
  /** Paths of masks that were compared with the images in space. */
  readonly masks: Set<string>;
}

export const emptyMemory = (): LookUpMemory => ({ tensors: new Map(), shapes: new Map(), masks: new Set() });

/** Sessions looked up at the same time, per reader. */
const lookedUpAtOnce = 4;

interface LookedUp {
  /** Per row. */
  readonly files: readonly TensorFiles[];
  /** Of the first file of each row; all alike. */
  readonly shapes: readonly (readonly number[])[];
  /** In the file names: those of the elements of each image. */
  readonly numbers: readonly number[];
}

/** The shape that the first bytes of a tensor file tell. */
export async function inspect({ caps, readers, signal, memory }: DatasetRequest, path: string): Promise<readonly number[]> {
  const known = memory?.shapes.get(path);
  if (known !== undefined) return known;
  signal.throwIfAborted();
  const { shape } = await readers.inspectImage({ caps, path }, signal);
  memory?.shapes.set(path, shape);
  return shape;
}

/** The tensor files of all rows and what their beginnings say; throws when a session cannot be used, after all were looked at. */
export async function lookUpRows(request: DatasetRequest, cut: Extraction): Promise<LookedUp> {
  const { caps, rows, extraction: json, readers, signal, memory } = request;
  const saved = json.prepare_dl && json.mode !== 'image';
  const limit = readers.size * lookedUpAtOnce;
  const problems: Problem[] = [];

  const whyAbsent = absentSessions(caps);
  const findOrExplain = async (row: DatasetRow): Promise<FoundTensors> => {
    if (!isParticipantId(row.participant_id) || !isSessionId(row.session_id)) {
      const problem = await whyAbsent(row);
      if (problem !== undefined) return { problem };
    }
    const tensors = await findTensors(caps, row, json);
    return 'problem' in tensors ? { problem: (await whyAbsent(row)) ?? tensors.problem } : tensors;
  };
  const found = await mapParallel(rows, limit, async (row) => {
    const known = memory?.tensors.get(sessionText(row));
    if (known !== undefined) return known;
    signal.throwIfAborted();
    const tensors = await findOrExplain(row);
    memory?.tensors.set(sessionText(row), tensors);
    return tensors;
  });
  const present: SessionFiles[] = [];
  found.forEach((tensors, i) => {
    if ('files' in tensors) present.push({ row: rows[i], files: tensors.files });
    else problems.push({ kind: 'tensors-missing', issue: tensors.problem });
  });
  if (present.length === 0) throw unusable(request, problems);
  const numbers = saved ? await savedNumbers(request, cut, present) : [0];
  const whole = present.filter((session) => {
    const issue = missingElements(session, numbers, json);
    if (issue !== undefined) problems.push({ kind: 'tensors-missing', issue });
    return issue === undefined;
  });

  let done = 0;
  const looked = await mapParallel(whole, limit, async ({ files }) => {
    const path = files.get(numbers[0])!;
    const shape = await inspect(request, path).catch((error: unknown) => {
      if (concernsOnly(path, error)) return error;
      throw error;
    });
    request.report?.(++done, whole.length);
    return shape;
  });
  const readable = whole.flatMap((session, i): ShapedSession[] => {
    const shape = looked[i];
    if (!(shape instanceof AppError)) return [{ ...session, shape }];
    problems.push({ kind: 'tensors-unusable', issue: issueOf(shape), error: shape });
    return [];
  });
  for (const issue of otherShapes(readable, numbers[0])) problems.push({ kind: 'shapes-differ', issue });
  if (problems.length > 0) throw unusable(request, problems);
  return { files: whole.map(({ files }) => files), shapes: readable.map(({ shape }) => shape), numbers };
}

interface SessionFiles {
  readonly row: DatasetRow;
  readonly files: TensorFiles;
}

interface ShapedSession extends SessionFiles {
  readonly shape: readonly number[];
}

interface Problem {
  readonly kind: 'tensors-missing' | 'shapes-differ' | 'tensors-unusable';
  readonly issue: Issue;
  readonly error?: AppError;
}

/** Tells the problems; the error to throw for all of them. Throws `sessions-spelled` and `sessions-absent`. */
function unusable({ rows, caps, issue }: DatasetRequest, problems: readonly Problem[]): AppError {
  const [{ kind, error }] = problems;
  if (problems.length === 1 && error !== undefined) return error;
  for (const problem of problems) issue(problem.issue);
  refuseAbsent(
    problems.map((problem) => problem.issue),
    rows.length,
    caps.name,
  );
  const code = problems.every((problem) => problem.kind === kind) ? kind : 'tensors-unusable';
  const first = problems.slice(0, 3).map((problem) => problem.issue.message);
  return appError(code, { count: problems.length, total: rows.length, first: first.join(' ') }, { where: caps.name });
}

/** The axes of a whole image. Throws `tensor-not-image`. */
export function imageShape(shape: readonly number[], path: string): Triple {
  if (shape.length !== 4 || shape[0] !== 1)
    throw appError('tensor-not-image', { file: path, shape: shape.join(' × ') }, { where: path });
  return [shape[1], shape[2], shape[3]];
}

/** The numbers, in the file names, of the elements of one image. `present`: at least one session. */
async function savedNumbers(request: DatasetRequest, cut: Extraction, present: readonly SessionFiles[]): Promise<number[]> {
  const { extraction: json } = request;
  if (json.mode === 'roi') return [...json.roi_list.keys()];
  const begin = elementId(cut, 0);
  const count = (json.mode === 'slice' ? json.num_slices : undefined) ?? (await countOnImage(request, cut, present));
  if (count !== undefined) return Array.from({ length: count }, (_, i) => begin + i);
  return [...present[0].files.keys()].filter((number) => number >= begin);
}

/**
 * Elements of an image, from the whole tensor or the NIfTI file of the first session whose file can be read; undefined when the first
 * sessions have neither.
 */
async function countOnImage(
  request: DatasetRequest,
  cut: Extraction,
  present: readonly SessionFiles[],
): Promise<number | undefined> {
  const { caps, readers, signal } = request;
  for (const { row } of present) {
    const image = await wholeImage(request, row);
    if (image === undefined) return undefined;
    try {
      const { shape } = await readers.inspectImage({ caps, path: image.path }, signal);
      return elementCount(cut, image.isTensor ? imageShape(shape, image.path) : tripleOf(shape, image.path), image.path);
    } catch (error) {
      if (!concernsOnly(image.path, error)) throw error;
    }
  }
  return undefined;
}

async function wholeImage(
  { caps, extraction: json }: DatasetRequest,
  row: DatasetRow,
): Promise<{ readonly path: string; readonly isTensor: boolean } | undefined> {
  const whole = await findTensors(caps, row, { ...json, prepare_dl: false });
  if ('files' in whole) return { path: whole.files.get(0)!, isTensor: true };
  const { row: image } = chooseImage(row, await sessionFiles(caps, row), json.file_type);
  return image && { path: image.path, isTensor: false };
}

/** The issue of a session that lacks some of the elements. */
function missingElements({ row, files }: SessionFiles, numbers: readonly number[], json: ExtractionJson): Issue | undefined {
  const missing = numbers.filter((number) => !files.has(number));
  if (missing.length === 0) return undefined;
  const session = sessionText(row);
  const values = { session, mode: json.mode, count: missing.length, total: numbers.length, first: missing[0] };
  return makeIssue('elements-missing', values, session, 'error');
}

/** The issues of sessions whose tensors have another shape than most; of two shapes equally often the first is the usual one. */
function otherShapes(sessions: readonly ShapedSession[], number: number): Issue[] {
  const counts = new Map<string, number>();
  for (const { shape } of sessions) counts.set(shape.join(), (counts.get(shape.join()) ?? 0) + 1);
  const most = Math.max(0, ...counts.values());
  const usual = sessions.find(({ shape }) => counts.get(shape.join()) === most);
  return sessions.flatMap(({ row, files, shape }) => {
    if (usual === undefined || shape.join() === usual.shape.join()) return [];
    const [found, expected] = [shape.join(' × '), usual.shape.join(' × ')];
    const values = { file: files.get(number)!, shape: found, expected, session: sessionText(usual.row) };
    return [makeIssue('shape-differs', values, sessionText(row), 'error')];
  });
}
