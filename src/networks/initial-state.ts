/**
 * @file The state of a network right after PyTorch constructed it: weights drawn from the generator, and BatchNorm statistics left
 * by the pass of a zero image that ClinicaDL's constructors run in training mode.
 */
import { product } from '../base/shape';
import type { TorchRandom } from '../base/torch-random';
import { type Layer, type Network, namedLayers, rankOf } from './graph';
import { type Parameter, parametersOf } from './parameters';
import { probeStatistics } from './probe-pass';
import type { StateDict, StateTensor } from './state-dict';

type Floats = Float32Array<ArrayBuffer>;
/** Values of a layer by the names of its parameters. */
type LayerValues = Map<string, StateTensor>;

/** kaiming_uniform with a = √5: the bound of a weight. fan_in = inputs of one output. */
function weightBound(fanIn: number): number {
  const gain = Math.sqrt(2 / (1 + Math.sqrt(5) ** 2));
  return Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}

function fresh({ shape, role, fanIn }: Parameter, random: TorchRandom): StateTensor {
  if (role === 'batches') return { shape, data: new BigInt64Array(1) };
  const data = new Float32Array(product(shape));
  if (role === 'norm-weight' || role === 'running-var') data.fill(1);
  if (fanIn !== undefined) {
    const bound = role === 'weight' ? weightBound(fanIn) : 1 / Math.sqrt(fanIn);
    random.uniformFloat32(data, -bound, bound);
  }
  return { shape, data };
}

/** Normal values of standard deviation √(2 / (out · k…)), in the place of what was drawn before. */
function redraw(values: LayerValues, random: TorchRandom): void {
  const { shape } = values.get('weight')!;
  const [out, , ...kernel] = shape;
  const data = random.randn(product(shape));
  const deviation = Math.fround(Math.sqrt(2 / (product(kernel) * out)));
  values.set('weight', { shape, data: data.map((value) => value * deviation) });
}

/**
 * Parameters and buffers as ClinicaDL's constructor leaves them. Draws one word per element of each convolution and linear layer
 * from `random`, in the order of construction; weights and biases are bit-equal to PyTorch's vectorised builds, BatchNorm statistics
 * agree to 2e-6.
 */
export function initialState(network: Network, random: TorchRandom): StateDict {
  const rank = rankOf(network);
  const drawn = new Map<Layer, LayerValues>();
  const make = (layer: Layer): LayerValues => {
    const values = new Map(parametersOf(layer, rank).map((parameter) => [parameter.name, fresh(parameter, random)] as const));
    drawn.set(layer, values);
    return values;
  };
  for (const draw of network.constructed) {
    if ('redrawn' in draw) for (const layer of draw.redrawn) redraw(drawn.get(layer)!, random);
    else make(draw);
  }
  if (network.probe !== null) {
    for (const [layer, { mean, variance }] of probeStatistics(network, (layer) => drawn.get(layer) ?? new Map())) {
      const values = drawn.get(layer)!;
      values.set('running_mean', { shape: [mean.length], data: mean });
      values.set('running_var', { shape: [variance.length], data: variance });
      values.set('num_batches_tracked', { shape: [], data: new BigInt64Array([1n]) });
    }
    for (const { size, probability } of network.probe.dropouts) random.dropoutMask(size, probability);
  }
  const state = new Map<string, StateTensor>();
  for (const [path, layer] of namedLayers(network.tree)) {
    const values = drawn.get(layer.copyOf ?? layer);
    for (const { name } of parametersOf(layer, rank)) {
      const { shape, data } = values!.get(name)!;
      state.set(`${path}.${name}`, { shape, data: data.slice() as Floats });
    }
  }
  return state;
}
