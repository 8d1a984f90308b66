/** @file How cost grows: steps of many networks on WebAssembly, the curves of the guide, and the model that is fitted to them. */
import { type Factors, type Kind, kinds, milliseconds, terms, type Work, workOf } from '../../engine/cost';
import { wasmExecutor } from '../../engine/wasm/executor';
import { fitFactors, relativeErrors } from './fit';
import type { BenchHost } from './host';
import { inference, inputOf, type NetworkCase, nameOf, networkOf, open, trainingStep } from './networks';
import { type Contender, median, timeInTurns } from './timing';

/** A network in one place of the curves. */
interface Point {
  readonly network: NetworkCase;
  readonly threads: number;
}

interface Measured extends Point {
  /** Milliseconds. */
  readonly train: number;
  readonly predict: number;
  readonly bytes: number;
}

const brain = (by: number): number[] => [1, ...[169, 208, 179].map((n) => Math.round(n / by))];
const cube = (n: number): number[] => [1, n, n, n];

const conv4 = (inputSize: readonly number[], batch = 1): NetworkCase => ({ architecture: 'Conv4_FC3', inputSize, batch });
const conv5 = (inputSize: readonly number[], batch = 1): NetworkCase => ({ architecture: 'Conv5_FC3', inputSize, batch });
const vae = (channels: number): NetworkCase => ({
  architecture: 'Vanilla3DdenseVAE',
  inputSize: cube(40),
  batch: 1,
  sizes: { latent_space_size: 64, feature_size: 256, n_conv: 3, io_layer_channels: channels },
});

/** By what grows in them. */
export const curves: Readonly<Record<string, readonly NetworkCase[]>> = {
  voxels: [conv4(cube(32)), conv4(cube(50)), conv4(cube(64)), conv4(brain(2)), conv5(brain(4)), conv5(brain(2)), conv5(brain(1))],
  batch: [1, 2, 4, 8, 16].map((batch) => conv4(cube(50), batch)),
  channels: [4, 8, 16, 32].map(vae),
  others: [
    { architecture: 'resnet18', inputSize: [3, 208, 179], batch: 1 },
    { architecture: 'resnet18', inputSize: [3, 208, 179], batch: 4 },
    { architecture: 'AE_Conv4_FC3', inputSize: cube(48), batch: 2 },
  ],
};

/** By the time that the processor works: what else runs on the machine counts little. Of one thread. */
const ofProcessor = ({ run }: Contender): Contender => ({
  run: async () => {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  },
});

async function measure({ network, threads }: Point, host: BenchHost, rounds: number): Promise<Measured> {
  const executor = await open(wasmExecutor('The benchmark asked for it.', host.crew(threads)), network);
  try {
    const input = inputOf(network);
    const work = [trainingStep(executor, input), inference(executor, input)];
    const [train, predict] = await timeInTurns(threads === 1 ? work.map(ofProcessor) : work, rounds);
    // The least: other work on the machine only adds.
    return { network, threads, train: Math.min(...train), predict: Math.min(...predict), bytes: executor.memory().bytes };
  } finally {
    executor.dispose();
  }
}

/** An epoch of so many participants: a step for each, and their evaluation. */
async function epochs(host: BenchHost): Promise<void> {
  const network = conv4(cube(32));
  const executor = await open(wasmExecutor('The benchmark asked for it.', host.crew(1)), network);
  const [step, look] = [trainingStep(executor, inputOf(network)), inference(executor, inputOf(network))];
  const work = [10, 20, 40, 80].map((participants) =>
    ofProcessor({
      run: async () => {
        for (let i = 0; i < participants; i++) await step.run();
        for (let i = 0; i < participants; i++) await look.run();
      },
    }),
  );
  const times = await timeInTurns(work, 3, 0);
  host.print(`\nparticipants, ${nameOf(network)}:\n\n| participants | an epoch, ms |\n|---|---|`);
  for (const [i, rounds] of times.entries()) host.print(`| ${10 * 2 ** i} | ${Math.min(...rounds).toFixed(0)} |`);
  executor.dispose();
}

const workFor = ({ network }: Point, kind: Kind): Work => workOf(networkOf(network), kind);

function fitted(points: readonly Measured[], kind: Kind): Factors {
  const rows = points.map((point) => {
    const { products, values, weights, step } = terms(workFor(point, kind), point.network.batch);
    return [products, values, weights, step];
  });
  const [products, values, weights, step] = fitFactors(
    rows,
    points.map((point) => point[kind]),
  );
  return { products, values, weights, step };
}

/** Errors of a model that has not seen the point that it tells. */
function leaveOneOut(points: readonly Measured[], kind: Kind): number[] {
  return points.map((point, i) => {
    const factors = fitted(points.toSpliced(i, 1), kind);
    return relativeErrors([milliseconds(factors, workFor(point, kind), point.network.batch)], [point[kind]])[0];
  });
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

/** Measures all curves, prints them as tables, and the model with its errors. */
export async function cost(host: BenchHost, rounds: number): Promise<void> {
  const { runtime, cores, load } = await host.machine();
  host.print(
    `${runtime}, ${cores} cores under load ${load.map((value) => value.toFixed(2)).join(', ')}; the least of ${rounds} rounds.`,
  );
  const measured = new Map<string, Measured>();
  for (const [curve, networks] of Object.entries(curves)) {
    host.print(`\n${curve}:\n\n| network | training step, ms | prediction, ms | memory, MB |\n|---|---|---|---|`);
    for (const network of networks) {
      const found =
        measured.get(nameOf(network) + JSON.stringify(network.sizes)) ?? (await measure({ network, threads: 1 }, host, rounds));
      measured.set(nameOf(network) + JSON.stringify(network.sizes), found);
      const { train, predict, bytes } = found;
      const sizes = network.sizes === undefined ? '' : `, ${network.sizes.io_layer_channels} channels`;
      host.print(`| ${nameOf(network)}${sizes} | ${train.toFixed(1)} | ${predict.toFixed(1)} | ${Math.round(bytes / 1e6)} |`);
    }
  }
  await epochs(host);
  host.print(`\nthreads:\n\n| network | threads | training step, ms | of a thread’s time |\n|---|---|---|---|`);
  for (const network of [conv4(cube(50)), conv5(brain(2))])
    for (let threads = 1; threads <= cores; threads *= 2) {
      const { train } = await measure({ network, threads }, host, rounds);
      const alone = measured.get(nameOf(network) + undefined)!.train;
      host.print(`| ${nameOf(network)} | ${threads} | ${train.toFixed(1)} | ×${(alone / train).toFixed(2)} |`);
    }
  const points = [...measured.values()];
  for (const kind of kinds) {
    const factors = fitted(points, kind);
    const told = points.map((point) => milliseconds(factors, workFor(point, kind), point.network.batch));
    const errors = relativeErrors(
      told,
      points.map((point) => point[kind]),
    );
    const others = leaveOneOut(points, kind);
    host.print(`\n${kind}: ${JSON.stringify(factors)}`);
    host.print(
      `error: median ${percent(median(errors))}, worst ${percent(Math.max(...errors))}; of points it had not seen: median ${percent(median(others))}, worst ${percent(Math.max(...others))}`,
    );
  }
}
