/** @file Twice the goal: a training step on the processor takes at most 12 times as long as PyTorch's. */
import { expect, it } from 'vitest';
import { wasmExecutor } from '../../networks/wasm-executor';
import { besidePytorch, openOnProcessor } from './beside-pytorch';
import { open, patchCase } from './networks';
import { machineNow, openPytorch } from './node';

it('the WebAssembly kernels compute the losses of PyTorch, in at most 12 times its time', async ({ skip }) => {
  const host = { machine: async () => machineNow(), openPytorch };
  const sessions = await openOnProcessor(host, patchCase);
  if (typeof sessions === 'string') return skip(`There is no PyTorch to compare with: ${sessions}`);
  const executor = await open(wasmExecutor('The test asked for it.'), patchCase);
  const { peers } = await besidePytorch(executor, patchCase, sessions, 7);
  for (const { name, ratio } of peers) expect(ratio.median, name).toBeLessThan(12);
});

it('a Python that is not there is told, not thrown', async () => {
  expect(await openPytorch({ network: patchCase, device: 'cpu' }, 'no-such-python')).toMatch(/^no no-such-python/);
});
