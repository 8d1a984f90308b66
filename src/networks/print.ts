/** @file PyTorch's module tree of a network: versions for the weight files, and the text of its `print`. */
import { printFloat } from '../base/python-number';
import { isLayer, type Layer, type Network, rankOf, type Tree } from './graph';
import type { Attributes, ConvAttributes, Op } from './operations';

/** A module as PyTorch prints it: its head, then its children. */
interface Printed {
  readonly text: string;
  readonly version: 1 | 2;
  readonly children: readonly (readonly [string, Printed])[];
}

const leaf = (text: string, version: 1 | 2 = 1): Printed => ({ text, version, children: [] });
const tuple = (values: readonly number[]): string => `(${values.join(', ')})`;
const same = (value: number, rank: number): string => tuple(new Array<number>(rank).fill(value));

function convolution(name: string, a: ConvAttributes, rank: number, outputPadding: readonly number[] = []): Printed {
  const { kernel, stride, padding, bias } = a;
  const parts = [
    `${a.inChannels}, ${a.outChannels}, kernel_size=${same(kernel, rank)}, stride=${same(stride, rank)}`,
    ...(padding > 0 ? [`padding=${same(padding, rank)}`] : []),
    ...(outputPadding.some((n) => n > 0) ? [`output_padding=${tuple(outputPadding)}`] : []),
    ...(bias ? [] : ['bias=False']),
  ];
  return leaf(`${name}${rank}d(${parts.join(', ')})`);
}

const activations: Readonly<Record<Attributes['activation']['kind'], (slope: number) => string>> = {
  relu: () => 'ReLU()',
  leaky: (slope) => `LeakyReLU(negative_slope=${slope})`,
  elu: () => 'ELU(alpha=1.0)',
  sigmoid: () => 'Sigmoid()',
  tanh: () => 'Tanh()',
};

const pooling = (rank: number, window: string): Printed => leaf(`MaxPool${rank}d(${window}, dilation=1, ceil_mode=False)`);

/** Zeros in front of each axis of a padded pool: those of its last call. */
type Pads = readonly number[];

/** Operations that are modules in PyTorch. */
const modules: { readonly [K in Op]?: (attributes: Attributes[K], rank: number, pads: Pads) => Printed } = {
  conv: (a, rank) => convolution('Conv', a, rank),
  'conv-transpose': (a, rank) => convolution('ConvTranspose', a, rank, a.outputPadding),
  linear: (a) => leaf(`Linear(in_features=${a.inFeatures}, out_features=${a.outFeatures}, bias=True)`),
  'batch-norm': ({ channels }, rank) =>
    leaf(`BatchNorm${rank}d(${channels}, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)`, 2),
  'instance-norm': ({ channels }, rank) =>
    leaf(`InstanceNorm${rank}d(${channels}, eps=1e-05, momentum=0.1, affine=False, track_running_stats=False)`, 2),
  activation: ({ kind, slope = 0.01 }) => leaf(activations[kind](slope)),
  dropout: ({ probability }) => leaf(`Dropout(p=${printFloat(probability)}, inplace=False)`),
  reshape: ({ shape }) =>
    leaf(shape.length === 1 ? 'Flatten(start_dim=1, end_dim=-1)' : `Unflatten(dim=1, unflattened_size=${tuple(shape)})`),
  'pad-max-pool': (_, rank, pads) => ({
    text: `PadMaxPool${rank}d`,
    version: 1,
    children: [
      ['pool', pooling(rank, 'kernel_size=2, stride=2, padding=0')],
      ['pad', leaf(`ConstantPad${rank}d(padding=${tuple(pads.toReversed().flatMap((pad) => [pad, 0]))}, value=0)`)],
    ],
  }),
  'max-unpool': (_, rank) => ({
    text: `CropMaxUnpool${rank}d`,
    version: 1,
    children: [
      ['unpool', leaf(`MaxUnpool${rank}d(kernel_size=${same(2, rank)}, stride=${same(2, rank)}, padding=${same(0, rank)})`)],
    ],
  }),
  'max-pool': ({ kernel, stride, padding }, rank) => pooling(rank, `kernel_size=${kernel}, stride=${stride}, padding=${padding}`),
  mean: ({ space }, rank) => leaf(`AvgPool${rank}d(kernel_size=${tuple(space)}, stride=1, padding=0)`),
  upsample: ({ by }) => leaf(`Upsample(scale_factor=${by.toFixed(1)}, mode='nearest')`),
};

/** Padded pools keep the pads of the constructor's pass through the network; without one they have none yet. */
function padsOf({ graph, probe }: Network): ReadonlyMap<Layer, Pads> {
  const pools = graph.nodes.slice(0, probe === null ? 0 : probe.through + 1).filter(({ op }) => op === 'pad-max-pool');
  return new Map(pools.map(({ layer, inputs: [from] }) => [layer!, graph.nodes[from].shape.slice(1).map((n) => n % 2)]));
}

/** A module of a network and what is in it. */
function printerOf(network: Network): (item: Layer | Tree) => Printed {
  const rank = rankOf(network);
  const pads = padsOf(network);
  const none = new Array<number>(rank).fill(0);
  const printed = (item: Layer | Tree): Printed => {
    if (!isLayer(item))
      return { text: item.module, version: 1, children: [...item.children].map(([name, child]) => [name, printed(child)]) };
    const print = modules[item.op] as ((attributes: Attributes[Op], rank: number, pads: Pads) => Printed) | undefined;
    if (print === undefined) throw new Error(`${item.op} is no module of PyTorch`);
    const made = print(item.attributes, rank, pads.get(item) ?? none);
    return item.printed === undefined ? made : { ...made, text: item.printed };
  };
  return printed;
}

/** Every module and its version, in the order of PyTorch's `_metadata`; the network itself has the name ''. */
export function moduleVersions(network: Network): ReadonlyMap<string, number> {
  const versions = new Map<string, number>();
  const visit = (module: Printed, name: string): void => {
    versions.set(name, module.version);
    for (const [child, inner] of module.children) visit(inner, name === '' ? child : `${name}.${child}`);
  };
  visit(printerOf(network)(network.tree), '');
  return versions;
}

function lines({ text, children }: Printed, label: string, indent: string): string {
  if (children.length === 0) return `${indent}${label}${text}${/\)$/.test(text) ? '' : '()'}\n`;
  const inner = children.map(([name, child]) => lines(child, `(${name}): `, `${indent}  `)).join('');
  return `${indent}${label}${text}(\n${inner}${indent})\n`;
}

/** The parts of a network as PyTorch prints them in a Sequential; `None` for classes that do not name their layers. */
export function printLayers(network: Network): string {
  if (!network.printed) return 'None';
  const print = printerOf(network);
  const parts = [...network.tree.children.values()].map((part, i) => [`${i}`, print(part)] as const);
  return lines({ text: 'Sequential', version: 1, children: parts }, '', '').trimEnd();
}
