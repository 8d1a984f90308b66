/**
 * @file CVAE_3D, CVAE_3D_half and CVAE_3D_final_conv: three strided convolutions to a mean μ and a log-variance λ, and three transposed
 * ones back. Noise is one row of numbers for a whole batch, in training only.
 */
import { product } from '../../base/shape';
import type { Builders } from '../builders';
import { Construction, Forward, module, network } from '../construct';
import type { Layer, Network, Tree, Value } from '../graph';
import type { Attributes } from '../operations';
import { checkOneAxis, checkRank } from './input-checks';
import { halvings, outputPadding } from './strided-blocks';

export interface CvaeOptions {
  readonly inputSize: readonly number[];
  /** Numbers in μ and in λ. */
  readonly latent_space_size: number;
  /** 0: nothing is drawn, and the decoder gets μ in training too. */
  readonly kl_weight: number;
}

/** What differs from class to class. */
export interface CvaeDesign {
  readonly norm: 'batch' | 'instance';
  /** After the norms on the way in, and on the way back. */
  readonly slopes: { readonly encoder: number; readonly decoder: number };
  /** What the last values pass through; `conv`: a convolution and a sigmoid after norm and activation. */
  readonly end: 'relu' | 'sigmoid' | 'conv';
  /** CVAE_3D draws in every evaluation too, with labels or without; what is saved of it is the mean (`meanDraws`). */
  readonly drawsInEvaluation: boolean;
}

/** Of CVAE_3D, whatever is asked for: its loss is Σ(r − x)²/n + 5·KL, over n images. */
const CVAE_3D_KL_WEIGHT = 5;

const cvaeDesigns = {
  CVAE_3D: { norm: 'batch', slopes: { encoder: 0, decoder: 0 }, end: 'relu', drawsInEvaluation: true },
  CVAE_3D_half: { norm: 'batch', slopes: { encoder: 0.2, decoder: 0 }, end: 'sigmoid', drawsInEvaluation: false },
  CVAE_3D_final_conv: { norm: 'instance', slopes: { encoder: 0.2, decoder: 0.01 }, end: 'conv', drawsInEvaluation: false },
} as const satisfies Readonly<Record<string, CvaeDesign>>;

/** Layers by name, in the order of registration and of the draws. Of `bn4` and `bn7` ClinicaDL makes no use. */
function layersOf(c: Construction, { norm, end }: CvaeDesign, inputSize: readonly number[], latent: number): Map<string, Layer> {
  const [channels, ...space] = inputSize;
  const sizes = halvings(space, 3, 3);
  const features = 128 * product(sizes[3]);
  const half = { stride: 2, padding: 1 } as const;
  const back = (from: number, to: number, lengths: readonly number[]): Layer =>
    c.transposed(from, to, 3, outputPadding(lengths, 3), half);
  const norms = (...named: readonly (readonly [number, number])[]): [string, Layer][] =>
    named.map(([k, width]) =>
      norm === 'batch' ? [`bn${k}`, c.norm(width)] : [`in${k}`, c.plain('instance-norm', { channels: width })],
    );
  return new Map([
    ['conv1', c.conv(channels, 32, 3, half)],
    ['conv2', c.conv(32, 64, 3, half)],
    ['conv3', c.conv(64, 128, 3, half)],
    ...norms([1, 32], [2, 64], [3, 128], ...(norm === 'batch' ? ([[4, 128]] as const) : [])),
    ['fc10', c.linear(features, latent)],
    ['fc11', c.linear(features, latent)],
    ['fc2', c.linear(latent, 2 * features)],
    ['upconv1', back(256, 128, sizes[2])],
    ['upconv2', back(128, 64, sizes[1])],
    ['upconv4', back(64, channels, sizes[0])],
    ...(end === 'conv' ? ([['final', c.conv(channels, channels, 3, { padding: 1 })]] as const) : []),
    ...norms([5, 128], [6, 64], [7, norm === 'batch' ? 32 : channels]),
  ]);
}

/** Throws `network-input-rank`, `network-input-small`. */
function cvae(architecture: string, design: CvaeDesign, options: CvaeOptions): Network {
  const { inputSize, latent_space_size: latent, kl_weight } = options;
  checkRank(architecture, inputSize, [3]);
  checkOneAxis(architecture, inputSize, 8);
  const c = new Construction();
  const layers = layersOf(c, design, inputSize, latent);
  const { norm, slopes, end } = design;
  const g = new Forward();
  const activate = (x: Value, slope: number): Value => (slope === 0 ? g.activate('relu', x) : g.activate('leaky', x, slope));
  const run = (name: string, x: Value): Value => g.run(layers.get(name)!, x);
  const normed = (name: string, k: number, x: Value, slope: number): Value =>
    activate(run(`${norm === 'batch' ? 'bn' : 'in'}${k}`, run(name, x)), slope);

  let x = g.input(inputSize);
  for (const k of [1, 2, 3]) x = normed(`conv${k}`, k, x, slopes.encoder);
  const [, ...space] = g.shape(x);
  const flat = g.flatten(x);
  const mu = g.activate('tanh', run('fc10', flat));
  const logVar = run('fc11', flat);
  const draw: Attributes['sample'] = design.drawsInEvaluation ? { draw: 'per batch', inEvaluation: true } : { draw: 'per batch' };
  x = activate(run('fc2', kl_weight === 0 ? mu : g.node('sample', draw, [mu, logVar])), slopes.decoder);
  x = g.node('reshape', { shape: [256, ...space] }, [x]);
  x = normed('upconv1', 5, x, slopes.decoder);
  x = normed('upconv2', 6, x, slopes.decoder);
  const last = end === 'conv' ? run('final', normed('upconv4', 7, x, slopes.decoder)) : run('upconv4', x);
  const reconstruction = g.activate(end === 'relu' ? 'relu' : 'sigmoid', last);
  const tree: Tree = module(architecture, layers);
  const rest = { main: 'reconstruction', printed: false } as const;
  return network(architecture, c, tree, g, { mu, logVar, reconstruction }, rest);
}

export const builders = {
  CVAE_3D: (options, name) => cvae(name, cvaeDesigns[name], { ...options, kl_weight: CVAE_3D_KL_WEIGHT }),
  CVAE_3D_final_conv: (options, name) => cvae(name, cvaeDesigns[name], options),
  CVAE_3D_half: (options, name) => cvae(name, cvaeDesigns[name], options),
} satisfies Builders;
