/** @file The kernels that a device can choose from: each trains as the standard ones do; and how the choice is made. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skips } from '../../../test/skips';
import { product } from '../../base/shape';
import { TorchRandom } from '../../base/torch-random';
import { nodeGpu } from '../../cli/node-gpu';
import { type GpuDevice, openDevice } from '../../gpu/device';
import { isRight } from '../../gpu/is-right';
import { convRows } from '../../gpu/kernels/variants/convolution';
import { Pipelines } from '../../gpu/pipelines';
import { initialState } from '../../networks/initial-state';
import { ownNetwork } from '../../networks/own-network';
import { noDraws } from '../draws';
import { type ExecutorRequest, type KernelChoice, plainLoss, type TrialLimits } from '../executor';
import { designOf } from './buffers';
import { webgpuExecutor } from './executor';
import { layoutLimits } from './limits';
import { tryKernels } from './trial';

let gpu: GpuDevice;
/** One for all, as compiling is what takes the time here. */
let pipelines: Pipelines;
beforeAll(async () => {
  gpu = await openDevice(await nodeGpu());
  pipelines = new Pipelines(gpu.device);
});
afterAll(() => gpu.destroy());

const conv = (outChannels: number): object[] => [
  { op: 'conv', outChannels, kernel: 3, padding: 1 },
  { op: 'batch-norm' },
  { op: 'activation', kind: 'relu' },
];

const layers = [
  ...conv(16),
  { op: 'pad-max-pool' },
  ...conv(24),
  ...conv(16),
  { op: 'pad-max-pool' },
  { op: 'flatten' },
  { op: 'linear', outFeatures: 21 },
  { op: 'activation', kind: 'relu' },
  { op: 'linear', outFeatures: 3 },
];

/** Odd sizes; three samples of two channels. */
const inputSize = [2, 9, 11, 13];
const batch = 3;
const network = ownNetwork({ layers }, { inputSize, outputSize: 3 }, 'test');
const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;
const request = (kernels: KernelChoice = {}, amp = false): ExecutorRequest => ({
  network,
  state: initialState(network, new TorchRandom(0)),
  loss: plainLoss('CrossEntropyLoss'),
  optimizer,
  batchSize: batch,
  amp,
  kernels,
});
const offersOf = (amp: boolean) => designOf(request(), { ...layoutLimits(gpu), half: amp }).layout.kernels.offers;

/** Outputs in evaluation mode, the loss and the gradients of one batch. */
async function pass(kernels: KernelChoice, amp: boolean): Promise<Map<string, ArrayLike<number>>> {
  const executor = await webgpuExecutor(gpu, { pipelines })(request(kernels, amp));
  try {
    const [c, ...space] = inputSize;
    const data = new Float32Array(batch * product(inputSize));
    new TorchRandom(5).uniformFloat32(data, -1, 1);
    const input = { shape: [batch, ...space, c], data };
    const result = new Map<string, ArrayLike<number>>(Object.entries(await executor.predict(input, noDraws)));
    await executor.accumulate(input, { kind: 'class', labels: Int32Array.of(0, 2, 1) }, noDraws);
    await executor.applyStep();
    result.set('loss', await executor.takeLosses());
    for (const [name, { tensors }] of await executor.readOptimizer()) result.set(name, tensors.exp_avg);
    return result;
  } finally {
    executor.dispose();
  }
}

/** Gradients of convolutions' biases before a norm are zero but for rounding. */
const noise = /conv\d*\.bias|^layers\.\d+\.bias$/;

function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i] - expected[i]) ** 2;
    size += expected[i] ** 2;
  }
  return Math.sqrt(difference / Math.max(size, 1e-30));
}

describe('each kernel that this device can choose', () => {
  async function expectAlike(amp: boolean, tolerance: number): Promise<void> {
    const offers = offersOf(amp);
    const standard = await pass({}, amp);
    const most = Math.max(...[...offers.values()].map(({ names }) => names.length));
    expect(most).toBeGreaterThan(3);
    for (let i = 1; i < most; i++) {
      const choice = Object.fromEntries([...offers].map(([key, { names }]) => [key, names[Math.min(i, names.length - 1)]]));
      const found = await pass(choice, amp);
      let differs = false;
      for (const [name, expected] of standard) {
        if (noise.test(name)) continue;
        expect(distance(found.get(name)!, expected), `${name} with ${JSON.stringify(choice)}`).toBeLessThan(tolerance);
        differs ||= distance(found.get(name)!, expected) > 0;
      }
      expect(differs).toBe(true);
      // Two runs with one choice end alike, bit for bit.
      expect(await pass(choice, amp)).toEqual(found);
    }
  }

  it('trains and evaluates as the standard one does, on odd sizes', () => expectAlike(false, 1e-5));

  it('does so with activations of 16 bits, within the precision of their products', async ({ skip }) => {
    skip(!gpu.half, skips.noHalf);
    await expectAlike(true, 1e-2);
  });
});

const never = new AbortController().signal;
const attempt = (milliseconds: number, kernels: KernelChoice = {}, more: Partial<TrialLimits> = {}) =>
  tryKernels(gpu, pipelines, request(kernels), layoutLimits(gpu), { signal: never, milliseconds, ...more });

describe('the trial of kernels', () => {
  it('names a kernel for every row, one that is on offer, and times all when there is time', async () => {
    const offers = offersOf(false);
    const { choice, timed, gains, wrong } = await attempt(600_000);
    expect(Object.keys(choice).sort()).toEqual([...offers.keys()].sort());
    for (const [key, name] of Object.entries(choice)) expect(offers.get(key)!.names).toContain(name);
    expect([...timed].sort()).toEqual([...offers.keys()].sort());
    expect(wrong).toEqual([]);
    for (const [key, { names }] of offers) expect(key in gains).toBe(choice[key] !== names[0]);
    // What has been chosen before is not tried again.
    const known = { [timed[0]]: offers.get(timed[0])!.names[1] };
    const again = await attempt(0, known);
    expect(again.choice[timed[0]]).toBe(known[timed[0]]);
  });

  it('without time leaves all to the standard kernels', async () => {
    const { choice, timed } = await attempt(0);
    expect(timed).toEqual([]);
    for (const [key, { names }] of offersOf(false)) expect(choice[key]).toBe(names[0]);
  });

  it('stops when it is told to, and leaves no memory behind', async () => {
    const stop = new AbortController();
    const running = attempt(600_000, {}, { signal: stop.signal, progress: () => stop.abort() });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
    expect(gpu.failed).toBe(false);
  });

  it('on a device that is lost meanwhile rejects by that name', async () => {
    const own = await openDevice(await nodeGpu());
    const small = ownNetwork(
      { layers: [{ op: 'flatten' }, ...layers.slice(-3)] },
      { inputSize: [1, 4, 5], outputSize: 3 },
      'test',
    );
    const asked = { ...request(), network: small };
    const running = tryKernels(own, new Pipelines(own.device), asked, layoutLimits(own), {
      signal: never,
      milliseconds: 600_000,
      progress: () => own.device.destroy(),
    });
    await expect(running).rejects.toMatchObject({ code: 'gpu-lost' });
  });

  it('a kernel that computes wrongly on a device, or does not compile there, is known', async () => {
    expect(await isRight(gpu, convRows)).toBe(true);
    const wrong = { ...convRows, name: 'wrong', wgsl: convRows.wgsl.replace('keep(y00)', 'keep(y00 * 1.001)') };
    expect(await isRight(gpu, wrong)).toBe(false);
    expect(await isRight(gpu, { ...convRows, name: 'broken', wgsl: 'this is no shader' })).toBe(false);
    expect(gpu.failed).toBe(false);
  });
});
