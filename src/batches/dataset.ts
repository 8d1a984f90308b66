/** @file Cohort × elements per image → the n-th sample's address, checked before the first one is read. */
import { appError } from '../base/errors';
import { type Issue, makeIssue } from '../base/issues';
import { mapParallel } from '../base/parallel';
import { absentSessions, refuseAbsent } from '../caps/absent-session';
import { chooseImage, sessionFiles } from '../caps/caps-index';
import { isParticipantId, isSessionId, type SessionKey, sessionText } from '../caps/entities';
import type { ExtractionJson } from '../caps/extraction-json';
import type { Folder } from '../folders/folder';
import { type Extraction, elementCount, elementId, elementShape } from '../images/extract';
import { type TransformOptions, transformedShape } from '../images/transforms';
import { type Triple, tripleOf } from '../images/volume';
import { extractionOfJson, readMasks } from './extraction-plan';
import { type FoundTensors, findTensors, type TensorFiles } from './find-tensors';
import type { Readers, ReadSampleRequest } from './readers';

export interface Dataset {
  /** Rows × elements per image. */
  readonly size: number;
  readonly elementsPerImage: number;
  /** Of every sample, after transforms: [c, d, h, w] or [c, h, w]. */
  readonly sampleShape: readonly number[];
  /** What to ask a reader for sample n: row n div elements, element n mod elements. */
  request(n: number): ReadSampleRequest;
}

interface DatasetRow extends SessionKey {
  /** Code of the label; -1 without labels. */
  readonly label: number;
}

export interface DatasetRequest {
  readonly caps: Folder;
  /** At least one. */
  readonly rows: readonly DatasetRow[];
  readonly extraction: ExtractionJson;
  readonly transforms: TransformOptions;
  /** What a network takes: samples must have this shape. */
  readonly expectedShape?: readonly number[];
  readonly readers: Readers;
  readonly signal: AbortSignal;
  /** Told of each session that keeps the data set from being opened. */
  issue(issue: Issue): void;
}

/** Sessions looked up at the same time, per reader. */
const lookedUpAtOnce = 4;

/**
 * Opens a data set: finds the tensor files of every row and compares their shapes, which are in the first bytes of a file. Elements
 * per image are counted on the first row: from its whole image or NIfTI file, or, where elements were saved and neither is there,
 * from the saved files (the original then failed).
 * Throws `rows-empty`, `inputs-differ`, `sessions-spelled`, `sessions-absent`, `tensors-missing` and `shapes-differ` (with one issue per session), and what `readMasks` and `elementCount` throw.
 */
export async function openDataset(request: DatasetRequest): Promise<Dataset> {
  const { caps, rows, extraction: json, transforms, readers, signal } = request;
  if (rows.length === 0) throw appError('rows-empty', { folder: caps.name }, { where: caps.name });
  const saved = json.prepare_dl && json.mode !== 'image';
  const masks = json.mode === 'roi' && !saved ? await readMasks(caps, json) : [];
  const cut = extractionOfJson(json, masks);
  const limit = readers.size * lookedUpAtOnce;

  const whyAbsent = absentSessions(caps);
  const found = await mapParallel(rows, limit, async (row): Promise<FoundTensors> => {
    signal.throwIfAborted();
    if (!isParticipantId(row.participant_id) || !isSessionId(row.session_id)) {
      const problem = await whyAbsent(row);
      if (problem !== undefined) return { problem };
    }
    const tensors = await findTensors(caps, row, json);
    return 'problem' in tensors ? { problem: (await whyAbsent(row)) ?? tensors.problem } : tensors;
  });
  const files = found.flatMap((tensors) => ('files' in tensors ? tensors.files : []));
  refuse(
    'tensors-missing',
    request,
    found.flatMap((tensors) => ('problem' in tensors ? tensors.problem : [])),
  );

  const shapeOf = async (path: string): Promise<readonly number[]> => {
    signal.throwIfAborted();
    return (await readers.inspectImage({ caps, path }, signal)).shape;
  };
  const numbers = saved ? await savedNumbers(request, cut, files[0]) : [0];
  refuse('tensors-missing', request, missingElements(rows, files, numbers, json));
  const shapes = await mapParallel(files, limit, (paths) => shapeOf(paths.get(numbers[0])!));
  if (saved && json.mode === 'roi') await checkRegions(json.roi_list, shapes[0], (roi) => shapeOf(files[0].get(roi)!));
  refuse('shapes-differ', request, otherShapes(rows, files, shapes, numbers[0]));

  const image = saved ? null : imageShape(shapes[0], files[0].get(0)!);
  const elementsPerImage = image === null ? numbers.length : elementCount(cut, image, files[0].get(0)!);
  if (image !== null && cut.mode === 'roi')
    await checkRegions(
      cut.masks.map((mask) => mask.name),
      elementShape(cut, image, 0),
      async (i) => elementShape(cut, image, i),
    );
  const shape = image === null ? shapes[0] : elementShape(cut, image, 0);
  const sampleShape = transformedShape(shape, transforms);
  const { expectedShape = sampleShape } = request;
  if (sampleShape.join() !== expectedShape.join())
    throw appError(
      'inputs-differ',
      { folder: caps.name, shape: sampleShape.join(' × '), expected: expectedShape.join(' × ') },
      { where: caps.name },
    );
  const datasetKey = crypto.randomUUID();
  return {
    size: rows.length * elementsPerImage,
    elementsPerImage,
    sampleShape,
    request(n) {
      const row = Math.floor(n / elementsPerImage);
      const element = n % elementsPerImage;
      const { participant_id, session_id, label } = rows[row];
      return {
        caps,
        path: files[row].get(saved ? numbers[element] : 0)!,
        extraction: saved ? null : cut,
        element,
        shape,
        transforms,
        datasetKey,
        participant_id,
        session_id,
        elementId: elementId(cut, element),
        label,
      };
    },
  };
}

/** Tells the problems, and throws when there are any. */
function refuse(
  code: 'tensors-missing' | 'shapes-differ',
  { rows, caps, issue }: DatasetRequest,
  problems: readonly Issue[],
): void {
  if (problems.length === 0) return;
  for (const problem of problems) issue(problem);
  refuseAbsent(problems, rows.length, caps.name);
  const first = problems.slice(0, 3).map((problem) => problem.message);
  throw appError(code, { count: problems.length, total: rows.length, first: first.join(' ') }, { where: caps.name });
}

function imageShape(shape: readonly number[], path: string): Triple {
  if (shape.length !== 4 || shape[0] !== 1)
    throw appError('tensor-not-image', { file: path, shape: shape.join(' × ') }, { where: path });
  return [shape[1], shape[2], shape[3]];
}

/** The numbers, in the file names, of the elements of one image. */
async function savedNumbers(request: DatasetRequest, cut: Extraction, first: TensorFiles): Promise<number[]> {
  const { extraction: json } = request;
  if (json.mode === 'roi') return [...json.roi_list.keys()];
  const begin = elementId(cut, 0);
  const count = (json.mode === 'slice' ? json.num_slices : undefined) ?? (await countOnImage(request, cut));
  if (count !== undefined) return Array.from({ length: count }, (_, i) => begin + i);
  return [...first.keys()].filter((number) => number >= begin);
}

/** Elements of the first row's image, from its whole tensor or its NIfTI file; undefined when it has neither. */
async function countOnImage(
  { caps, rows, extraction: json, readers, signal }: DatasetRequest,
  cut: Extraction,
): Promise<number | undefined> {
  const whole = await findTensors(caps, rows[0], { ...json, prepare_dl: false });
  if ('files' in whole) {
    const path = whole.files.get(0)!;
    return elementCount(cut, imageShape((await readers.inspectImage({ caps, path }, signal)).shape, path), path);
  }
  const { row } = chooseImage(rows[0], await sessionFiles(caps, rows[0]), json.file_type);
  if (row === undefined) return undefined;
  const { shape } = await readers.inspectImage({ caps, path: row.path }, signal);
  return elementCount(cut, tripleOf(shape, row.path), row.path);
}

/** Sessions that lack some of the elements. */
function missingElements(
  rows: readonly DatasetRow[],
  files: readonly TensorFiles[],
  numbers: readonly number[],
  json: ExtractionJson,
): Issue[] {
  return rows.flatMap((row, i) => {
    const missing = numbers.filter((number) => !files[i].has(number));
    if (missing.length === 0) return [];
    const session = sessionText(row);
    const values = { session, mode: json.mode, count: missing.length, total: numbers.length, first: missing[0] };
    return [makeIssue('elements-missing', values, session, 'error')];
  });
}

/** Sessions whose tensors have another shape than those of the first row. */
function otherShapes(
  rows: readonly DatasetRow[],
  files: readonly TensorFiles[],
  shapes: readonly (readonly number[])[],
  number: number,
): Issue[] {
  const expected = shapes[0].join(' × ');
  return shapes.flatMap((shape, i) => {
    const found = shape.join(' × ');
    if (found === expected) return [];
    const values = { file: files[i].get(number)!, shape: found, expected, session: sessionText(rows[0]) };
    return [makeIssue('shape-differs', values, sessionText(rows[i]), 'error')];
  });
}

/** One network sees all regions, so they must have one shape. Throws `regions-differ`. */
async function checkRegions(
  names: readonly string[],
  expected: readonly number[],
  shapeOf: (i: number) => Promise<readonly number[]>,
): Promise<void> {
  for (let i = 1; i < names.length; i++) {
    const shape = (await shapeOf(i)).join(' × ');
    if (shape !== expected.join(' × '))
      throw appError(
        'regions-differ',
        { first: names[0], expected: expected.join(' × '), other: names[i], shape },
        { where: 'roi_list' },
      );
  }
}
