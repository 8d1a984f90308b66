/** @file The profile of some training steps as a Chrome trace: JSON that chrome://tracing, Perfetto and TensorBoard open. */
import type { Span, StepProfile } from '../engine/step-profiler';

/** What the times of the device are, in words. */
export function clockText({ kernels, backend }: Pick<StepProfile, 'kernels' | 'backend'>): string {
  if (kernels !== null) return `GPU timestamps (timestamp-query) of ${backend.adapter}`;
  const why = backend.name === 'webgpu' ? 'it has no timestamp-query' : 'the processor computes';
  return `host times (performance.now), because ${why}`;
}

interface TraceEvent {
  readonly ph: 'X' | 'M';
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts?: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly args?: Readonly<Record<string, string | number>>;
}

const host = 1;
const device = 2;

/** Microseconds, of which three decimals are kept. */
const micro = (ms: number): number => Math.round(ms * 1e6) / 1e3;

/**
 * Events of the processor (pid 1: steps, and the calls inside of them) and of the device (pid 2: kernels one after the other). Times
 * begin with the first step; the clock of a device is not that of the processor, so its first kernel is put at the first step.
 */
export function printTrace(profile: StepProfile, program: string): string {
  const { backend, first, steps, calls, work, kernels, kernelsLeftOut } = profile;
  const origin = steps[0]?.from ?? 0;
  const clock = clockText(profile);
  const events: TraceEvent[] = [];
  const named = (pid: number, tid: number, what: 'process_name' | 'thread_name', name: string): void => {
    events.push({ ph: 'M', name: what, pid, tid, args: { name } });
  };
  const spans = (pid: number, tid: number, cat: string, list: readonly Span[], zero: number): void => {
    for (const { name, from, to } of list)
      events.push({
        ph: 'X',
        name,
        cat,
        pid,
        tid,
        ts: micro(from - zero),
        dur: Math.max(0, micro(to - zero) - micro(from - zero)),
      });
  };
  named(host, 1, 'process_name', 'page: host times (performance.now)');
  named(host, 1, 'thread_name', 'training steps');
  spans(host, 1, 'step', steps, origin);
  spans(host, 1, 'call', calls, origin);
  named(device, 1, 'process_name', `${backend.name}, ${backend.adapter}: ${clock}`);
  named(device, 1, 'thread_name', kernels === null ? 'work under way' : 'kernels');
  if (kernels === null) spans(device, 1, 'work', work, origin);
  else for (const submit of kernels) spans(device, 1, 'kernel', submit, kernels.find((one) => one.length > 0)?.[0]?.from ?? 0);
  const about = {
    program,
    backend: backend.name,
    adapter: backend.adapter,
    device_times: clock,
    host_times: 'performance.now, in microseconds from the first recorded step',
    ...(kernels === null ? {} : { alignment: 'The first kernel is put at the first step: the two clocks are not compared.' }),
    first_step: first,
    steps: steps.length,
    ...(kernelsLeftOut === 0 ? {} : { kernels_left_out: kernelsLeftOut }),
  };
  return JSON.stringify({ schemaVersion: 1, displayTimeUnit: 'ms', otherData: about, traceEvents: events });
}
