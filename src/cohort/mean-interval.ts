/** @file The mean of some independent numbers with its 95 % interval by Student's t. */
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import { mean, sampleDeviation } from './statistics';

/** The value that Student's t stays below with a probability of 0.975. */
export function tQuantile975(freedom: number): number {
  let [low, high] = [0, 13];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (tCdf(middle, freedom) < 0.975) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Of two numbers or more. */
export function meanInterval(values: readonly number[]): { readonly mean: number; readonly low: number; readonly high: number } {
  const centre = mean(values);
  const half = (tQuantile975(values.length - 1) * sampleDeviation(values)) / Math.sqrt(values.length);
  return { mean: centre, low: centre - half, high: centre + half };
}
