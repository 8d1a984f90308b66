/**
 * @file Which values an image or an element of one may hold: decided here alone, so that `prepare-data` and training answer alike.
 *
 * ClinicaDL 1.6.1 replaces values only where there is a NaN, and scales without a guard: an element of one value becomes NaN, and
 * so does one with an infinite value.
 */
import { appError } from '../base/errors';

/** Largest float32: what stands for +∞ beside NaN. */
export const largest = 3.4028234663852886e38;

export interface ValueFacts {
  readonly nanCount: number;
  /** After NaN → 0 and, only where there is a NaN, ±∞ → ±`largest`. */
  readonly min: number;
  readonly max: number;
}

/** What the values are; nothing is changed. An empty array has the range [∞, −∞]. */
export function factsOf(data: Float32Array<ArrayBuffer>): ValueFacts {
  let nanCount = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    // False for NaN, too; true for few values once the range is known.
    if (value >= min && value <= max) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    if (Number.isNaN(value)) nanCount++;
  }
  if (nanCount === 0) return { nanCount, min, max };
  return { nanCount, min: Math.max(Math.min(min, 0), -largest), max: Math.min(Math.max(max, 0), largest) };
}

export interface Judgement {
  /** The values are to be scaled to 0…1, as a training does unless told. */
  readonly normalize: boolean;
  /** They are a whole image, which is then all that the network sees of a session. */
  readonly whole: boolean;
}

/**
 * True when all values are equal. Throws `values-infinite` for infinite values, or values too far apart to be scaled, and
 * `image-constant` for a whole image of one value that is to be scaled; `where` is the file.
 */
export function judgeValues({ min, max }: ValueFacts, { normalize, whole }: Judgement, where: string): boolean {
  if (max < min) return false;
  const reach = normalize ? Math.fround(max - min) : Math.max(max, -min);
  if (!Number.isFinite(reach)) throw appError('values-infinite', { file: where }, { where });
  const constant = normalize ? reach === 0 : min === max;
  if (constant && normalize && whole) throw appError('image-constant', { file: where }, { where });
  return constant;
}

/** Share of the range within which voxels are one value to a network. */
const indistinct = 1e-6;

/**
 * Voxels that lie so far from the others that those become one value when they are scaled to 0…1: one in 100,000 of an image or fewer,
 * at least one; 0 where there is contrast.
 */
export function outliersOf(data: Float32Array<ArrayBuffer>, { min, max }: ValueFacts): number {
  const reach = max - min;
  if (!(reach > 0) || !Number.isFinite(reach)) return 0;
  const most = Math.max(1, Math.floor(data.length / 100_000));
  let [high, low] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if (data[i] - min > indistinct * reach) high++;
    if (max - data[i] > indistinct * reach) low++;
    if (high > most && low > most) return 0;
  }
  return Math.min(high, low);
}

/** True when an element cut from values with these facts may be refused, so that each has to be looked at. */
export function mayHoldInfinite({ min, max, nanCount }: ValueFacts): boolean {
  return nanCount > 0 ? max >= largest || min <= -largest : !Number.isFinite(Math.fround(max - min));
}
