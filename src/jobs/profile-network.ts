/** @file `--profiler`: the file of a network's first steps, and the line of information.log that tells what its times are. */
import { StepProfiler } from '../engine/step-profiler';
import type { Folder } from '../folders/folder';
import { addProfile } from '../maps/description';
import { informationFile, type NetworkNumber, profileFile } from '../maps/layout';
import { clockText, printTrace } from '../maps/profile-trace';
import type { TrainOptions } from '../options/train';
import type { JobContext } from './job-context';

const encoder = new TextEncoder();

/** Null where no profile is asked for. */
export const profilerOf = ({ profiler, ssda_network }: Pick<TrainOptions, 'profiler' | 'ssda_network'>): StepProfiler | null =>
  profiler ? new StepProfiler(undefined, ssda_network ? 3 : 1) : null;

/** Of the training of one network that begins, or goes on, now. `name`: of the network, in reports. */
export function startProfile(
  profiler: StepProfiler | null,
  maps: Folder,
  place: { readonly split: number; readonly network: NetworkNumber },
  name: string,
  { now, version, log }: JobContext,
): void {
  const path = profileFile(now(), place);
  profiler?.start(async (profile) => {
    await maps.write(path, encoder.encode(printTrace(profile, `clinicadl-web ${version}`)));
    const told = `${profile.steps.length} steps, ${clockText(profile)}`;
    if ((await maps.kindOf(informationFile)) === 'file') {
      const text = new TextDecoder().decode(await maps.read(informationFile));
      await maps.write(informationFile, encoder.encode(addProfile(text, path, told)));
    }
    log(`Profile of ${name}: ${told}. ${path} opens in chrome://tracing or Perfetto.`);
  });
}

/** Tells when there was nothing to record. */
export async function finishProfile(profiler: StepProfiler | null, name: string, { log }: JobContext): Promise<void> {
  if (profiler === null || (await profiler.finish())) return;
  log(`No profile of ${name}: the first 4 steps are left out, and there were no more.`);
}
