/** @file How near a reconstruction is to its image: MAE, RMSE, PSNR and SSIM of each sample, and their means. */
import { mean, pairwiseSum } from '../../base/numpy-sums';
import { ssim } from './similarity';
import { real, type Statistic } from './statistic';

/** In the order of the columns. */
export interface Nearness {
  /** float32 numbers. */
  readonly MAE: number;
  readonly RMSE: number;
  /** In decibels; infinite for identical images. */
  readonly PSNR: number;
  readonly SSIM: number;
}

/** Of two images [c, h, w] or [c, d, h, w]. */
export function nearness(shape: readonly number[], image: Float32Array, reconstruction: Float32Array): Nearness {
  const errors = image.map((value, i) => value - reconstruction[i]);
  const squares = errors.map((error) => error * error);
  return {
    MAE: mean(errors.map(Math.abs)),
    RMSE: Math.fround(Math.sqrt(mean(squares))),
    PSNR: psnr(image, squares),
    SSIM: ssim(shape, image, reconstruction),
  };
}

/**
 * 10·log₁₀(range² / mean squared error). The range is that of images from 0 to 1, or from −1 to 1 where one value is negative, as
 * scikit-image takes it for floats; for other images, on which ClinicaDL 1.6.1 fails, it is the distance of their own extremes.
 */
function psnr(image: Float32Array, squares: Float32Array): number {
  const least = image.reduce((a, b) => Math.min(a, b), Infinity);
  const most = image.reduce((a, b) => Math.max(a, b), -Infinity);
  const inside = least >= -1 && most <= 1;
  const range = inside ? (least >= 0 ? 1 : 2) : most - least;
  const error = pairwiseSum(Float64Array.from(squares)) / squares.length;
  return 10 * Math.log10((range * range) / error);
}

const single: readonly (keyof Nearness)[] = ['MAE', 'RMSE'];

export const isSingle = (name: keyof Nearness): boolean => single.includes(name);

/** The mean of every metric over rows with these values, in the order of the TSV columns. */
export function reconstructionStatistics(rows: readonly Nearness[], names: readonly (keyof Nearness)[]): Statistic[] {
  return names.map((name) => {
    const values = rows.map((row) => row[name]);
    const meanOf = (taken: ArrayLike<number>): number => {
      const own = (row: number): number => values[row];
      return mean(isSingle(name) ? Float32Array.from(taken, own) : Float64Array.from(taken, own));
    };
    return { name, single: isSingle(name), of: (taken) => real(meanOf(taken)) };
  });
}
