/** @file The trace as the JSON trace event format has it: names of processes, whole events in microseconds. */
import { expect, it } from 'vitest';
import type { StepProfile } from '../engine/step-profiler';
import { printTrace } from './profile-trace';

const backend = { name: 'wasm', adapter: 'wasm simd, 2 threads', software: true, limits: {}, half: false, reason: '' } as const;
const profile: StepProfile = {
  backend,
  first: 4,
  steps: [{ name: 'step 4', from: 1000, to: 1012.5 }],
  calls: [{ name: 'accumulate', from: 1000.25, to: 1010 }],
  work: [{ name: 'work of step 4', from: 1000, to: 1011 }],
  kernels: null,
  kernelsLeftOut: 0,
};

interface Read {
  readonly otherData: Readonly<Record<string, unknown>>;
  readonly traceEvents: readonly Readonly<Record<string, unknown>>[];
}
const read = (one: StepProfile): Read => JSON.parse(printTrace(one, 'clinicadl-web 0')) as Read;
const wholeOf = ({ traceEvents }: Read, pid: number) => traceEvents.filter((event) => event.ph === 'X' && event.pid === pid);
const processOf = ({ traceEvents }: Read, pid: number) =>
  (traceEvents.find((event) => event.name === 'process_name' && event.pid === pid)!.args as { name: string }).name;

it('host times are called so, in the metadata and in the name of the process', () => {
  const trace = read(profile);
  expect(wholeOf(trace, 1)).toEqual([
    { ph: 'X', name: 'step 4', cat: 'step', pid: 1, tid: 1, ts: 0, dur: 12500 },
    { ph: 'X', name: 'accumulate', cat: 'call', pid: 1, tid: 1, ts: 250, dur: 9750 },
  ]);
  expect(wholeOf(trace, 2)).toMatchObject([{ name: 'work of step 4', ts: 0, dur: 11000 }]);
  expect(trace.otherData.device_times).toBe('host times (performance.now), because the processor computes');
  expect(processOf(trace, 2)).toContain('host times (performance.now)');
  const gpu = read({ ...profile, backend: { ...backend, name: 'webgpu', adapter: 'x' } });
  expect(processOf(gpu, 2)).toBe('webgpu, x: host times (performance.now), because it has no timestamp-query');
});

it('timestamps of a device begin with its first kernel', () => {
  const at = 7e9 + 0.123456;
  const kernels = [[], [{ name: 'a', from: at, to: at + 0.5 }], [{ name: 'b', from: at + 2, to: at + 2 }]];
  const trace = read({ ...profile, backend: { ...backend, name: 'webgpu', adapter: 'x' }, kernels, kernelsLeftOut: 2 });
  expect(wholeOf(trace, 2)).toMatchObject([
    { name: 'a', cat: 'kernel', ts: 0, dur: 500 },
    { name: 'b', ts: 2000, dur: 0 },
  ]);
  expect(trace.otherData).toMatchObject({ device_times: 'GPU timestamps (timestamp-query) of x', kernels_left_out: 2, steps: 1 });
  expect(processOf(trace, 2)).toContain('GPU timestamps (timestamp-query) of x');
});
