/**
 * @file How each way out of the catalogue that a command can take is taken: what goes wrong, what the hint says, and the line then. By
 * code. Studies are the tiny one, prepared as `image`, with a MAPS `maps`, and `tsv/people.tsv` with ages and sexes.
 */
import { cohortSteps } from './cohorts';
import { generated } from './generated';
import { images } from './images';
import { labelSteps } from './labels';
import { lines } from './lines';
import { maps } from './maps';
import { quality } from './quality';
import type { Step } from './step';
import { tables } from './tables';

export const followed: Readonly<Record<string, Step>> = {
  ...images,
  ...generated,
  ...quality,
  ...tables,
  ...maps,
  ...lines,
  ...cohortSteps,
  ...labelSteps,
};
