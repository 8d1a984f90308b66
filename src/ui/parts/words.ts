/** @file How the page says numbers, times, sizes and names. */
import type { Progress } from '../../base/job';
import type { PredictionLevel } from '../../maps/layout';

/** `0.4 s`, `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${Math.max(0.1, seconds).toFixed(1)} s`;
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 || whole >= 600 ? '' : ` ${whole % 60} s`}`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Rounded so that it does not jump with each report: `about 2 min left`. */
export function timeLeft(seconds: number): string {
  if (seconds < 5) return 'a few seconds left';
  if (seconds < 60) return `about ${Math.ceil(seconds / 5) * 5} s left`;
  if (seconds < 3600) return `about ${Math.ceil(seconds / 60)} min left`;
  return `about ${duration(Math.ceil(seconds / 300) * 300)} left`;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** `1.4 GB`, in powers of 1000. */
export function fileSize(sizeBytes: number): string {
  const power = sizeBytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(sizeBytes) / 3));
  const value = sizeBytes / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** `1 session`, `12 sessions`, `0 people`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

/** A metric or share with three digits after the point; `∞` for an infinite one, `–` for what is not a number. */
export function decimal(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return Number.isFinite(value) ? value.toFixed(digits) : value > 0 ? '∞' : '−∞';
}

const elementNames: Readonly<Record<PredictionLevel, readonly [one: string, many: string]>> = {
  image: ['image', 'images'],
  patch: ['patch', 'patches'],
  roi: ['region', 'regions'],
  slice: ['slice', 'slices'],
};

/** `image`, `patch`: what a row of a level is. */
export function elementOf(level: PredictionLevel): string {
  return elementNames[level][0];
}

/** `images`, `patches`: what the rows of a level are. */
export function elementsOf(level: PredictionLevel): string {
  return elementNames[level][1];
}

/** `n = 40 images`, `n = 80 regions of 40 images`: what the numbers of a result are about. */
export function sampleSize(level: PredictionLevel, n: number, images: number | null): string {
  const elements = `n = ${count(n, ...elementNames[level])}`;
  return level === 'image' || images === null ? elements : `${elements} of ${count(images, 'image')}`;
}

/** A p-value as papers print it. */
export function pValue(p: number | null): string {
  if (p === null) return 'cannot be computed';
  return p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`;
}

/** `12 / 40 sessions` */
export function progressCount({ done, total, unit }: Progress): string {
  return total > 0 ? `${done.toLocaleString('en')} / ${total.toLocaleString('en')} ${unit}` : unit;
}

const commandTitles: readonly (readonly [prefix: string, title: string])[] = [
  ['doctor', 'Import doctor'],
  ['simulate', 'Simulate the sample study'],
  ['quality-check by-eye', 'Make the table of a check by eye'],
  ['quality-check compare', 'Compare two raters'],
  ['quality-check', 'Check the quality of images'],
  ['generate', 'Generate data'],
  ['make-masks', 'Make masks'],
  ['add-mask', 'Add a mask'],
  ['play-leak', 'Play a leak'],
  ['prepare-data', 'Prepare data'],
  ['tsvtools split', 'Split the cohort'],
  ['tsvtools kfold', 'Make folds'],
  ['tsvtools prepare-experiment', 'Prepare the experiment'],
  ['tsvtools analysis', 'Describe the cohort'],
  ['tsvtools', 'Make tables'],
  ['train resume', 'Resume training'],
  ['train from_json', 'Repeat a training'],
  ['random-search', 'Random search'],
  ['import-results', 'Open results of 0.2'],
  ['export-model', 'Hand over a model'],
  ['export-onnx', 'Export a model'],
  ['leak-check', 'Look for leaks'],
  ['describe', 'Describe for a paper'],
  ['train', 'Train'],
  ['predict', 'Predict'],
  ['interpret', 'Interpret'],
];

/** What a command line does, in two or three words. */
export function titleOfLine(line: string): string {
  const command = line.trim().replace(/^[!%$>]?\s*(clinicadl\s+)?/, '');
  return commandTitles.find(([prefix]) => command.startsWith(prefix))?.[1] ?? 'Command';
}
