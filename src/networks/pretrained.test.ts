import { describe, expect, it } from 'vitest';
import { goldenCases, goldenNetwork, summary } from '../../test/golden-network';
import { formulaWeights, torchvisionShapes } from '../../test/resnet18-weights';
import { AppError } from '../base/errors';
import { TorchRandom } from '../base/torch-random';
import { initialState } from './initial-state';
import { publicFile, withPretrained } from './pretrained';
import type { StateDict, StateTensor } from './state-dict';

const golden = goldenCases('resnet18').find(({ name }) => name === 'formula_weights_2d')!;
const network = goldenNetwork('resnet18', golden);

const formula: StateDict = formulaWeights();

function refusal(file: StateDict): string {
  try {
    withPretrained(network, new Map(), file, 'resnet.pth');
  } catch (error) {
    if (error instanceof AppError && error.code === 'pretrained-mismatch') return error.message;
    throw error;
  }
  return 'nothing thrown';
}

describe('the public weights of resnet18', () => {
  it('take the place of those drawn, as in the real class; the last layer is drawn', () => {
    expect(torchvisionShapes()).toHaveLength(122);
    const random = new TorchRandom(0);
    const state = withPretrained(network, initialState(network, random), formula, 'resnet.pth');
    expect(golden.rand_after_construction.map(() => random.random24())).toEqual(golden.rand_after_construction.map(Math.fround));
    expect([...state.keys()]).toEqual(golden.state.map(([key]) => key));
    for (const [key, shape, first, sum, dot] of golden.state) {
      const { data, shape: own } = state.get(key)!;
      expect(own, key).toEqual(shape);
      const found = summary(data instanceof BigInt64Array ? Array.from(data, Number) : data);
      expect(found.first, key).toEqual(first.map(Math.fround));
      expect(Math.abs(found.sum - sum), key).toBeLessThanOrEqual(1e-9);
      expect(Math.abs(found.dot - dot), key).toBeLessThanOrEqual(1e-9);
    }
  });

  it('newer files tell the number of batches', () => {
    const file = new Map(formula);
    for (const [name, shape] of torchvisionShapes())
      if (name.endsWith('num_batches_tracked')) file.set(name, { shape, data: BigInt64Array.of(77n) });
    const state = withPretrained(network, new Map(), file, 'resnet.pth');
    expect(state.get('convolutions.5.0.downsample.1.num_batches_tracked')!.data).toEqual(BigInt64Array.of(77n));
  });

  it('another file is refused by what differs', () => {
    const file = new Map(formula);
    expect(refusal(file)).toBe('nothing thrown');
    const changed = (name: string, tensor: StateTensor | null): string => {
      const copy = new Map(file);
      if (tensor === null) copy.delete(name);
      else copy.set(name, tensor);
      return refusal(copy);
    };
    expect(changed('bn1.weight', null)).toContain('"bn1.weight" is missing, and its first name is "conv1.weight"');
    const small = { shape: [2], data: new Float32Array(2) };
    expect(changed('layer4.1.bn2.bias', small)).toContain('"layer4.1.bn2.bias" is 2 and 512 is expected');
    expect(changed('layer3.2.conv1.weight', small)).toContain('"layer3.2.conv1.weight" belongs to another network');
    expect(changed('fc.bias', { shape: [1000], data: new BigInt64Array(1000) })).toContain('"fc.bias" holds whole numbers');
    expect(changed('bn1.num_batches_tracked', small)).toContain('"bn1.num_batches_tracked" is no whole number');
    expect(refusal(new Map())).toContain('its first name is "none"');
  });

  it('a public file is known by its hash', () => {
    expect(publicFile('resnet18', `5c106cde${'0'.repeat(56)}`)).toBe('resnet18-5c106cde.pth');
    expect(publicFile('resnet18', `f37072fd${'0'.repeat(56)}`)).toBe('resnet18-f37072fd.pth');
    expect(publicFile('resnet18', '0'.repeat(64))).toBeUndefined();
  });
});
