/** @file What options of an earlier training, here or in Python, come to when they are used again. */
import { isOwnEnvironment } from '../maps/description';
import type { TrainOptions } from '../options/train';
import { isNetworkName, networkRow } from '../vocabulary/networks';
import type { JobContext } from './job-context';

/** Python's ClinicaDL writes the option although a network with a dropout of its own does not read it. */
export function dropoutThere(environment: string, { architecture, dropout }: TrainOptions): number | null {
  const isOwn = isNetworkName(architecture) && networkRow(architecture).ownDropout !== undefined;
  return isOwn && environment !== '' && !isOwnEnvironment(environment) ? null : dropout;
}

/** `amp`, unless this device has no 16-bit numbers, which is told. `what`: `the rest is trained`. */
export async function halfWherePossible(
  { amp }: Pick<TrainOptions, 'amp'>,
  what: string,
  { backend, log }: Pick<JobContext, 'backend' | 'log'>,
): Promise<boolean> {
  if (!amp) return false;
  const { half } = await backend();
  if (!half) log(`This device does not store activations as 16-bit numbers: ${what} with 32.`);
  return half;
}
