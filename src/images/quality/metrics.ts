/** @file What `quality-check t1-volume` and `pet-linear` measure. */
import { spanOf } from './slices';

const BINS = 10;

/** Of NumPy's `linspace`, whose last number is exact. */
function edgesOf(values: Float64Array): number[] {
  let [least, largest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  if (least === largest) [least, largest] = [least - 0.5, largest + 0.5];
  const step = (largest - least) / BINS;
  return Array.from({ length: BINS + 1 }, (_, i) => (i === BINS ? largest : i * step + least));
}

/** The last bin holds its upper edge. */
function binOf(value: number, edges: readonly number[]): number {
  let bin = -1;
  while (bin < BINS - 1 && edges[bin + 1] <= value) bin++;
  return bin;
}

function binsOf(values: Float64Array): Uint8Array {
  const edges = edgesOf(values);
  return Uint8Array.from(values, (value) => binOf(value, edges));
}

/** Of the joint histogram, with the natural logarithm. */
function mutualInformation(a: Uint8Array, b: Uint8Array): number {
  const joint = new Float64Array(BINS * BINS);
  for (let i = 0; i < a.length; i++) joint[a[i] * BINS + b[i]]++;
  const share = joint.map((count) => count / a.length);
  const [ofA, ofB] = [new Float64Array(BINS), new Float64Array(BINS)];
  for (const [cell, p] of share.entries()) {
    ofA[Math.floor(cell / BINS)] += p;
    ofB[cell % BINS] += p;
  }
  return share.reduce((sum, p, cell) => {
    if (p === 0) return sum;
    return sum + p * Math.log(p / (ofA[Math.floor(cell / BINS)] * ofB[cell % BINS]));
  }, 0);
}

/** 2·I(A, B) / (I(A, A) + I(B, B)). NaN where both are of one value. */
export function normalizedMutualInformation(first: Float64Array, second: Float64Array): number {
  const [a, b] = [binsOf(first), binsOf(second)];
  return (2 * mutualInformation(a, b)) / (mutualInformation(a, a) + mutualInformation(b, b));
}

export interface GreyMatter {
  readonly max_intensity: number;
  /** A share of all voxels, though ClinicaDL calls it a percentage. */
  readonly non_zero_percentage: number;
  readonly frontal_similarity: number;
}

/** `eyes`: a mask; `template`: the template in it. Null for an image with values that are no finite numbers. */
export function greyMatterMetrics(image: Float64Array, eyes: Float64Array, template: Float64Array): GreyMatter | null {
  let [largest, filled] = [-Infinity, 0];
  for (const value of image) {
    if (!Number.isFinite(value)) return null;
    if (value > largest) largest = value;
    if (value !== 0) filled++;
  }
  return {
    max_intensity: largest,
    non_zero_percentage: filled / image.length,
    frontal_similarity: normalizedMutualInformation(
      template,
      image.map((value, i) => value * eyes[i]),
    ),
  };
}

/** Below this share of the largest uptake there is none. */
const UPTAKE = 0.35;

/** 1 minus the mean uptake on the contour of the brain; null for an image of one value, or with values that are no numbers. */
export function petScore(image: Float64Array, contour: Float64Array): number | null {
  const span = spanOf(image);
  if (span === null) return null;
  const [least, largest] = span;
  let [outside, voxels] = [0, 0];
  for (const [i, value] of contour.entries()) {
    voxels += value;
    if (Math.trunc(value) !== 1) continue;
    const uptake = (image[i] - least) / (largest - least);
    if (uptake >= UPTAKE) outside += uptake;
  }
  return 1 - outside / voxels;
}
