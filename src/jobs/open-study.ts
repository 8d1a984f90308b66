/** @file The images behind a table: how they are cut, how big a sample is, and loaders over any rows. */
import { type AppError, concernsOnly } from '../base/errors';
import type { Loader } from '../batches/batch';
import { type Dataset, openDataset } from '../batches/dataset';
import { type ElementPlaces, elementPlaces } from '../batches/element-place';
import type { LabelReader } from '../batches/labels';
import { createLoader } from '../batches/loader';
import { emptyMemory } from '../batches/look-up-rows';
import { SampleCache } from '../batches/sample-cache';
import { unusableSessions } from '../batches/survey';
import { checkCaps } from '../caps/caps-index';
import { sessionText } from '../caps/entities';
import { type ExtractionJson, extractionOf, readExtraction } from '../caps/extraction-json';
import type { JsonObject } from '../formats/json';
import type { TransformOptions } from '../images/transforms';
import type { GroupRow } from '../maps/groups';
import type { PredictionLevel } from '../maps/layout';
import type { TrainOptions } from '../options/train';
import type { JobContext } from './job-context';

/** Normalised samples kept in memory: 60 whole brains. Those beyond are uncompressed files already, and are read again each time. */
const CACHE_BYTES = 1536 * 2 ** 20;

export interface StudyRequest {
  /** Path of the CAPS in the workspace. */
  readonly capsDirectory: string;
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

export interface StudyData {
  readonly loader: Loader;
  readonly elementsPerImage: number;
  /** Number of each element of an image, as predictions name it. */
  readonly elementIds: readonly number[];
  /** Of every sample; undefined where it is not known. */
  readonly labels: readonly (number | undefined)[];
  /** [c, d, h, w] or [c, h, w]. */
  readonly sampleShape: readonly number[];
  /** `participant | session` of each row. */
  readonly sessions: readonly string[];
  /** True for an error about one of the samples. */
  concerns(error: unknown): boolean;
  /** The first error of each session whose samples cannot be used; everything is read once. */
  unusable(): Promise<ReadonlyMap<string, AppError>>;
}

export async function openStudy(request: StudyRequest, context: JobContext): Promise<Study> {
  const caps = context.workspace.sub(request.capsDirectory);
  await checkCaps(caps);
  const extraction =
    typeof request.extraction === 'string'
      ? await readExtraction(caps, request.extraction)
      : extractionOf(request.extraction as JsonObject, 'maps.json');
  const memory = emptyMemory();
  const cache = new SampleCache(CACHE_BYTES);
  return {
    extraction,
    mode: extraction.mode,
    places: () =>
      elementPlaces({ caps, extraction, transforms: request.transforms, readers: context.readers, signal: context.signal }),
    async open(rows, labels, expectedShape) {
      const dataset: Dataset = await openDataset({
        caps,
        rows: rows.map((row) => ({
          participant_id: row.participant_id,
          session_id: row.session_id,
          label: labels === null || row.label === null ? undefined : labels(row, sessionText(row)),
        })),
        extraction,
        transforms: request.transforms,
        ...(expectedShape === undefined ? {} : { expectedShape }),
        readers: context.readers,
        signal: context.signal,
        memory,
        report: (done, total) => context.report({ stage: 'check', done, total, unit: 'sessions' }),
        issue: (issue) => context.issue(issue),
      });
      const loader = createLoader({
        dataset,
        readers: context.readers,
        cache,
        issue: (issue) => context.issue(issue),
      });
      const requests = Array.from({ length: dataset.size }, (_, n) => dataset.request(n));
      return {
        loader,
        labels: requests.map((sample) => sample.label),
        elementsPerImage: dataset.elementsPerImage,
        elementIds: requests.slice(0, dataset.elementsPerImage).map((sample) => sample.elementId),
        sampleShape: dataset.sampleShape,
        sessions: rows.map(sessionText),
        concerns: (error) => requests.some(({ path }) => concernsOnly(path, error)),
        unusable: () => unusableSessions(requests, context.readers, context.signal),
      };
    },
  };
}

/** The transforms that a training's options ask for. */
export function transformsOf(
  options: Pick<TrainOptions, 'normalize' | 'size_reduction' | 'size_reduction_factor'>,
): TransformOptions {
  return { normalize: options.normalize, sizeReductionFactor: options.size_reduction ? options.size_reduction_factor : null };
}
