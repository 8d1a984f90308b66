import { it } from 'vitest';
import { expectCaseToMatch, isHuge, networkCases } from '../../../test/network-cases';
import { wasmExecutor } from './executor';

const huge = networkCases.filter(isHuge);

it.each(huge)('gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s', async (_, network, one) => {
  await expectCaseToMatch(network, one, wasmExecutor('test'));
});
