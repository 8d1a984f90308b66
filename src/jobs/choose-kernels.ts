/**
 * @file Which kernels a training computes with, where the device has several for a row: those found to be the fastest on this adapter
 * in this browser, if the training is long enough to pay for the search. What was found is kept, so that two runs compute alike.
 *
 * How long a step takes is kept as well: the second run of one command decides as the first did, whatever the clock says by then.
 */
import { AppError } from '../base/errors';
import { TorchRandom } from '../base/torch-random';
import type { Loader } from '../batches/batch';
import type { KernelChoices } from '../checkpoints/kernel-choices';
import { drawsFrom } from '../engine/draws';
import type { ExecutorFactory, ExecutorRequest, KernelChoice, KernelTrial, KernelTrials } from '../engine/executor';
import { probeTarget } from '../learning/adaptation';
import { initialState } from '../networks/initial-state';
import type { JobContext } from './job-context';
import type { Training } from './plan-training';
import { executorRequest } from './training-task';

/** Shorter trainings take the standard kernels. */
const LONG_S = 60;
const TRIAL_MS = 3000;

export interface TrainingNeed {
  readonly training: Pick<Training, 'network' | 'frozen' | 'options' | 'task'>;
  /** What one network learns from. */
  readonly train: Loader;
  readonly validation: Loader;
  /** Samples that the device is given at a time, at most. */
  readonly largestBatch: number;
  /** Networks that are still to be trained, in all splits. */
  readonly trainings: number;
}

/** What is kept of a device, for people. */
export interface KeptKernels {
  /** Rows and shapes. */
  readonly shapes: number;
  /** Milliseconds since 1970; null: none is kept. */
  readonly at: number | null;
}

interface Brand {
  readonly brand: string;
  readonly version: string;
}

interface UserAgentData {
  getHighEntropyValues(hints: readonly string[]): Promise<{ readonly fullVersionList?: readonly Brand[] }>;
}

/** The browser with its full version, where it tells. */
async function browserVersion(): Promise<string> {
  const here = globalThis.navigator as { readonly userAgent?: string; readonly userAgentData?: UserAgentData } | undefined;
  const told = await here?.userAgentData?.getHighEntropyValues(['fullVersionList']).catch(() => undefined);
  const brands = told?.fullVersionList?.map(({ brand, version }) => `${brand} ${version}`).sort();
  return brands?.join(', ') ?? here?.userAgent ?? 'no browser';
}

/** What choices are kept for: adapter and browser. */
export const kernelDevice = async ({ device }: KernelTrials): Promise<string> => `${device} | ${await browserVersion()}`;

const isRow = (key: string): boolean => !key.startsWith('pace ');

/** What is kept of a device. */
export async function keptKernels(device: string, kept: KernelChoices): Promise<KeptKernels> {
  const rows = [...(await kept.of(device)).values()].filter(({ key }) => isRow(key));
  return { shapes: rows.length, at: rows.length === 0 ? null : Math.max(...rows.map(({ at }) => at)) };
}

/** Seconds for a sample. */
interface Pace {
  /** To learn from it. */
  readonly step: number;
  /** To compute its outputs. */
  readonly look: number;
}

/** Of the second of two steps on the first batch, with an executor of its own: the first one compiles. */
async function measurePace(
  need: TrainingNeed,
  request: ExecutorRequest,
  create: ExecutorFactory,
  signal: AbortSignal,
): Promise<Pace> {
  const executor = await create(request);
  try {
    const order = Array.from({ length: Math.min(need.train.size, request.batchSize) }, (_, i) => i);
    for await (const batch of need.train.batches(order, request.batchSize, signal)) {
      const random = new TorchRandom(0);
      const input = { shape: batch.shape, data: batch.data };
      let pace: Pace = { step: 0, look: 0 };
      for (let k = 0; k < 2; k++) {
        const started = performance.now();
        await executor.accumulate(input, probeTarget(need.training.task, batch), drawsFrom(random));
        await executor.applyStep();
        await executor.takeLosses();
        const learnt = performance.now();
        await executor.predict(input, drawsFrom(random));
        const each = 1000 * batch.samples.length;
        pace = { step: (learnt - started) / each, look: (performance.now() - learnt) / each };
      }
      return pace;
    }
    return { step: 0, look: 0 };
  } finally {
    executor.dispose();
  }
}

/** Seconds that the networks will take. */
function secondsOf({ training, train, validation, trainings }: TrainingNeed, { step, look }: Pace): number {
  const epoch = step * train.size + look * (train.size + validation.size);
  return epoch * training.options.epochs * trainings;
}

/** The kernels of a training; undefined where there is nothing to choose. Rejects as executors do, and with the signal's reason. */
export async function chooseKernels(
  need: TrainingNeed,
  create: ExecutorFactory,
  context: JobContext,
): Promise<KernelChoice | undefined> {
  const trials = await context.trials();
  if (trials === null) return undefined;
  const request = requestOf(need);
  const { rows } = trials.look(request);
  const keys = Object.keys(rows);
  if (keys.length === 0) return undefined;
  const device = await kernelDevice(trials);
  const kept = await context.kernelChoices.of(device).catch(() => new Map<string, { readonly value: string }>());
  const keep = (values: Readonly<Record<string, string>>): Promise<boolean> =>
    context.kernelChoices.keep(device, values, context.now().getTime()).then(
      () => true,
      () => false,
    );
  const paceKey = `pace ${request.batchSize} ${need.training.network.architecture} ${keys.join('; ')}`;
  const known = kept.get(paceKey);
  const pace = known === undefined ? await measurePace(need, request, create, context.signal) : (JSON.parse(known.value) as Pace);
  if (known === undefined) await keep({ [paceKey]: JSON.stringify(pace) });
  if (secondsOf(need, pace) <= LONG_S) return {};
  const before = Object.fromEntries(keys.flatMap((key) => (kept.has(key) ? [[key, kept.get(key)!.value]] : [])));
  const open = keys.filter((key) => !Object.hasOwn(before, key));
  if (open.length === 0) {
    context.log(
      `Kernels: those chosen on this device before, for ${keys.length} shapes; the page Train can have them timed again.`,
    );
    return before;
  }
  const standard = Object.fromEntries(open.map((key) => [key, rows[key][0]]));
  // A browser that dies of a kernel would do so each time: until all is well, the standard ones are what is kept.
  await keep(standard);
  const found = await tryAll(trials, { ...request, kernels: before }, standard, context).catch(async (error: unknown) => {
    await context.kernelChoices.forget(device, open).catch(() => {});
    throw error;
  });
  const isKept = await keep(Object.fromEntries(open.map((key) => [key, found.choice[key]])));
  for (const line of told(found, open, isKept)) context.log(line);
  return found.choice;
}

const requestOf = ({ training, largestBatch }: Pick<TrainingNeed, 'training' | 'largestBatch'>): ExecutorRequest => {
  const { network, frozen, task, options } = training;
  const batch_size = Math.min(options.batch_size, largestBatch);
  const state = initialState(network, new TorchRandom(0));
  return { ...executorRequest(network, task, options, { ...options, batch_size }), frozen, state };
};

/** Tries the rows that are named; a device that fails meanwhile leaves them to the standard kernels, for good. */
async function tryAll(
  trials: KernelTrials,
  request: ExecutorRequest,
  standard: KernelChoice,
  context: JobContext,
): Promise<KernelTrial> {
  const progress = (done: number, total: number): void => context.report({ stage: 'time kernels', done, total, unit: 'shapes' });
  progress(0, Object.keys(standard).length);
  try {
    return await trials.run(request, { signal: context.signal, milliseconds: TRIAL_MS, progress });
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith('gpu-')) throw error;
    context.log(`Kernels: the graphics device failed while they were timed, so the standard ones are used. ${error.message}`);
    return { choice: { ...request.kernels, ...standard }, timed: [], gains: {}, wrong: [] };
  }
}

function told({ choice, timed, gains, wrong }: KernelTrial, open: readonly string[], isKept: boolean): string[] {
  const won = Object.entries(gains).map(([key, gain]) => `${key}: ${choice[key]} (${gain.toFixed(2)} times as fast)`);
  const late = open.length - timed.length;
  return [
    `Kernels: ${timed.length} of ${open.length} shapes timed on this device; ${won.length} get another kernel than the standard one${won.length === 0 ? '' : `: ${won.join('; ')}`}.`,
    ...(late > 0 && timed.length > 0 ? [`Kernels: time was up for ${late} shapes, which get the standard ones.`] : []),
    ...(wrong.length > 0 ? [`Kernels: this device computes ${wrong.join(', ')} wrongly; nothing uses them.`] : []),
    ...(isKept ? [] : ['Kernels: this browser keeps nothing, so the next training may choose others.']),
  ];
}

/** Says which kernels of a choice this device cannot use, as after a change of the device: the standard ones take their place. */
export async function tellUnusable(need: TrainingNeed, kernels: KernelChoice | undefined, context: JobContext): Promise<void> {
  if (kernels === undefined || Object.keys(kernels).length === 0) return;
  const trials = await context.trials();
  if (trials === null) return;
  const { unusable } = trials.look({ ...requestOf(need), kernels });
  const names = Object.entries(unusable).map(([key, name]) => `${name} (${key})`);
  if (names.length > 0) context.log(`Kernels: this device cannot use ${names.join(', ')}; the standard ones take their place.`);
}
