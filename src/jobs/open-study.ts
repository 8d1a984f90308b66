/** @file The images behind a table: how they are cut, how big a sample is, and loaders over any rows. */
import { type AppError, appError, concernsOnly } from '../base/errors';
import { makeIssue } from '../base/issues';
import type { Loader } from '../batches/batch';
import { type Dataset, elementOf, joinDatasets, openDataset, type PartRow } from '../batches/dataset';
import { type ElementPlaces, elementPlaces } from '../batches/element-place';
import type { LabelReader } from '../batches/labels';
import { createLoader } from '../batches/loader';
import { emptyMemory } from '../batches/look-up-rows';
import { SampleCache } from '../batches/sample-cache';
import { unusableSessions } from '../batches/survey';
import { checkCaps } from '../caps/caps-index';
import { type SessionKey, sessionText } from '../caps/entities';
import { type ExtractionJson, extractionOf, printExtractionJson, readExtraction } from '../caps/extraction-json';
import { extractionPath } from '../caps/layout';
import type { Folder } from '../folders/folder';
import type { JsonObject } from '../formats/json';
import type { TransformOptions } from '../images/transforms';
import { type GroupRow, singleCohort } from '../maps/groups';
import type { NetworkNumber, PredictionLevel } from '../maps/layout';
import type { TrainOptions } from '../options/train';
import type { CohortCaps } from './cohorts';
import type { JobContext } from './job-context';

/** Normalised samples kept in memory: 60 whole brains. Those beyond are uncompressed files already, and are read again each time. */
const CACHE_BYTES = 1536 * 2 ** 20;

export interface StudyRequest {
  /** Of each cohort. */
  readonly caps: readonly CohortCaps[];
  /** Name of a file in `tensor_extraction`, or what a MAPS remembers of one. */
  readonly extraction: string | Readonly<Record<string, unknown>>;
  readonly transforms: TransformOptions;
}

export interface Study {
  readonly extraction: ExtractionJson;
  readonly mode: PredictionLevel;
  /**
   * Opens the images of some rows; labels become numbers by `labels`, or stay unknown without it. `expectedShape`: of a sample, where
   * a network asks for one. Throws what `openDataset` and `labels` throw.
   */
  open(rows: readonly GroupRow[], labels: LabelReader | null, expectedShape?: readonly number[]): Promise<StudyData>;
  /** Where the elements of its images lie in space. Throws what `elementPlaces` throws. */
  places(): Promise<ElementPlaces>;
}

/** What one network sees. */
export interface Samples {
  readonly loader: Loader;
  readonly elementsPerImage: number;
  /** Of every sample; undefined where it is not known. */
  readonly labels: readonly (number | undefined)[];
}

export interface StudyData extends Samples {
  /** Number of each element of an image, as predictions name it. */
  readonly elementIds: readonly number[];
  /** [c, d, h, w] or [c, h, w]. */
  readonly sampleShape: readonly number[];
  /** The first sample; undefined where there is none. */
  readonly first: (SessionKey & { readonly elementId: number }) | undefined;
  /** `participant | session` of each row. */
  readonly sessions: readonly string[];
  /** The samples of one network: those of its element, or all. What it keeps in memory goes with it. */
  of(network: NetworkNumber): Samples;
  /** True for an error about one of the samples. */
  concerns(error: unknown): boolean;
  /** The first error of each session whose samples cannot be used; everything is read once. */
  unusable(): Promise<ReadonlyMap<string, AppError>>;
}

export async function openStudy(request: StudyRequest, context: JobContext): Promise<Study> {
  const { transforms } = request;
  const cohorts = request.caps.map(({ cohort, path }) => ({ cohort, caps: context.workspace.sub(path), memory: emptyMemory() }));
  for (const { caps } of cohorts) await checkCaps(caps);
  const extraction =
    typeof request.extraction === 'string'
      ? await extractionOfCohorts(
          cohorts.map(({ caps }) => caps),
          request.extraction,
          context,
        )
      : extractionOf(request.extraction as JsonObject, 'maps.json');
  const [{ caps: masksIn }] = cohorts;
  const { readers, signal } = context;
  const cohortOf = new Map<string, number>();
  let kept: { readonly network: NetworkNumber; readonly cache: SampleCache } = {
    network: null,
    cache: new SampleCache(CACHE_BYTES),
  };
  /** What one network reads goes when another begins. */
  const cacheOf = (network: NetworkNumber): SampleCache => {
    if (kept.network !== network) kept = { network, cache: new SampleCache(CACHE_BYTES) };
    return kept.cache;
  };
  return {
    extraction,
    mode: extraction.mode,
    async places() {
      const parts = await Promise.all(
        cohorts.map(({ caps }) => elementPlaces({ caps, masksIn, extraction, transforms, readers, signal })),
      );
      return (session, element) => parts[cohortOf.get(sessionText(session)) ?? 0](session, element);
    },
    async open(rows, labels, expectedShape) {
      const own: GroupRow[][] = cohorts.map(() => []);
      const order = rows.map((row): PartRow => {
        const part = cohorts.length === 1 ? 0 : cohorts.findIndex(({ cohort }) => cohort === row.cohort);
        if (part < 0) throw cohortUnknown(row, request.caps);
        cohortOf.set(sessionText(row), part);
        return { part, row: own[part].push(row) - 1 };
      });
      const parts: (Dataset | undefined)[] = [];
      let shape = expectedShape;
      for (const [i, { caps, memory }] of cohorts.entries()) {
        if (own[i].length === 0 && rows.length > 0) {
          parts.push(undefined);
          continue;
        }
        const part = await openDataset({
          caps,
          masksIn,
          rows: own[i].map((row) => ({
            participant_id: row.participant_id,
            session_id: row.session_id,
            label: labels === null || row.label === null ? undefined : labels(row, sessionText(row)),
          })),
          extraction,
          transforms,
          ...(shape === undefined ? {} : { expectedShape: shape }),
          readers,
          signal,
          memory,
          report: (done, total) => context.report({ stage: 'check', done, total, unit: 'sessions' }),
          issue: (issue) => context.issue(issue),
        });
        checkElements(part, parts, caps.name);
        shape = part.sampleShape;
        parts.push(part);
      }
      const dataset = joined(parts, order);
      const told = new Set<string>();
      const samplesOf = (some: Dataset, network: NetworkNumber): Samples => ({
        loader: createLoader({
          dataset: some,
          readers,
          cache: cacheOf(network),
          told,
          issue: (issue) => context.issue(issue),
        }),
        elementsPerImage: some.elementsPerImage,
        labels: Array.from({ length: some.size }, (_, n) => some.request(n).label),
      });
      const whole = samplesOf(dataset, null);
      const requests = Array.from({ length: dataset.size }, (_, n) => dataset.request(n));
      return {
        ...whole,
        of: (network) => (network === null ? whole : samplesOf(elementOf(dataset, network), network)),
        elementIds: requests.slice(0, dataset.elementsPerImage).map((sample) => sample.elementId),
        sampleShape: dataset.sampleShape,
        first: requests[0],
        sessions: rows.map(sessionText),
        concerns: (error) => requests.some(({ path }) => concernsOnly(path, error)),
        unusable: () => unusableSessions(requests, readers, signal),
      };
    },
  };
}

/** One data set stays as it is. */
function joined(parts: readonly (Dataset | undefined)[], order: readonly PartRow[]): Dataset {
  const there = parts.flatMap((part) => part ?? []);
  if (there.length === 1) return there[0];
  const number = new Map(parts.flatMap((part, i) => (part === undefined ? [] : [i])).map((part, i) => [part, i]));
  return joinDatasets(
    there,
    order.map(({ part, row }) => ({ part: number.get(part)!, row })),
  );
}

/** Throws `cohort-elements` where the images of one cohort have another number of elements than those before. */
function checkElements({ elementsPerImage }: Dataset, before: readonly (Dataset | undefined)[], caps: string): void {
  const expected = before.find((part) => part !== undefined)?.elementsPerImage ?? elementsPerImage;
  if (elementsPerImage !== expected)
    throw appError('cohort-elements', { caps, found: elementsPerImage, expected }, { where: caps });
}

const cohortUnknown = (row: GroupRow, caps: readonly CohortCaps[]): Error => {
  const { cohort = singleCohort } = row;
  const where = sessionText(row);
  return appError('cohort-unknown', { cohort, path: where, there: caps.map((one) => one.cohort).join(', ') }, { where });
};

/** The JSON file of the first CAPS that has it; tells of one that says something else (`cohort-extraction`). */
async function extractionOfCohorts(
  caps: readonly Folder[],
  name: string,
  { issue }: Pick<JobContext, 'issue'>,
): Promise<ExtractionJson> {
  const having: Folder[] = [];
  for (const folder of caps) if ((await folder.kindOf(extractionPath(name))) === 'file') having.push(folder);
  const [first = caps[0], ...others] = having;
  const extraction = await readExtraction(first, name);
  for (const other of others)
    if (printExtractionJson(await readExtraction(other, name)) !== printExtractionJson(extraction))
      issue(makeIssue('cohort-extraction', { name: extractionPath(name), first: first.name, other: other.name }, other.name));
  return extraction;
}

/** The transforms that a training's options ask for. */
export function transformsOf(
  options: Pick<TrainOptions, 'normalize' | 'size_reduction' | 'size_reduction_factor'>,
): TransformOptions {
  return { normalize: options.normalize, sizeReductionFactor: options.size_reduction ? options.size_reduction_factor : null };
}
