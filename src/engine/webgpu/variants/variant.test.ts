import { describe, expect, it } from 'vitest';
import { kernelFeatures, pipelineKey, shaderOf } from '../../../gpu/kernel';
import { kernels } from '../../../gpu/kernels/kernels';
import { constructNetwork } from '../../../networks/registry';
import type { NetworkName } from '../../../vocabulary/networks';
import { type KernelChoice, plainLoss } from '../../executor';
import { designOf } from '../buffers';
import type { LayoutLimits } from '../layout';
import { firstBlocks, innerBlocks } from './block';
import { firstConvolutions, innerConvolutions } from './convolution';
import { firstFilterGradients, innerFilterGradients } from './filter-gradient';
import { linearInputProducts, linearProducts } from './linear';
import { KernelPicker } from './variant';

const limits: LayoutLimits = { largestBinding: 2 ** 28, largestBuffer: 2 ** 28, slabBytes: 2 ** 26, threads: 32768 };
const features = new Set(kernelFeatures);
const optimizer = { optimizer: 'Adam', learning_rate: 1e-3, weight_decay: 0 } as const;

function design(name: NetworkName, more: Partial<LayoutLimits>, choice?: KernelChoice) {
  const network = constructNetwork(name, { inputSize: [1, 85, 104, 90], outputSize: 2, dropout: 0 });
  const loss = plainLoss(name.startsWith('AE') ? 'MSELoss' : 'CrossEntropyLoss');
  const request = { network, loss, optimizer, batchSize: 2, ...(choice === undefined ? {} : { kernels: choice }) };
  return designOf(request, { ...limits, ...more });
}

/** Every kernel that a step and an evaluation run, in their order, with its text and its threads. */
const work = ({ training, evaluation }: ReturnType<typeof design>): string[] =>
  [training!, evaluation].flatMap(({ commands }) =>
    commands.map(({ use, extent }) =>
      [pipelineKey(use.spec, use.constants), shaderOf(use.spec, use.constants), JSON.stringify(extent(2))].join('\n'),
    ),
  );

const tables = {
  innerConvolutions,
  firstConvolutions,
  innerFilterGradients,
  firstFilterGradients,
  innerBlocks,
  firstBlocks,
  linearProducts,
  linearInputProducts,
};

describe('variants', () => {
  it.each(Object.entries(tables))('%s: two kernels at least, names that differ, each tested as the others are', (_, table) => {
    expect(table.length).toBeGreaterThan(1);
    expect(new Set(table.map(({ name }) => name)).size).toBe(table.length);
    for (const { spec } of table) if (spec !== undefined) expect(kernels).toContain(spec);
  });

  it.each(['Conv5_FC3', 'AE_Conv5_FC3', 'ResNet3D'] as const)(
    '%s without a choice runs the standard kernels, whatever the device could do',
    (name) => {
      const plain = design(name, {});
      expect(work(design(name, { features }))).toEqual(work(plain));
      const { offers } = design(name, { features }).layout.kernels;
      const named = Object.fromEntries([...offers].map(([key, { names }]) => [key, names[0]]));
      expect(work(design(name, { features }, named))).toEqual(work(plain));
      expect(work(plain).filter((text) => /enable (subgroups|f16)/.test(text))).toEqual([]);
    },
  );

  it('each row of Conv5_FC3 that takes long can be chosen for, and its choice is what runs', () => {
    const { offers } = design('Conv5_FC3', { features }).layout.kernels;
    const rows = [...offers.keys()].map((key) => key.replace(/ \d.*/, ''));
    expect([...new Set(rows)].sort()).toEqual([
      'block',
      'convolution',
      'filter gradient',
      'first block',
      'first convolution',
      'first filter gradient',
      'input gradient',
      'linear',
      'linear input gradient',
    ]);
    for (const [key, { names }] of offers) {
      const kernelsOf = (name: string): string[] => {
        const { training, evaluation } = design('Conv5_FC3', { features }, { [key]: name });
        const uses = [training!, evaluation].flatMap(({ commands }) => commands.map(({ use }) => use));
        return [...new Set(uses.map(({ spec, constants }) => pipelineKey(spec, constants)))].sort();
      };
      const sets = names.map((name) => JSON.stringify(kernelsOf(name)));
      expect(new Set(sets).size, key).toBe(names.length);
    }
  });

  it('activations of 16 bits have kernels that multiply with 16 bits, others have not', () => {
    const named = (half: boolean): string[] =>
      [...design('Conv5_FC3', { features, half }).layout.kernels.offers.values()].flatMap(({ names }) => names);
    expect(named(true)).toContain('f16');
    expect(named(false)).not.toContain('f16');
  });

  it('a name that is unknown, or that this device cannot use, is the standard kernel, and remembered', () => {
    const table = [
      { name: 'a', applies: () => true },
      { name: 'b', applies: () => true, spec: { ...kernels[0], needs: ['subgroups'] as const } },
      { name: 'c', applies: () => false },
    ];
    const row = (key: string) => ({ key, shape: null, standard: 'a', work: 1 });
    const choice = { known: 'b', strange: 'x', unfit: 'c' };
    const poor = new KernelPicker(choice, new Set());
    for (const key of ['known', 'strange', 'unfit', 'constructor']) expect(poor.pick(table, row(key)).name).toBe('a');
    expect(Object.fromEntries(poor.unusable)).toEqual(choice);
    const rich = new KernelPicker(choice, features);
    expect(rich.pick(table, row('known')).name).toBe('b');
    expect([...rich.offers.values()]).toEqual([{ names: ['a', 'b'], work: 1 }]);
  });
});
