/**
 * @file The networks of `quality-check t1-linear`. Each is two graphs: a body that sees one slice at a time, and a head over the features
 * of the three slices of an image. The names of the state dict are those of the files that ClinicaDL downloads.
 */
import { appError } from '../base/errors';
import { residualBlock, runResidualBlock } from './architectures/resnet18';
import { fittingEntries } from './check-state';
import { Construction, Forward, module, network, sequential } from './construct';
import type { Layer, Network, Tree, Value } from './graph';
import { stateEntries } from './parameters';
import type { StateDict, StateTensor } from './state-dict';

/** What a network of a quality check sees: rows and columns of a slice. */
export const qualityInputSize = 224;

export interface QualityNetwork {
  /** [1, 224, 224] → features. */
  readonly body: Network;
  /** The features of three slices, those of the first before → the logits of "fail" and "pass". */
  readonly head: Network;
  /** Entries that a file may have without any use. */
  readonly unused: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

const STAGES = [64, 128, 256, 512] as const;

/** A resnet18 for slices of one channel, and five convolutions over what it says of three. */
function residual(): QualityNetwork {
  const c = new Construction();
  const stem: readonly [string, Layer][] = [
    ['conv1', c.conv(1, 64, 7, { stride: 2, padding: 3, bias: false })],
    ['bn1', c.norm(64)],
    ['relu', c.reluInPlace()],
    ['maxpool', c.plain('max-pool', { kernel: 3, stride: 2, padding: 1 })],
  ];
  const stages = STAGES.map((to, k): [string, Tree] => {
    const first = residualBlock(c, k === 0 ? 64 : to / 2, to, k === 0 ? 1 : 2);
    return [`layer${k + 1}`, sequential(first, residualBlock(c, to, to, 1))];
  });
  const g = new Forward();
  let x = stem.reduce<Value>((value, [, layer]) => g.run(layer, value), g.input([1, qualityInputSize, qualityInputSize]));
  for (const [, stage] of stages) for (const block of stage.children.values()) x = runResidualBlock(g, block as Tree, x);
  const body = network('quality body', c, module('ResNet', [...stem, ...stages]), g, { output: x }, { main: 'output' });

  const h = new Construction();
  const step = (from: number, to: number, kernel = 1): Layer[] => [h.conv(from, to, kernel), h.norm(to), h.reluInPlace()];
  const last = [h.plain('dropout', { probability: 0.5 }), h.conv(32, 2, 1)];
  const addon = sequential(...step(1536, 512), ...step(512, 32), ...step(32, 32, 7), ...step(32, 32), ...last);
  const f = new Forward();
  const output = f.flatten(f.run(addon, f.input([1536, 7, 7])));
  const head = network('quality head', h, module('Head', { addon }), f, { output }, { main: 'output' });
  return {
    body,
    head,
    unused: [
      { name: 'fc.weight', shape: [2, 512] },
      { name: 'fc.bias', shape: [2] },
    ],
  };
}

/** Channels of the squeezed values, and of each of the two expansions. */
const FIRES: readonly (readonly [at: number, from: number, squeezed: number, expanded: number])[] = [
  [3, 64, 16, 64],
  [4, 128, 16, 64],
  [6, 128, 32, 128],
  [7, 256, 32, 128],
  [9, 256, 48, 192],
  [10, 384, 48, 192],
  [11, 384, 64, 256],
  [12, 512, 64, 256],
];

/** SqueezeNet 1.1 for slices of one channel. Its pools round sizes up, which makes no difference to 111, 55 and 27. */
function squeezed(): QualityNetwork {
  const c = new Construction();
  const pool = (): Layer => c.plain('max-pool', { kernel: 3, stride: 2, padding: 0 });
  const g = new Forward();
  const features: [string, Layer | Tree][] = [['0', c.conv(1, 64, 3, { stride: 2 })]];
  let x = g.activate('relu', g.run(features[0][1], g.input([1, qualityInputSize, qualityInputSize])));
  for (const [at, from, narrow, wide] of FIRES) {
    if (at !== 4 && at !== 7 && at < 10) x = g.run(pool(), x);
    const squeeze = c.conv(from, narrow, 1);
    const expand1x1 = c.conv(narrow, wide, 1);
    const expand3x3 = c.conv(narrow, wide, 3, { padding: 1 });
    features.push([`${at}`, module('Fire', { squeeze, expand1x1, expand3x3 })]);
    const inner = g.activate('relu', g.run(squeeze, x));
    const [left, right] = [expand1x1, expand3x3].map((layer) => g.activate('relu', g.run(layer, inner)));
    x = g.node('concat', {}, [left, right]);
  }
  const body = network(
    'quality body',
    c,
    module('Features', { features: module('Sequential', features) }),
    g,
    { output: x },
    { main: 'output' },
  );

  const h = new Construction();
  const conv = h.conv(1536, 2, 1);
  const f = new Forward();
  const scores = f.activate('relu', f.run(conv, f.run(h.plain('dropout', { probability: 0.5 }), f.input([1536, 13, 13]))));
  const output = f.run(h.plain('mean', { space: [13, 13] }), scores);
  const classifier = module('Sequential', [['1', conv]]);
  const head = network('quality head', h, module('Head', { classifier }), f, { output }, { main: 'output' });
  return { body, head, unused: [] };
}

export const qualityNetworkNames = ['darq', 'sq101', 'deep_qc'] as const;
export type QualityNetworkName = (typeof qualityNetworkNames)[number];

export const qualityNetwork = (name: QualityNetworkName): QualityNetwork => (name === 'sq101' ? squeezed() : residual());

export interface QualityState {
  readonly body: StateDict;
  readonly head: StateDict;
}

/** The weights of a file, found to fit. Throws `quality-weights`, which names the first entry that does not. `where`: the file. */
export function qualityState(
  { body, head, unused }: QualityNetwork,
  name: QualityNetworkName,
  found: StateDict,
  where: string,
): QualityState {
  const refuse = (difference: string) => appError('quality-weights', { path: where, network: name, difference }, { where });
  const [ofBody, ofHead] = [stateEntries(body), stateEntries(head)];
  const state = new Map(found);
  for (const { name: entry, shape } of unused) {
    const tensor = [...state].find(([key]) => key === entry || key.endsWith(`.${entry}`));
    if (tensor !== undefined && tensor[1].shape.join() === shape.join()) state.delete(tensor[0]);
  }
  // Files of before PyTorch 0.4.1 do not count batches, which evaluation does not need.
  const first = ofBody[0].name;
  const prefix = [...state.keys()].find((key) => key.endsWith(first))?.slice(0, -first.length) ?? '';
  for (const entry of [...ofBody, ...ofHead])
    if (entry.role === 'batches' && !state.has(prefix + entry.name))
      state.set(prefix + entry.name, { shape: [], data: BigInt64Array.of(0n) });
  const fitting = fittingEntries([...ofBody, ...ofHead], state, refuse).state;
  const part = (entries: typeof ofBody): StateDict =>
    new Map(entries.map((entry): [string, StateTensor] => [entry.name, fitting.get(entry.name)!]));
  return { body: part(ofBody), head: part(ofHead) };
}
