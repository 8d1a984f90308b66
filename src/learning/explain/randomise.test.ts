import { expect, it } from 'vitest';
import { TorchRandom } from '../../base/torch-random';
import { initialState } from '../../networks/initial-state';
import { constructNetwork } from '../../networks/registry';
import { cascade, randomised } from './randomise';

const network = constructNetwork('Conv4_FC3', { inputSize: [1, 20, 18], outputSize: 2, dropout: 0 });

it('goes from the last layer with weights to the first; a norm goes with its convolution', () => {
  const names = cascade(network).map(({ name }) => name);
  expect(names).toEqual(['fc.6', 'fc.4', 'fc.2', ...[16, 12, 8, 4, 0].map((k) => `convolutions.${k}`)]);
  expect(cascade(network)[3].layers.map(({ op }) => op)).toEqual(['conv', 'batch-norm']);
});

it('draws so many layers anew and leaves the others', () => {
  const [trained, fresh] = [1, 2].map((seed) => initialState(network, new TorchRandom(seed)));
  const state = randomised(network, trained, fresh, 4);
  const from = (name: string) => (state.get(name) === fresh.get(name) ? 'fresh' : 'trained');
  expect([...state.keys()]).toEqual([...trained.keys()]);
  expect(['fc.6.bias', 'fc.2.weight', 'convolutions.16.weight', 'convolutions.17.running_var'].map(from)).toEqual(
    new Array(4).fill('fresh'),
  );
  expect(['convolutions.12.weight', 'convolutions.13.weight', 'convolutions.0.bias'].map(from)).toEqual(
    new Array(3).fill('trained'),
  );
});
