import { expect, it } from 'vitest';
import { TorchRandom } from '../base/torch-random';
import { initialState } from '../networks/initial-state';
import { constructNetwork } from '../networks/registry';
import { noDraws } from './draws';
import { plainLoss } from './executor';
import { gentle } from './gentle';
import { wasmExecutor } from './wasm/executor';

const network = constructNetwork('Conv4_FC3', { inputSize: [1, 17, 17], outputSize: 2, dropout: 0 });
const request = {
  network,
  state: initialState(network, new TorchRandom(0)),
  loss: plainLoss('CrossEntropyLoss'),
  optimizer: { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 },
  batchSize: 1,
} as const;
const input = { shape: [1, 17, 17, 1], data: new Float32Array(17 * 17).fill(0.5) };
const target = { kind: 'class', labels: Int32Array.of(1) } as const;

it('rests after each batch while it is wanted, never for more than a second, and computes the same', async () => {
  const rests: number[] = [];
  let wanted = true;
  const rest = async (ms: number): Promise<void> => void rests.push(ms);
  const executor = await gentle(wasmExecutor('test'), () => wanted, rest)(request);
  const plain = await wasmExecutor('test')(request);
  for (const one of [executor, plain]) {
    await one.accumulate(input, target, noDraws);
    await one.applyStep();
  }
  expect(await executor.predict(input, noDraws)).toEqual(await plain.predict(input, noDraws));
  expect(await executor.takeLosses()).toEqual(await plain.takeLosses());
  expect(rests).toHaveLength(3);
  expect(rests.every((ms) => ms > 0 && ms <= 1000)).toBe(true);
  wanted = false;
  await executor.accumulate(input, target, noDraws);
  expect(rests).toHaveLength(3);
});
