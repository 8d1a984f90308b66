import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goldenInput } from '../../../test/network-cases';
import { nodeExecutors } from '../../../test/tfjs-node';
import { product } from '../../base/shape';
import { noDraws } from '../../engine/draws';
import { type Executor, type ExecutorFactory, plainLoss } from '../../engine/executor';
import { wasmExecutor } from '../../engine/wasm/executor';
import type { Network } from '../../networks/graph';
import { stateEntries } from '../../networks/parameters';
import { constructNetwork } from '../../networks/registry';
import type { StateDict, StateTensor } from '../../networks/state-dict';
import { camValue } from './explained-value';
import { explainedBy, type MapMethod, mapsOfBatch } from './maps-of-batch';

interface Case {
  readonly title: string;
  readonly space: readonly number[];
  readonly channels: number;
  readonly node: number;
  readonly steps: number;
  readonly cubes: { readonly size: number; readonly stride: number };
  readonly outputs: readonly number[];
  readonly black: readonly number[];
  readonly gradients: string;
  readonly grad_cam: readonly { readonly level: number | null; readonly published: boolean; readonly map: string }[];
  readonly integrated: string;
  readonly occlusion: string;
}

/** Made by PyTorch's autograd (`test/golden/explain/make.py`). */
const cases = JSON.parse(readFileSync('test/golden/explain/maps.json', 'utf8')) as readonly Case[];
const rows = cases.map((one) => [one.title, one] as const);

const floats = (text: string): Float32Array => {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
};

const networkOf = ({ space, channels }: Case): Network =>
  constructNetwork(space.length === 2 ? 'Conv4_FC3' : 'Conv5_FC3', {
    inputSize: [channels, ...space],
    outputSize: 2,
    dropout: 0.5,
  });

/** The formula of the script. */
function formulaState(network: Network): StateDict {
  return new Map(
    stateEntries(network).map(({ name, shape, role }, k): [string, StateTensor] => {
      if (role === 'batches') return [name, { shape, data: new BigInt64Array(1) }];
      const size = product(shape);
      const value = (wave: number): number => {
        if (role === 'running-var') return 0.5 + wave ** 2;
        if (role === 'weight') return wave * Math.sqrt(3 / (size / shape[0]));
        return role === 'norm-weight' ? 1 + 0.3 * wave : 0.2 * wave;
      };
      const data = Float32Array.from({ length: size }, (_, i) => value(Math.sin(0.7 * i + 0.3 * (i % 17) + k)));
      return [name, { shape, data }];
    }),
  );
}

function open(factory: ExecutorFactory, network: Network, method: MapMethod): Promise<Executor> {
  return factory({
    network,
    state: formulaState(network),
    loss: plainLoss('CrossEntropyLoss'),
    optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
    batchSize: 4,
    explain: explainedBy(network, method),
  });
}

async function mapsOf(factory: ExecutorFactory, one: Case, method: MapMethod) {
  const network = networkOf(one);
  const executor = await open(factory, network, method);
  let passes = 0;
  const batch = { ...goldenInput([2, one.channels, ...one.space]), samples: [0, 1].map(() => ({}) as never) };
  const found = await mapsOfBatch(executor, batch, one.node, method, 4, noDraws, async (count) => {
    passes += count;
  });
  executor.dispose();
  return { ...found, passes };
}

function expectNear(found: Float32Array, wanted: Float32Array, what: string): void {
  expect(found.length).toBe(wanted.length);
  const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeGreaterThan(0);
  const farthest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0);
  expect(farthest / largest, what).toBeLessThan(1e-5);
}

describe.each([
  ['wasm', wasmExecutor('test')],
  ['cpu', nodeExecutors.cpu],
] as const)('maps on %s are those of PyTorch autograd to 1e-5 of the largest value', (_, factory) => {
  it.each(rows)('gradients of a %s', async (_, one) => {
    const { maps } = await mapsOf(factory, one, { kind: 'gradients' });
    expectNear(maps, floats(one.gradients), 'gradients');
  });

  it.each(rows)('grad-cam of a %s, of some modules and of all, by both formulas', async (_, one) => {
    for (const { level, published, map } of one.grad_cam) {
      const at = camValue(networkOf(one), level)!;
      const { maps } = await mapsOf(factory, one, { kind: 'grad-cam', at, formula: published ? 'published' : '1.6.1' });
      if (floats(map).every((value) => value === 0)) expect(maps.every((value) => value === 0)).toBe(true);
      else expectNear(maps, floats(map), `level ${level}, ${published}`);
    }
  });
});

describe('maps on wasm are those of PyTorch', () => {
  const factory = wasmExecutor('test');

  it.each(rows)('integrated gradients of a %s, whose sums miss the change of the output by what is told', async (_, one) => {
    const { maps, completeness } = await mapsOf(factory, one, { kind: 'integrated-gradients', steps: one.steps });
    const wanted = floats(one.integrated);
    expectNear(maps, wanted, 'integrated');
    const size = wanted.length / 2;
    for (const [n, { output, baseline, sum }] of completeness!.entries()) {
      expect(output).toBeCloseTo(one.outputs[n], 4);
      expect(baseline).toBeCloseTo(one.black[n], 4);
      expect(sum).toBeCloseTo(
        wanted.subarray(n * size, (n + 1) * size).reduce((total, value) => total + value, 0),
        4,
      );
    }
  });

  it.each(rows)('occlusion of a %s, to the rounding of the two outputs that are compared', async (_, one) => {
    const { maps, passes } = await mapsOf(factory, one, { kind: 'occlusion', cubes: one.cubes });
    const wanted = floats(one.occlusion);
    const rounding = 1e-6 * Math.max(1, ...one.outputs.map(Math.abs));
    for (const [i, value] of wanted.entries()) expect(Math.abs(maps[i] - value)).toBeLessThan(rounding);
    const positions = (length: number): number => Math.ceil(Math.max(0, length - one.cubes.size) / one.cubes.stride) + 1;
    expect(passes).toBe(2 * product(one.space.map(positions)));
  });
});
