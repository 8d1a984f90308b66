/** @file `prepare-data image`, `slice`, `patch` and `roi`: of a CAPS, or of each CAPS of a table of cohorts. */
import { checkCaps } from '../caps/caps-index';
import { extractionFileName } from '../caps/layout';
import {
  asCustom,
  checkPrepareData,
  type PrepareDataImageOptions,
  type PrepareDataOptions,
  type PrepareDataPatchOptions,
  type PrepareDataRoiOptions,
  type PrepareDataSliceOptions,
} from '../options/prepare-data';
import { cohortCaps } from './cohorts';
import type { Job, JobContext } from './job-context';
import { type Preparation, type PrepareDataResult, prepareFolder, refuseExisting } from './prepare-folder';

export const prepareDataImageJob: Job<PrepareDataImageOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'image', options }, context);
export const prepareDataSliceJob: Job<PrepareDataSliceOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'slice', options }, context);
export const prepareDataPatchJob: Job<PrepareDataPatchOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'patch', options }, context);
export const prepareDataRoiJob: Job<PrepareDataRoiOptions, PrepareDataResult> = (options, context) =>
  prepareData({ mode: 'roi', options }, context);

/** The name of an extraction's JSON, with `.json`; without one it is made from the clock, as ClinicaDL does. */
export const nameOfJson = (given: string | null, { now }: Pick<JobContext, 'now'>): string =>
  extractionFileName(given ?? `extract_${Math.floor(now().getTime() / 1000)}`);

/** Throws the codes of `checkPrepareData`, `cohortCaps`, `checkCaps` and `prepareFolder`; of cohorts, all are looked at before the first. */
async function prepareData(request: PrepareDataOptions, context: JobContext): Promise<PrepareDataResult> {
  checkPrepareData(request);
  const { caps_directory, extract_json } = request.options;
  const name = nameOfJson(extract_json, context);
  const isTable = caps_directory.endsWith('.tsv');
  const cohorts: Preparation[] = [];
  for (const { path } of await cohortCaps(caps_directory, isTable, context)) {
    const caps = context.workspace.sub(path);
    await checkCaps(caps);
    const own = asCustom({ ...request, options: { ...request.options, caps_directory: path } } as PrepareDataOptions);
    const place = { request: own, name, caps };
    await refuseExisting(place);
    cohorts.push({ ...place, shown: path, sessions: caps, images: caps, imagePath: (image) => image });
  }
  const results: PrepareDataResult[] = [];
  for (const cohort of cohorts) results.push(await prepareFolder(cohort, context));
  const [{ json }] = results;
  return {
    sessions: results.reduce((sum, one) => sum + one.sessions, 0),
    tensors: results.reduce((sum, one) => sum + one.tensors, 0),
    json,
    extract_json: name,
    written: results.flatMap(({ written }) => written),
  };
}
