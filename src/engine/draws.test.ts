import { describe, expect, it } from 'vitest';
import { goldenNetwork } from '../../test/golden-network';
import { networkCases } from '../../test/network-cases';
import { TorchRandom } from '../base/torch-random';
import { drawsFrom, drawsOf, meanDraws } from './draws';

describe('an evaluation', () => {
  it.each(networkCases)('draws noise where that of ClinicaDL does: %s', (_, network, one) => {
    const draws = drawsOf(goldenNetwork(network, one), 'evaluation', one.input_shape[0]);
    expect(draws.length > 0).toBe(one.eval_loss.draws_noise);
  });

  it('with CVAE_3D draws one vector for all images of a batch', () => {
    const [, network, one] = networkCases.find(([, name]) => name === 'CVAE_3D')!;
    expect(drawsOf(goldenNetwork(network, one), 'evaluation', 3)).toMatchObject([{ kind: 'normal', shared: true, size: 4 }]);
  });
});

it('what is saved of CVAE_3D is made from means, and moves no generator', () => {
  const random = new TorchRandom(0);
  const draws = meanDraws(drawsFrom(random));
  expect(draws({ kind: 'normal', node: 1, shared: true, size: 20 })).toEqual(new Float32Array(20));
  expect(random.state()).toEqual(new TorchRandom(0).state());
  expect(draws({ kind: 'normal', node: 1, shared: false, size: 20 })).toEqual(new TorchRandom(0).randn(20));
});
