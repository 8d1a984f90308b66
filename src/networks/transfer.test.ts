import { describe, expect, it } from 'vitest';
import { isParameter, stateEntries } from './parameters';
import { constructNetwork } from './registry';
import { frozenParameters } from './transfer';

const cnn = { inputSize: [1, 20, 20, 20], outputSize: 2, dropout: 0 };
const trained = (network: Parameters<typeof frozenParameters>[0], layers: number): string[] => {
  const frozen = frozenParameters(network, layers);
  return stateEntries(network)
    .filter((entry) => isParameter(entry) && !frozen.has(entry.name))
    .map(({ name }) => name);
};

describe('frozenParameters', () => {
  const network = constructNetwork('Conv5_FC3', cnn);

  it('leaves the last two tensors of each layer, from the end', () => {
    expect(trained(network, 2)).toEqual(['fc.4.weight', 'fc.4.bias', 'fc.6.weight', 'fc.6.bias']);
    expect(trained(network, 4)).toEqual([
      'convolutions.17.weight',
      'convolutions.17.bias',
      'fc.2.weight',
      'fc.2.bias',
      'fc.4.weight',
      'fc.4.bias',
      'fc.6.weight',
      'fc.6.bias',
    ]);
  });

  it('counts tensors, not layers: a convolution without bias is half of one', () => {
    const resnet = constructNetwork('resnet18', { ...cnn, inputSize: [3, 40, 40] });
    expect(trained(resnet, 3).slice(0, 2)).toEqual(['convolutions.7.1.bn2.weight', 'convolutions.7.1.bn2.bias']);
    expect(trained(resnet, 4).slice(0, 2)).toEqual(['convolutions.7.1.bn1.bias', 'convolutions.7.1.conv2.weight']);
  });

  it('0 freezes nothing, and more layers than there are do neither', () => {
    expect(frozenParameters(network, 0).size).toBe(0);
    expect(frozenParameters(network, 13).size).toBe(0);
    expect([...frozenParameters(network, 12)]).toEqual(['convolutions.0.weight', 'convolutions.0.bias']);
  });
});
