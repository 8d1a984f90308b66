/**
 * @file `training_summary.json` beside the weights of a best model: what the images that it was trained on are like, in numbers that name
 * nobody. This app's alone: ClinicaDL leaves such a file where it is.
 */
import { appError } from '../base/errors';
import type { Folder } from '../folders/folder';
import { type JsonObject, type JsonValue, readJson } from '../formats/json';
import { shown } from '../options/derive/check';
import { type NetworkNumber, summaryFile } from './layout';

export interface QuantileSummary {
  readonly probabilities: readonly number[];
  readonly mean: readonly number[];
  /** Null for one input. */
  readonly std: readonly number[] | null;
  readonly least: readonly number[];
  readonly greatest: readonly number[];
}

export interface FeatureSummary {
  readonly of: string;
  readonly mean: readonly number[];
  readonly std: readonly number[] | null;
}

export interface TrainingSummary {
  /** Participants with their sessions. */
  readonly images: number;
  /** Images, or their patches, regions or slices. */
  readonly inputs: number;
  readonly inputs_left_out: number;
  /** Channel first. */
  readonly shape: readonly number[];
  /** Along the axes of the image, in mm, after size reduction; null where the CAPS has no image that tells. */
  readonly voxel_size: readonly number[] | null;
  readonly normalized: boolean;
  /** Every CAPS of the training said that its images are simulated; null in summaries of older versions. */
  readonly simulated: boolean | null;
  readonly intensity: QuantileSummary;
  /** Null for networks without a last linear layer or a code, with too many of them, and where some are no numbers. */
  readonly features: FeatureSummary | null;
}

const digits = 7;
const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(digits)));

/** What the numbers mean, for whoever opens the file. */
function aboutOf({ normalized, features }: TrainingSummary): Record<string, string> {
  return {
    written_by: 'clinicadl-web; ClinicaDL does not read this file',
    intensity: `quantiles of all voxels of each input as the network gets it, ${
      normalized ? 'scaled to 0…1 by its own minimum and maximum' : 'without normalisation'
    }, without augmentation, linear between neighbours; then mean, standard deviation (n - 1) and range over inputs`,
    ...(features === null
      ? {}
      : {
          features:
            'of the trained network in evaluation, mean and standard deviation (n - 1) over inputs; of values with space the mean of each channel',
        }),
    simulated: 'whether every CAPS says in its dataset_description.json that no real person is in it; null: not known',
    inputs_left_out: 'with voxels that are no numbers or infinite',
    voxel_size: 'in mm, of the first image; null: not known',
  };
}

export function printSummary(summary: TrainingSummary): Uint8Array<ArrayBuffer> {
  const { intensity, features, voxel_size } = summary;
  const numbers = (values: readonly number[] | null): number[] | null => (values === null ? null : rounded(values));
  const json = {
    about: aboutOf(summary),
    ...summary,
    voxel_size: numbers(voxel_size),
    intensity: {
      probabilities: intensity.probabilities,
      mean: rounded(intensity.mean),
      std: numbers(intensity.std),
      least: rounded(intensity.least),
      greatest: rounded(intensity.greatest),
    },
    features: features === null ? null : { of: features.of, mean: rounded(features.mean), std: numbers(features.std) },
  };
  return new TextEncoder().encode(`${JSON.stringify(json, null, 1).replace(/\n +(?=-?[\d.]|\])/g, ' ')}\n`);
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null for a MAPS without one, as ClinicaDL and older versions wrote them. Throws `summary-value`. */
export async function readSummary(
  maps: Folder,
  split: number,
  metric: string,
  network: NetworkNumber,
): Promise<TrainingSummary | null> {
  const path = summaryFile(split, metric, network);
  if ((await maps.kindOf(path)) !== 'file') return null;
  const where = `${maps.name}/${path}`;
  const damaged = (key: string, found: unknown, expected: string): Error =>
    appError('summary-value', { file: where, key, found: shown(found), expected }, { where });
  const objectOf = (value: JsonValue | undefined, key: string): JsonObject => {
    if (!isObject(value)) throw damaged(key, value, 'an object');
    return value;
  };
  const numbers = (value: JsonValue | undefined, key: string, length?: number): number[] => {
    const right =
      Array.isArray(value) && value.every((one) => typeof one === 'number') && value.length === (length ?? value.length);
    if (!right) throw damaged(key, value, length === undefined ? 'a list of numbers' : `a list of ${length} numbers`);
    return value as number[];
  };
  const count = (value: JsonValue | undefined, key: string): number => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw damaged(key, value, 'a whole number');
    return value;
  };
  const json = objectOf(readJson(await maps.read(path), { where, maxBytes: 1 << 24 }), 'the whole file');
  const intensity = objectOf(json.intensity, 'intensity');
  const probabilities = numbers(intensity.probabilities, 'intensity.probabilities');
  const ofEach = (key: string): number[] => numbers(intensity[key], `intensity.${key}`, probabilities.length);
  if (typeof json.normalized !== 'boolean') throw damaged('normalized', json.normalized, 'true or false');
  const features = json.features === null ? null : objectOf(json.features, 'features');
  if (features !== null && typeof features.of !== 'string') throw damaged('features.of', features.of, 'text');
  const mean = features === null ? [] : numbers(features.mean, 'features.mean');
  return {
    images: count(json.images, 'images'),
    inputs: count(json.inputs, 'inputs'),
    inputs_left_out: count(json.inputs_left_out, 'inputs_left_out'),
    shape: numbers(json.shape, 'shape'),
    voxel_size: json.voxel_size === null ? null : numbers(json.voxel_size, 'voxel_size', 3),
    normalized: json.normalized,
    simulated: typeof json.simulated === 'boolean' ? json.simulated : null,
    intensity: {
      probabilities,
      mean: ofEach('mean'),
      std: intensity.std === null ? null : ofEach('std'),
      least: ofEach('least'),
      greatest: ofEach('greatest'),
    },
    features:
      features === null
        ? null
        : {
            of: features.of as string,
            mean,
            std: features.std === null ? null : numbers(features.std, 'features.std', mean.length),
          },
  };
}
