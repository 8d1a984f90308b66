/** @file `--check`: half of each speed goal, on problems small enough for a software adapter. A kernel that became slow is seen here. */

import { wasmExecutor } from '../../engine/wasm/executor';
import type { GpuDevice } from '../../gpu/device';
import { besidePytorch, openOnProcessor } from './beside-pytorch';
import { gate } from './gate';
import type { BenchHost } from './host';
import { compareNetwork, open, patchCase } from './networks';
import { type Layer, operationRuns } from './operations';
import { digits } from './report';
import { openBoth } from './run';
import type { Ratio } from './timing';

const layers: readonly Layer[] = [
  { name: 'first', shape: [17, 22, 23], CI: 1, CO: 8 },
  { name: 'middle', shape: [9, 12, 15], CI: 8, CO: 16 },
  { name: 'deep', shape: [4, 5, 4], CI: 32, CO: 64 },
];

/** Least ratio of stock TensorFlow.js's time to ours. */
const operationGoals = {
  'conv first': 20,
  'conv middle': 6,
  'conv deep': 3.5,
  'filter gradient first': 12.5,
  'filter gradient middle': 12.5,
  'filter gradient deep': 12.5,
  'input gradient middle': 9,
  'input gradient deep': 9,
  'norm-relu-pool and gradient first': 20,
  'norm-relu-pool and gradient middle': 20,
} as const;

/** Of Conv4_FC3 at 50 × 50 × 50, one step of stock alone takes 14 to 40 s: it is left to the whole benchmark. */
const networkGoals = [
  { work: 'training step', batch: 1, least: 10 },
  { work: 'inference', batch: 1, least: 10 },
  { work: 'training step', batch: 4, least: 10 },
] as const;

/** Largest ratio of our time on the processor to PyTorch's. */
const pytorchGoal = 12;

interface Goal {
  readonly name: string;
  /** Rejects to miss the goal for another reason than speed; a text says why it cannot be tried. */
  readonly measure: (rounds: number) => Promise<readonly Ratio[] | string>;
  readonly holds: (ratio: Ratio) => boolean;
  readonly wanted: string;
}

function stockGoals(gpu: GpuDevice): Goal[] {
  const runs = operationRuns(gpu, layers);
  const beside = (name: string, least: number, ratio: (rounds: number) => Promise<Ratio>): Goal => ({
    name: `${name} beside TensorFlow.js`,
    measure: async (rounds) => [await ratio(rounds)],
    holds: ({ median }) => median > least,
    wanted: `at least ×${least}`,
  });
  return [
    ...Object.entries(operationGoals).map(([name, least]) =>
      beside(name, least, async (rounds) => (await runs.get(name)!.run(name, rounds)).ratio),
    ),
    ...networkGoals.map(({ work, batch, least }) =>
      beside(`${work}, batch ${batch}`, least, async (rounds) => {
        const { comparison } = await compareNetwork(
          gpu,
          work,
          { architecture: 'Conv4_FC3', inputSize: [1, 22, 26, 23], batch },
          rounds,
        );
        return comparison.ratio;
      }),
    ),
  ];
}

function processorGoal(host: BenchHost): Goal {
  return {
    name: 'training step on WebAssembly beside PyTorch',
    measure: async (rounds) => {
      const sessions = await openOnProcessor(host, patchCase);
      if (typeof sessions === 'string') return sessions;
      const { cores } = await host.machine();
      const executor = await open(wasmExecutor('The benchmark asked for it.', host.crew(cores)), patchCase);
      try {
        return (await besidePytorch(executor, patchCase, sessions, rounds)).peers.map(({ ratio }) => ratio);
      } finally {
        executor.dispose();
      }
    },
    holds: ({ median }) => median < pytorchGoal,
    wanted: `at most ×${pytorchGoal}`,
  };
}

/** Checks the numbers, then the speed; prints a line per goal. Resolves to how many goals are missed. */
export async function check(host: BenchHost, rounds: number): Promise<number> {
  const gpu = await openBoth();
  await gate(gpu);
  let missed = 0;
  for (const { name, measure, holds, wanted } of [...stockGoals(gpu), processorGoal(host)]) {
    const found = await measure(rounds);
    if (typeof found === 'string') {
      host.print(`not tried  ${name}: ${found}`);
      continue;
    }
    const held = found.every(holds);
    if (!held) missed++;
    host.print(
      `${held ? 'holds ' : 'MISSED'}  ${name}: ${found.map(({ median }) => `×${digits(median)}`).join(', ')}, ${wanted}`,
    );
  }
  return missed;
}
