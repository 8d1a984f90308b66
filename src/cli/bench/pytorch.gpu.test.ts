/** @file The WebAssembly kernels and PyTorch agree on two training steps; how fast each is, `npm run bench -- --check` tells. */
import { expect, it } from 'vitest';
import { pytorch } from '../../../test/pytorch';
import { skips } from '../../../test/skips';
import { wasmExecutor } from '../../engine/wasm/executor';
import { checkLosses } from './beside-pytorch';
import { nameOf, open, otherCases, patchCase } from './networks';
import { openPytorch } from './node';

const smaller = otherCases.map((one) => (one.architecture === 'resnet18' ? { ...one, inputSize: [3, 64, 72], batch: 2 } : one));

it.for([patchCase, ...smaller].map((network) => [nameOf(network), network] as const))(
  'the WebAssembly kernels compute the losses of PyTorch: %s',
  async ([, network], { skip }) => {
    if (pytorch === undefined) return skip(skips.noPytorch);
    const session = await openPytorch({ network, device: 'cpu' }, pytorch.python);
    if (typeof session === 'string') throw new Error(session);
    const executor = await open(wasmExecutor('The test asked for it.'), network);
    try {
      await expect(checkLosses(executor, network, [session])).resolves.toBeUndefined();
    } finally {
      executor.dispose();
      await session.close();
    }
  },
);

it('a Python that is not there is told, not thrown', async () => {
  expect(await openPytorch({ network: patchCase, device: 'cpu' }, 'no-such-python')).toMatch(/^no no-such-python/);
});
