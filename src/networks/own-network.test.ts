import { describe, expect, it } from 'vitest';
import { AppError } from '../base/errors';
import { TorchRandom } from '../base/torch-random';
import { initialState } from './initial-state';
import { ownNetwork } from './own-network';
import { stateEntries } from './parameters';

const classes = { inputSize: [1, 9, 8, 7], outputSize: 2 };
const skip = {
  layers: [
    { op: 'conv', name: 'first', outChannels: 4, kernel: 3, padding: 1 },
    { op: 'batch-norm', name: 'norm' },
    { op: 'activation', kind: 'relu', name: 'active' },
    { op: 'conv', name: 'second', outChannels: 4, kernel: 3, padding: 1, bias: false },
    { op: 'add', from: ['second', 'active'], name: 'sum' },
    { op: 'mean' },
    { op: 'linear', outFeatures: 'outputs', name: 'classes' },
  ],
};

const faultOf = (content: unknown, options = classes): string => {
  try {
    ownNetwork(content, options, 'net.json');
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'built';
};
const withLayers = (...layers: unknown[]): string => faultOf({ layers });
const conv = { op: 'conv', outChannels: 2, kernel: 3 };

describe('a network file', () => {
  it('becomes a network with a skip, whose weights are named after its layers', () => {
    const network = ownNetwork(skip, classes, 'net.json');
    expect(stateEntries(network).map(({ name, shape }) => `${name} ${shape.join('×')}`)).toEqual([
      'layers.first.weight 4×1×3×3×3',
      'layers.first.bias 4',
      'layers.norm.weight 4',
      'layers.norm.bias 4',
      'layers.norm.running_mean 4',
      'layers.norm.running_var 4',
      'layers.norm.num_batches_tracked ',
      'layers.second.weight 4×4×3×3×3',
      'layers.classes.weight 2×4',
      'layers.classes.bias 2',
    ]);
    const sum = network.graph.nodes.find(({ op }) => op === 'add')!;
    expect(sum.inputs.map((value) => network.graph.nodes[value].op)).toEqual(['conv', 'activation']);
    // No constructor probes it: the statistics are those of a new BatchNorm, and values are drawn in the order of the layers.
    const state = initialState(network, new TorchRandom(0));
    expect([...(state.get('layers.norm.running_var')!.data as Float32Array)]).toEqual([1, 1, 1, 1]);
    const first = new Float32Array(4);
    new TorchRandom(0).uniformFloat32(first, -1 / Math.sqrt(27), 1 / Math.sqrt(27));
    for (const [i, value] of first.entries()) expect(state.get('layers.first.weight')!.data[i]).toBeCloseTo(value, 6);
  });

  it('may be an autoencoder that undoes its pool', () => {
    const layers = [
      { ...conv, padding: 1, name: 'in' },
      { op: 'pad-max-pool', name: 'pool' },
      { op: 'max-unpool', of: 'pool' },
      { op: 'conv-transpose', outChannels: 1, kernel: 3, padding: 1 },
    ];
    const network = ownNetwork({ layers }, { inputSize: [1, 9, 8], outputSize: null }, 'net.json');
    expect(network.graph.nodes.at(-1)?.shape).toEqual([1, 9, 8]);
  });

  it.each<[string, unknown, string]>([
    ['no list', {}, 'network-file'],
    ['an empty list', { layers: [] }, 'network-file'],
    ['nothing', null, 'network-file'],
  ])('that holds %s is refused', (_, content, code) => {
    expect(faultOf(content)).toContain(code);
    expect(faultOf(content)).toContain('net.json');
  });

  it.each<[string, unknown[], string[]]>([
    ['no object', [conv, 3], ['Layer 2', 'no object']],
    ['an operation that does not exist', [{ op: 'convolution' }], ['Layer 1', '"convolution"', 'conv-transpose']],
    ['a field that its operation lacks', [{ ...conv, groups: 2 }], ['Layer 1', '"groups"', 'outChannels']],
    ['a missing number', [{ op: 'conv', kernel: 3 }], ['"outChannels" is missing']],
    ['half a channel', [{ ...conv, outChannels: 1.5 }], ['1.5']],
    ['a kernel of text', [{ ...conv, kernel: '3' }], ['"kernel" is "3"']],
    [
      'a name twice',
      [
        { ...conv, name: 'a' },
        { op: 'batch-norm', name: 'a' },
      ],
      ['Layer 2', 'another layer'],
    ],
    ['a name with a dot', [{ ...conv, name: 'a.b' }], ['"a.b"', 'letters']],
    [
      'a later layer to read',
      [
        { ...conv, from: 'later' },
        { op: 'mean', name: 'later' },
      ],
      ['Layer 1', '"later"', 'input'],
    ],
    [
      'shapes that do not fit',
      [
        { ...conv, name: 'a' },
        { op: 'add', from: ['a', 'input'] },
      ],
      ['2 × 7 × 6 × 5', '1 × 9 × 8 × 7'],
    ],
    ['a number that is none', [{ ...conv, kernel: Number.NaN }], ['"kernel" is NaN']],
    [
      'a result that nothing reads',
      [
        { ...conv, name: 'lonely' },
        { op: 'mean', from: 'input' },
      ],
      ['Layer 1, "lonely"', 'no layer reads'],
    ],
    ['one layer to add', [conv, { op: 'add' }], ['two layers']],
    ['a window larger than its input', [{ ...conv, kernel: 8 }], ['Layer 1', 'larger']],
    ['a linear layer on a volume', [conv, { op: 'linear', outFeatures: 2 }], ['Layer 2', 'flatten']],
    ['a convolution after flatten', [{ op: 'flatten' }, conv], ['Layer 2', 'spatial']],
    [
      'an unpool of no pool',
      [
        { ...conv, name: 'a' },
        { op: 'max-unpool', of: 'a' },
      ],
      ['no pad-max-pool'],
    ],
    ['another number of outputs', [{ op: 'flatten' }, { op: 'linear', outFeatures: 3 }], ['Layer 2', '3 values', 'needs 2']],
    ['a slope of relu', [{ op: 'activation', kind: 'relu', slope: 0.1 }], ['only leaky']],
    ['output padding as large as the stride', [{ ...conv, op: 'conv-transpose', outputPadding: 1 }], ['smaller than the stride']],
    [
      'more values than fit',
      [
        { ...conv, outChannels: 1_000_000 },
        { op: 'upsample', by: 1_000_000 },
      ],
      ['too large'],
    ],
  ])('with a layer of %s is refused, naming the layer and the reason', (_, layers, parts) => {
    const fault = withLayers(...layers);
    expect(fault).toContain('network-layer');
    for (const part of ['net.json', ...parts]) expect(fault).toContain(part);
  });

  it('with something beside its layers is refused by its name', () => {
    const fault = faultOf({ ...skip, dropout: 0.5 });
    expect(fault).toContain('network-key');
    expect(fault).toContain('"net.json" has "dropout" beside its "layers"');
  });

  it('calls a layer without a name by its number, written as text or not', () => {
    for (const from of [0, '0'])
      expect(withLayers(conv, { op: 'mean', from }, { op: 'linear', outFeatures: 'outputs' })).toBe('built');
    expect(withLayers(conv, { op: 'mean', from: 1 })).toContain('it reads 1,');
  });

  it('is built once what its refusal names is corrected', () => {
    expect(faultOf({})).toContain('"layers", a list');
    const layers = [{ op: 'flatten' }, { op: 'linear', outFeatures: 3 }];
    expect(faultOf({ layers })).toContain('the task needs 2');
    expect(faultOf({ layers: [layers[0], { op: 'linear', outFeatures: 2 }] })).toBe('built');
  });
});
