/** @file `--profiler` of whole trainings, where the processor computes. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { filesBelow } from './road-files';
import { tinyRoad, tinyTraining } from './road-study';

let study: Road;
beforeAll(async () => {
  study = await tinyRoad();
});

const profilesIn = async (maps: string): Promise<string[]> =>
  (await filesBelow(study.workspace.sub(maps))).filter((path) => path.startsWith('profiler/'));

describe('--profiler', () => {
  it('writes a trace of the steps after the fourth, and says in information.log that its times are those of the host', async () => {
    const { output, written } = await study.must(tinyTraining('maps', '--profiler'));
    const path = 'profiler/clinicadl_02-17-29/split-0.pt.trace.json';
    expect(await profilesIn('maps')).toEqual([path]);
    expect(written).toContain(`maps/${path}`);
    const trace = JSON.parse(await study.text(`maps/${path}`));
    expect(trace.otherData).toMatchObject({ backend: 'wasm', steps: 2, first_step: 4, program: 'clinicadl-web 0.0.0' });
    const steps = trace.traceEvents.filter(({ cat }: { cat?: string }) => cat === 'step');
    expect(steps.map(({ name }: { name: string }) => name)).toEqual(['step 4', 'step 5']);
    const told = `${path}: 2 steps, host times (performance.now), because the processor computes`;
    expect(await study.text('maps/information.log')).toContain(`- Profile :\t${told}\n`);
    expect(output.some((line) => line.startsWith('Profile of split 0: 2 steps, host times'))).toBe(true);
    expect(JSON.parse(await study.text('maps/maps.json'))).toMatchObject({ profiler: true });
  });

  it('says so where a training is too short, and changes no number', async () => {
    const { output } = await study.must(tinyTraining('maps_short', '--profiler --epochs 1'));
    expect(await profilesIn('maps_short')).toEqual([]);
    expect(output).toContain('No profile of split 0: the first 4 steps are left out, and there were no more.');
    await study.must(tinyTraining('maps_plain'));
    const weights = (maps: string) => study.workspace.read(`${maps}/split-0/best-loss/model.pth.tar`);
    expect(await weights('maps_plain')).toEqual(await weights('maps'));
    expect(await profilesIn('maps_plain')).toEqual([]);
  });
});
