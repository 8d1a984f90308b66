/** @file All rows of the benchmark by name, in the order in which they are measured. */

import type { Executor } from '../../engine/executor';
import { openTfjsBackend } from '../../engine/tfjs/backend';
import { wasmExecutor } from '../../engine/wasm/executor';
import { webgpuExecutor } from '../../engine/webgpu/executor';
import type { GpuDevice } from '../../gpu/device';
import { besidePytorch, openOnGraphics, openOnProcessor } from './beside-pytorch';
import type { BenchHost, PytorchSession } from './host';
import {
  brainCases,
  compareNetwork,
  inputOf,
  type NetworkCase,
  nameOf,
  networkOf,
  networkWork,
  open,
  otherCases,
  patchCase,
  processorCases,
  stockCases,
  trainingStep,
} from './networks';
import { layersOf, operationRuns } from './operations';
import type { Peer, Row } from './report';
import { boundMs, workOfStep } from './roofline';
import { type Comparison, median, ratioOf, timeInTurns } from './timing';

export interface Setting {
  readonly host: BenchHost;
  readonly gpu: GpuDevice;
  /** GFLOP/s and GB/s. */
  readonly peak: number;
  readonly copy: number;
  readonly rounds: number;
}

export interface Task {
  readonly name: string;
  run(setting: Setting): Promise<Omit<Row, 'name'>>;
}

function besideStock({ stock, ours, ratio }: Comparison, rounds: number) {
  return { rounds, ours, peers: [{ name: 'TensorFlow.js', ms: stock, ratio }] };
}

function operationTasks(gpu: GpuDevice): Task[] {
  return [...operationRuns(gpu, layersOf(gpu.software))].map(([name, { run, flops, bytes }]) => ({
    name,
    run: async ({ peak, copy, rounds }) => {
      await openTfjsBackend('webgpu', { gpu });
      const result = await run(name, rounds);
      const share =
        flops === undefined
          ? ({ percent: bytes! / result.ours / 1e4 / copy, of: 'copy bandwidth' } as const)
          : ({ percent: flops / result.ours / 1e4 / peak, of: 'FMA peak' } as const);
      return { table: 'operations', ...besideStock(result, rounds), share };
    },
  }));
}

function networkTasks(gpu: GpuDevice): Task[] {
  return [...stockCases, ...otherCases].flatMap((network) =>
    (Object.keys(networkWork) as (keyof typeof networkWork)[]).map((work) => ({
      name: `${work} ${nameOf(network)}`,
      run: async ({ rounds }: Setting) => {
        const { comparison, bytes } = await compareNetwork(gpu, work, network, rounds);
        return { table: 'networks' as const, ...besideStock(comparison, rounds), bytes };
      },
    })),
  );
}

/** Beside these sessions, or alone with the reason why there are none. */
async function timeSteps(
  executor: Executor,
  network: NetworkCase,
  sessions: readonly PytorchSession[] | string,
  rounds: number,
): Promise<{ readonly ours: number; readonly peers: readonly Peer[]; readonly note?: string }> {
  if (typeof sessions !== 'string') return besidePytorch(executor, network, sessions, rounds);
  const [times] = await timeInTurns([trainingStep(executor, inputOf(network))], rounds);
  return { ours: median(times), peers: [], note: sessions };
}

function processorTask(network: NetworkCase, engine: string, openExecutor: (host: BenchHost) => Promise<Executor>): Task {
  return {
    name: `training step ${nameOf(network)} on ${engine} beside PyTorch`,
    run: async ({ host, rounds }) => {
      const executor = await openExecutor(host);
      try {
        const timed = await timeSteps(executor, network, await openOnProcessor(host, network), rounds);
        return { table: 'processor', rounds, ...timed, bytes: executor.memory().bytes };
      } finally {
        executor.dispose();
      }
    },
  };
}

/** @param threads of the team */
const onWasm = (host: BenchHost, network: NetworkCase, threads: number): Promise<Executor> =>
  open(wasmExecutor('The benchmark asked for it.', host.crew(threads)), network);

/** A team of two beside one thread. */
function threadsTask(network: NetworkCase): Task {
  return {
    name: `training step ${nameOf(network)} on WebAssembly, two threads beside one`,
    run: async ({ host, rounds }) => {
      const [one, two] = [await onWasm(host, network, 1), await onWasm(host, network, 2)];
      try {
        const contenders = [two, one].map((executor) => trainingStep(executor, inputOf(network)));
        const [ours, alone] = await timeInTurns(contenders, rounds);
        const peers = [{ name: 'one thread', ms: median(alone), ratio: ratioOf(ours, alone) }];
        return { table: 'processor', rounds, ours: median(ours), peers, bytes: two.memory().bytes };
      } finally {
        one.dispose();
        two.dispose();
      }
    },
  };
}

/** Where the processor does the work: what the page takes without a GPU, and the GPU engine on a software adapter. */
function processorTasks(gpu: GpuDevice): Task[] {
  const tasks = [...processorCases, ...otherCases].map((network) =>
    processorTask(network, 'WebAssembly', async (host) => onWasm(host, network, (await host.machine()).cores)),
  );
  tasks.push(...processorCases.map(threadsTask));
  if (gpu.software) tasks.push(processorTask(patchCase, 'the software adapter', () => open(webgpuExecutor(gpu), patchCase)));
  return tasks;
}

/** On a software adapter alone and in one round, within bindings of the size that every device has: what counts there is the memory. */
function brainTask(gpu: GpuDevice, network: NetworkCase, amp: boolean): Task {
  return {
    name: `training step ${nameOf(network)}${amp ? ', activations in f16' : ''}`,
    run: async ({ host, peak, copy, rounds: wanted }) => {
      const rounds = gpu.software ? 1 : wanted;
      const executor = await open(webgpuExecutor(gpu, gpu.software ? { largestBuffer: 128 * 2 ** 20 } : {}), network, amp);
      try {
        let sessions: readonly PytorchSession[] | string = 'one round, for the memory: bindings of at most 128 MiB';
        if (!gpu.software) sessions = amp ? 'PyTorch computes in f32' : await openOnGraphics(host, network);
        const timed = await timeSteps(executor, network, sessions, rounds);
        const percent = (100 * boundMs(workOfStep(networkOf(network), network.batch, amp), peak, copy)) / timed.ours;
        return { table: 'brain', rounds, ...timed, share: { percent, of: 'roofline' }, bytes: executor.memory().bytes };
      } finally {
        executor.dispose();
      }
    },
  };
}

/** Every task that this device can do. */
export function tasksOf(gpu: GpuDevice, full: boolean): Task[] {
  const brains = gpu.software && !full ? [] : brainCases;
  const storage = gpu.half ? [false, true] : [false];
  const tasks = [
    ...operationTasks(gpu),
    ...networkTasks(gpu),
    ...processorTasks(gpu),
    ...brains.flatMap((network) => storage.map((amp) => brainTask(gpu, network, amp))),
  ];
  if (gpu.software) return tasks;
  // Stock's takes seconds in one dispatch: a driver may give up the device.
  const dangerous = (task: Task): boolean => task.name === 'filter gradient L1';
  return [...tasks.filter((task) => !dangerous(task)), ...tasks.filter(dangerous)];
}
