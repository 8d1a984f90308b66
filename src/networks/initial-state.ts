/**
 * @file The state of a network right after PyTorch constructed it: weights drawn from the generator, and BatchNorm statistics left
 * by the pass of a zero image that ClinicaDL's constructors run in training mode.
 */

import { product } from '../base/shape';
import type { TorchRandom } from '../base/torch-random';
import type { NetworkSpec } from './network-spec';
import { probeStatistics } from './probe-pass';
import type { StateDict, StateTensor } from './state-dict';
import { type StateEntry, stateEntries } from './state-entries';

/** kaiming_uniform with a = √5: the bound of a weight. fan_in = inputs of one output. */
function weightBound(fanIn: number): number {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  return Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}

function fanInOf({ block, shape, role }: StateEntry, kernelVolume: number): number {
  if (role === 'weight') return product(shape.slice(1));
  return block.kind === 'linear' ? block.inFeatures : block.inChannels * kernelVolume;
}

/**
 * Parameters and buffers as ClinicaDL's constructor leaves them. Draws one word per element of each convolution and linear layer
 * from `random`, in registration order; weights and biases are bit-equal to PyTorch's vectorised builds, BatchNorm statistics agree
 * to 2e-6.
 */
export function initialState(spec: NetworkSpec, random: TorchRandom): StateDict {
  const kernelVolume = 3 ** (spec.inputSize.length - 1);
  const state = new Map<string, StateTensor>();
  for (const entry of stateEntries(spec)) {
    const { name, shape, role } = entry;
    if (role === 'batches') {
      state.set(name, { shape, data: new BigInt64Array([1n]) });
      continue;
    }
    const data = new Float32Array(product(shape));
    if (role === 'weight' || role === 'bias') {
      const fanIn = fanInOf(entry, kernelVolume);
      const bound = role === 'weight' ? weightBound(fanIn) : 1 / Math.sqrt(fanIn);
      random.uniformFloat32(data, -bound, bound);
    }
    if (role === 'norm-weight') data.fill(1);
    state.set(name, { shape, data });
  }
  for (const [name, data] of probeStatistics(spec, state)) state.set(name, { shape: [data.length], data });
  return state;
}
