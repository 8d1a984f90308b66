/**
 * @file `prepare-data image`, `slice`, `patch` and `roi`: images of a CAPS → tensors and the JSON that describes them.
 *
 * Order repaired against ClinicaDL 1.6.1: everything that can be wrong with names, options, images' headers and masks is found
 * before the first tensor is written; the JSON is still written last, and only when every session succeeded.
 */
import { type AppError, appError, DataError } from '../base/errors';
import { issueOf, makeIssue } from '../base/issues';
import { mapParallel } from '../base/parallel';
import { timeLeft } from '../base/time-left';
import { extractionOfJson, readMasks } from '../batches/extraction-plan';
import type { ExtractSessionResult } from '../batches/readers';
import { refuseAbsent } from '../caps/absent-session';
import { checkCaps, findImages, type ImageRow, listSessions, readSessions } from '../caps/caps-index';
import { sessionText } from '../caps/entities';
import { type ExtractionJson, printExtractionJson } from '../caps/extraction-json';
import { type ExtractionMode, extractionFileName, extractionPath, masksPath, tensorsPath } from '../caps/layout';
import { fileTypeOf, maskFamilyOf } from '../caps/preprocessing';
import { roiTensorName } from '../caps/tensor-names';
import type { Folder } from '../folders/folder';
import { joinPath } from '../folders/names';
import { type Extraction, elementCount } from '../images/extract';
import type { RoiMask } from '../images/roi-mask';
import { tripleOf } from '../images/volume';
import {
  checkPrepareData,
  type PrepareDataImageOptions,
  type PrepareDataOptions,
  type PrepareDataPatchOptions,
  type PrepareDataRoiOptions,
  type PrepareDataSliceOptions,
} from '../options/prepare-data';
import type { Job, JobContext } from './job-context';

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

export const prepareDataImageJob: Job<PrepareDataImageOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'image', options }, context);
export const prepareDataSliceJob: Job<PrepareDataSliceOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'slice', options }, context);
export const prepareDataPatchJob: Job<PrepareDataPatchOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'patch', options }, context);
export const prepareDataRoiJob: Job<PrepareDataRoiOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'roi', options }, context);

/**
 * Throws the codes of `checkPrepareData`, `checkCaps`, `listSessions`, `readSessions` and `findMask`; `extraction-exists`;
 * `images-unusable` with one issue per session when an image is missing, doubled or damaged.
 */
async function prepareData(request: PrepareDataOptions, context: JobContext): Promise<PrepareDataResult> {
  checkPrepareData(request);
  const { options } = request;
  const caps = context.workspace.sub(options.caps_directory);
  await checkCaps(caps);
  const sessions =
    options.subjects_sessions_tsv === null
      ? await listSessions(caps)
      : readSessions(await context.workspace.read(options.subjects_sessions_tsv), options.subjects_sessions_tsv);

  const name = extractionFileName(options.extract_json ?? `extract_${Math.floor(context.now().getTime() / 1000)}`);
  const jsonPath = extractionPath(name);
  if ((await caps.kindOf(jsonPath)) !== undefined)
    throw appError('extraction-exists', { file: jsonPath, folder: options.caps_directory }, { where: jsonPath });

  const saved = 'save_features' in options && options.save_features;
  const json = describe(request, name, saved);
  const found = await findImages(caps, sessions, json.file_type, context.signal);
  for (const issue of [...found.notes, ...found.problems]) context.issue(issue);
  refuseAbsent(found.problems, sessions.length, options.caps_directory);
  if (found.problems.length > 0) throw unusable(found.problems.length, sessions.length, found.problems[0].message, options);
  context.log(`${found.rows.length} images to extract from ${options.caps_directory}.`);
  if (!saved && request.mode !== 'image')
    context.log(`Whole images are written; ${name} says how to cut each ${request.mode} while training.`);

  const masks = saved && json.mode === 'roi' ? await savedMasks(caps, json, found.rows[0]) : [];
  const cut: Extraction = saved ? extractionOfJson(json, masks) : { mode: 'image' };
  await checkHeaders(caps, found.rows, cut, options, context);
  const results = await extractAll(caps, found.rows, cut, saved ? json.mode : 'image', options, context);

  await caps.write(jsonPath, new TextEncoder().encode(printExtractionJson(json)));
  const tensors = results.flatMap((result) => result.written);
  context.log(`${tensors.length} tensors of ${results.length} sessions, described in ${jsonPath}.`);
  const written = [...tensors, jsonPath].map((path) => joinPath(options.caps_directory, path));
  return { sessions: results.length, tensors: tensors.length, json: written[written.length - 1], extract_json: name, written };
}

/** The JSON's content. Regions that are saved also name the masks, as ClinicaDL does with one process. */
function describe(request: PrepareDataOptions, extract_json: string, saved: boolean): ExtractionJson {
  const { options } = request;
  const { modality: preprocessing } = options;
  const custom = preprocessing === 'custom';
  const choice = { preprocessing, use_uncropped_image: custom ? null : options.use_uncropped_image };
  const common = {
    ...choice,
    prepare_dl: saved,
    ...(custom ? { custom_suffix: options.custom_suffix } : {}),
    ...(preprocessing === 'pet-linear'
      ? { tracer: options.tracer ?? '', suvr_reference_region: options.suvr_reference_region ?? '' }
      : {}),
    extract_json,
    file_type: fileTypeOf({ ...options, ...choice }),
  };
  switch (request.mode) {
    case 'image':
      return { ...common, mode: 'image' };
    case 'slice': {
      const { slice_direction, slice_mode, discarded_slices } = request.options;
      return { ...common, mode: 'slice', slice_direction, slice_mode, discarded_slices };
    }
    case 'patch': {
      const { patch_size, stride_size } = request.options;
      return { ...common, mode: 'patch', patch_size, stride_size };
    }
    case 'roi': {
      const { roi_list, roi_uncrop_output: uncropped_roi, roi_custom_template, roi_custom_mask_pattern } = request.options;
      const roi = { ...common, mode: 'roi' as const, roi_list, uncropped_roi, roi_custom_template, roi_custom_mask_pattern };
      if (!saved) return roi;
      const { template, pattern } = maskFamilyOf(roi);
      const masks_location = `${options.caps_directory}/${masksPath(template)}`;
      return { ...roi, roi_template: template, roi_mask_pattern: pattern, masks_location };
    }
  }
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

const unusable = (count: number, total: number, first: string, { caps_directory }: { caps_directory: string }): AppError =>
  appError('images-unusable', { count, total, first }, { where: caps_directory });

/** Runs `work` on each image; problems with images are collected, told, and then thrown as one. */
async function onEachImage<Result>(
  rows: readonly ImageRow[],
  limit: number,
  options: { readonly caps_directory: string },
  context: JobContext,
  work: (row: ImageRow) => Promise<Result>,
): Promise<Result[]> {
  const failures: AppError[] = [];
  const results = await mapParallel(rows, limit, async (row) => {
    context.signal.throwIfAborted();
    try {
      return [await work(row)];
    } catch (error) {
      if (!(error instanceof DataError) || error.where?.endsWith(row.path) !== true) throw error; // space, permission, options
      failures.push(error);
      return [];
    }
  });
  if (failures.length === 1) throw failures[0];
  for (const failure of failures) context.issue(issueOf(failure));
  if (failures.length > 0) throw unusable(failures.length, rows.length, failures[0].message, options);
  return results.flat();
}

/** Reads all headers, so that a wrong image is found before the first tensor is written. */
async function checkHeaders(
  caps: Folder,
  rows: readonly ImageRow[],
  cut: Extraction,
  options: { readonly caps_directory: string },
  context: JobContext,
): Promise<void> {
  await onEachImage(rows, context.readers.size * 4, options, context, async ({ path }) => {
    const { shape } = await context.readers.inspectImage({ caps, path }, context.signal);
    elementCount(cut, tripleOf(shape, path), path);
  });
}

async function extractAll(
  caps: Folder,
  rows: readonly ImageRow[],
  extraction: Extraction,
  mode: ExtractionMode,
  options: { readonly caps_directory: string; readonly modality: string; readonly n_proc: number },
  context: JobContext,
): Promise<ExtractSessionResult[]> {
  const parallel = Math.max(1, Math.min(options.n_proc, context.readers.size, rows.length));
  const left = timeLeft();
  let done = 0;
  const tell = (): void => {
    const secondsLeft = left.seconds(rows.length - done, parallel);
    const progress = { stage: 'extract', done, total: rows.length, unit: 'sessions' };
    context.report(secondsLeft === undefined ? progress : { ...progress, secondsLeft });
  };
  tell();
  return onEachImage(rows, parallel, options, context, async (row) => {
    const startedMs = performance.now();
    const outputPath = tensorsPath(row, mode, options.modality);
    const result = await context.readers.extractSession({ caps, imagePath: row.path, outputPath, extraction }, context.signal);
    left.add(performance.now() - startedMs);
    done++;
    tell();
    const where = sessionText(row);
    const { nanCount, constant } = result.notes;
    if (nanCount > 0) context.issue(makeIssue('nan-found', { count: nanCount, file: row.path }, where));
    if (constant) context.issue(makeIssue('image-constant', { file: row.path }, where));
    return result;
  });
}
