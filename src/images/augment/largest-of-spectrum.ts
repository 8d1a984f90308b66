/** @file The value of a spectrum with the largest real part: of an image without negative values the sum of its voxels, else by transform. */
import { fourier } from './fourier';

/** Real parts that differ by less, relative to the largest, are one: a frequency and its opposite. */
const ROUNDING = 1e-12;

/**
 * [real, imaginary]. Of a frequency and its opposite, whose real parts are equal, the one with the larger imaginary part, as NumPy orders complex
 * numbers; where they are not equal in NumPy for rounding, it may take the other.
 */
export function largestOfSpectrum(data: Float32Array, shape: readonly number[]): readonly [number, number] {
  let sum = 0;
  let negative = false;
  for (const value of data) {
    sum += value;
    negative ||= value < 0;
  }
  if (!negative) return [sum, 0];
  const { real, imaginary } = fourier(data, shape);
  let best = 0;
  for (let i = 1; i < real.length; i++) {
    const more = real[i] - real[best];
    const near = ROUNDING * Math.abs(real[best]);
    if (more > near || (more > -near && imaginary[i] > imaginary[best])) best = i;
  }
  return [real[best], imaginary[best]];
}
