import { describe, it } from 'vitest';
import { expectCaseToMatch, goldenNetworks, networkCases } from '../../../test/network-cases';
import { nodeExecutors } from '../../../test/tfjs-node';

const cases = goldenNetworks.flatMap((network) =>
  networkCases(network).map((one) => [`${network} ${one.name}`, network, one] as const),
);

describe('tfjsExecutor on cpu', () => {
  it.each(cases)('gives the outputs, losses, gradients, statistics and Adam step of PyTorch: %s', async (_, network, one) => {
    await expectCaseToMatch(network, one, nodeExecutors.cpu);
  });
});
