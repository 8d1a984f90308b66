/** @file What a run leaves for people beside its results, when it ends or is stopped: a tracker's file, and the energy it took. */
import type { JsonObject } from '../formats/json';
import { addEmissions } from '../maps/emissions';
import { readParameters } from '../maps/maps';
import { writeTracking } from '../maps/tracking';
import type { JobContext } from './job-context';
import type { Training } from './plan-training';

/** `seconds`: of the run in this split. */
export async function recordRun(
  { maps, mapsPath, networks, options }: Pick<Training, 'maps' | 'mapsPath' | 'networks' | 'options'>,
  split: number,
  seconds: number,
  { log }: Pick<JobContext, 'log'>,
): Promise<void> {
  if (options.track_exp !== '') {
    const name = mapsPath.split('/').at(-1) ?? mapsPath;
    const parameters = (await readParameters(maps)) as JsonObject;
    for (const network of networks) await writeTracking(maps, { split, network }, name, parameters);
  }
  if (!options.emissions_calculator) return;
  const { watts, grams_per_kwh } = options;
  if (watts === null) {
    log('emissions_calculator: the energy of this run is not known, as --watts is an option of the first line of a training.');
    return;
  }
  const { kwh, grams } = await addEmissions(maps, split, seconds, { watts, gramsPerKwh: grams_per_kwh });
  const carbon = grams === null ? '' : `, ${grams.toPrecision(3)} g of CO₂ at ${grams_per_kwh} g/kWh`;
  log(`Split ${split} took ${kwh.toPrecision(3)} kWh: ${seconds.toFixed(0)} s at ${watts} W, as --watts says${carbon}.`);
}
