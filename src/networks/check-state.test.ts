import { describe, expect, it } from 'vitest';
import { TorchRandom } from '../base/torch-random';
import { checkStateFits, fittingState } from './check-state';
import { initialState } from './initial-state';
import { buildNetwork } from './registry';

const spec = buildNetwork('Conv4_FC3', { inputSize: [1, 17, 4, 3], outputSize: 2, dropout: 0 });
const state = initialState(spec, new TorchRandom(0));
const renamed = (change: (name: string) => string) => new Map([...state].map(([name, value]) => [change(name), value]));

describe('weights and a network', () => {
  it('fit as they are, and with one thing in front of every name', () => {
    expect(fittingState(spec, state, 'w')).toEqual({ state, prefix: '' });
    for (const prefix of ['module.', 'model.', '_orig_mod.module.'])
      expect(
        fittingState(
          spec,
          renamed((name) => prefix + name),
          'w',
        ),
      ).toEqual({ state, prefix });
  });

  it('a prefix is for files of other programs, not for our own state', () => {
    expect(() =>
      checkStateFits(
        spec,
        renamed((name) => `module.${name}`),
        'w',
      ),
    ).toThrow('begin with "module."');
  });

  it.each([
    ['a name is another', renamed((name) => name.replace('fc.', 'head.')), '" is missing, and its first name is "'],
    [
      'only some names have something in front',
      renamed((name) => (name.startsWith('fc') ? name : `module.${name}`)),
      'is missing',
    ],
    [
      'there is one more',
      new Map([...state, ['loss.weight', [...state.values()][0]]]),
      '"loss.weight" belongs to another network',
    ],
    [
      'one holds whole numbers',
      new Map([...state].map(([k, v]) => [k, { ...v, data: new BigInt64Array(v.data.length) }])),
      'whole numbers',
    ],
    ['there are none', new Map(), 'its first name is "none"'],
  ])('do not fit when %s', (_, found, told) => {
    expect(() => fittingState(spec, found, 'w')).toThrow(told);
  });
});
