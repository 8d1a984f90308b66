/** @file The golden cases that take plain JavaScript a quarter of an hour to an hour each. */
import { describe, it } from 'vitest';
import { expectCaseToMatch, isHuge, networkCases } from './network-cases';
import { nodeExecutors } from './tfjs-node';

describe('tfjsExecutor on cpu', () => {
  it.each(networkCases.filter(isHuge))('gives what PyTorch gives: %s', async (_, network, one) => {
    await expectCaseToMatch(network, one, nodeExecutors.cpu);
  });
});
