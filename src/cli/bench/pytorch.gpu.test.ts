/** @file The WebAssembly kernels and PyTorch agree on two training steps; how fast each is, `npm run bench -- --check` tells. */
import { expect, it } from 'vitest';
import { pytorch } from '../../../test/pytorch';
import { skips } from '../../../test/skips';
import { wasmExecutor } from '../../engine/wasm/executor';
import { checkLosses } from './beside-pytorch';
import { open, patchCase } from './networks';
import { openPytorch } from './node';

it('the WebAssembly kernels compute the losses of PyTorch', async ({ skip }) => {
  if (pytorch === undefined) return skip(skips.noPytorch);
  const session = await openPytorch({ network: patchCase, device: 'cpu' }, pytorch.python);
  if (typeof session === 'string') throw new Error(session);
  const executor = await open(wasmExecutor('The test asked for it.'), patchCase);
  try {
    await expect(checkLosses(executor, patchCase, [session])).resolves.toBeUndefined();
  } finally {
    executor.dispose();
    await session.close();
  }
});

it('a Python that is not there is told, not thrown', async () => {
  expect(await openPytorch({ network: patchCase, device: 'cpu' }, 'no-such-python')).toMatch(/^no no-such-python/);
});
