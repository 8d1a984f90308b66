/**
 * @file Vanilla variational autoencoders: strided convolutions to a mean μ and a log-variance λ, a sample of them, and back. `dense`:
 * μ and λ are rows of numbers; `spatial`: images of one channel.
 *
 * Only Vanilla3DdenseVAE can be constructed in ClinicaDL 1.6.1. The two in 2D are repaired as their parts are meant: encoder and decoder
 * get the size of the input. Of Vanilla3DspacialVAE the decoder's table of output paddings ends too early; here they follow from the
 * sizes, and its layers go back step by step (512 → 256 → 128 → 64 → 32 → c).
 */
import { product } from '../../base/shape';
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import { isLayer, type Layer, type Network, type Tree, type Value } from '../graph';
import { checkEachAxis, checkOneAxis, checkRank } from './input-checks';
import { decoderBlock, encoderBlock, halvings, runDecoderBlock, runEncoderBlock, transposedTo } from './strided-blocks';

export interface DenseOptions {
  readonly inputSize: readonly number[];
  /** Numbers in μ and in λ. */
  readonly latent_space_size: number;
  /** Numbers in the layer before them; 0: no such layer. */
  readonly feature_size: number;
}

/** Blocks are run with their activations, which are no modules; all other parts as they are. */
function runParts(g: Forward, parts: Iterable<Layer | Tree>, x: Value): Value {
  let value = x;
  for (const part of parts) {
    const name = isLayer(part) ? '' : part.module;
    if (name.startsWith('EncoderLayer')) value = runEncoderBlock(g, part as Tree, value);
    else if (name.startsWith('DecoderLayer')) value = runDecoderBlock(g, part as Tree, value);
    else value = g.run(part, value);
  }
  return value;
}

interface Parts {
  readonly encoder: readonly (Layer | Tree)[];
  readonly mu: Layer;
  readonly logVar: Layer;
  readonly decoder: readonly (Layer | Tree)[];
}

/** `wrapped`: the names of the parts in 2D, where encoder and decoder are classes of their own. */
function vae(architecture: string, c: Construction, inputSize: readonly number[], parts: Parts, wrapped: boolean): Network {
  const g = new Forward();
  const code = runParts(g, parts.encoder, g.input(inputSize));
  const mu = g.run(parts.mu, code);
  const logVar = g.run(parts.logVar, code);
  const reconstruction = runParts(g, parts.decoder, g.node('sample', { draw: 'per image' }, [mu, logVar]));
  const side = (name: string, items: readonly (Layer | Tree)[]): Tree =>
    wrapped ? module(name, { sequential: sequential(...items) }) : sequential(...items);
  const tree = module(architecture, {
    encoder: side('VAE_Encoder', parts.encoder),
    mu_layer: parts.mu,
    var_layer: parts.logVar,
    decoder: side('VAE_Decoder', parts.decoder),
  });
  return network(architecture, c, tree, g, { reconstruction, mu, logVar }, { main: 'reconstruction' });
}

/** Sizes are halved and rounded down: something must be left, and more than one value for the last norm. */
function checkSize(architecture: string, inputSize: readonly number[], rank: 2 | 3, halved: number, normed: number): void {
  checkRank(architecture, inputSize, [rank]);
  checkEachAxis(architecture, inputSize, 2 ** halved);
  checkOneAxis(architecture, inputSize, 2 ** (normed + 1) - 1);
}

/**
 * `n_conv` convolutions, the first with `io_layer_channels` channels, each further one with twice as many. Throws `network-input-rank`,
 * `network-input-axis`, `network-input-small`.
 */
function vanilla3dDenseVae(
  architecture: string,
  options: DenseOptions & { readonly n_conv: number; readonly io_layer_channels: number },
): Network {
  const { inputSize, latent_space_size: latent, feature_size: features, n_conv: n, io_layer_channels: width } = options;
  checkSize(architecture, inputSize, 3, n, n);
  const c = new Construction();
  const design = { kernel: 4, rank: 3 } as const;
  const [channels, ...space] = inputSize;
  const sizes = halvings(space, n, 4);
  const widths = Array.from({ length: n }, (_, k) => width * 2 ** k);
  const last = widths[n - 1];
  const flat = last * product(sizes[n]);
  const blocks = widths.map((to, k) => encoderBlock(c, design, k === 0 ? channels : widths[k - 1], to));
  const encoder = [
    ...blocks,
    c.flatten(flat, true),
    ...(features === 0 ? [] : [sequential(c.linear(flat, features), c.activation('relu'))]),
  ];
  const mu = c.linear(features || flat, latent);
  const logVar = c.linear(features || flat, latent);
  const wide =
    features === 0
      ? sequential(c.linear(latent, flat), c.activation('relu'))
      : sequential(c.linear(latent, features), c.activation('relu'), c.linear(features, flat), c.activation('relu'));
  const back = Array.from({ length: n - 1 }, (_, k) =>
    decoderBlock(c, design, widths[n - 1 - k], widths[n - 2 - k], sizes[n - 1 - k]),
  );
  const decoder = [
    wide,
    c.plain('reshape', { shape: [last, ...sizes[n]] }, 'Unflatten3D()'),
    ...back,
    sequential(transposedTo(c, 4, width, channels, space), c.activation('sigmoid')),
  ];
  return vae(architecture, c, inputSize, { encoder, mu, logVar, decoder }, false);
}

const WIDTHS = [32, 64, 128, 256] as const;

/** Blocks 256 → 128 → 64 → 32 and the last layer, in 2D and 3D. */
function wayBack(c: Construction, rank: number, channels: number, sizes: readonly (readonly number[])[]): Tree[] {
  const design = { kernel: 4, rank } as const;
  return [
    ...[3, 2, 1].map((k) => decoderBlock(c, design, WIDTHS[k], WIDTHS[k - 1], sizes[k])),
    sequential(transposedTo(c, 4, WIDTHS[0], channels, sizes[0]), c.activation('sigmoid')),
  ];
}

const wayIn = (c: Construction, rank: number, channels: number): Tree[] =>
  WIDTHS.map((to, k) => encoderBlock(c, { kernel: 4, rank }, k === 0 ? channels : WIDTHS[k - 1], to));

/** Input [c, h, w]. Throws `network-input-rank`, `network-input-axis`, `network-input-small`. */
function vanillaDenseVae(architecture: string, options: DenseOptions): Network {
  const { inputSize, latent_space_size: latent, feature_size: features } = options;
  checkSize(architecture, inputSize, 2, 4, 4);
  const c = new Construction();
  const [channels, ...space] = inputSize;
  const sizes = halvings(space, 4, 4);
  const flat = WIDTHS[3] * product(sizes[4]);
  const toFeatures = (): Layer[] => (features === 0 ? [] : [c.linear(flat, features), c.activation('relu')]);
  const encoder = [...wayIn(c, 2, channels), sequential(c.flatten(flat, true), ...toFeatures())];
  const mu = c.linear(features || flat, latent);
  const logVar = c.linear(features || flat, latent);
  const fromFeatures = (): Layer[] => (features === 0 ? [] : [c.linear(latent, features), c.activation('relu')]);
  const wide = sequential(
    ...fromFeatures(),
    c.linear(features || latent, flat),
    c.activation('relu'),
    c.plain('reshape', { shape: [WIDTHS[3], ...sizes[4]] }, 'Unflatten2D()'),
    c.activation('relu'),
  );
  const decoder = [wide, ...wayBack(c, 2, channels, sizes)];
  return vae(architecture, c, inputSize, { encoder, mu, logVar, decoder }, true);
}

/** Input [c, h, w]; μ and λ [1, h/16, w/16]. Throws `network-input-rank`, `network-input-axis`, `network-input-small`. */
function vanillaSpatialVae(architecture: string, inputSize: readonly number[]): Network {
  checkSize(architecture, inputSize, 2, 4, 4);
  const c = new Construction();
  const [channels, ...space] = inputSize;
  const same = { padding: 1, bias: false } as const;
  const encoder = [...wayIn(c, 2, channels), sequential(c.conv(WIDTHS[3], 64, 3, same), c.activation('relu'))];
  const mu = c.conv(64, 1, 3, same);
  const logVar = c.conv(64, 1, 3, same);
  const wide = sequential(
    c.transposed(1, 64, 3, [0, 0], same),
    c.activation('relu'),
    c.transposed(64, WIDTHS[3], 3, [0, 0], same),
    c.activation('relu'),
  );
  const decoder = [wide, ...wayBack(c, 2, channels, halvings(space, 4, 4))];
  return vae(architecture, c, inputSize, { encoder, mu, logVar, decoder }, true);
}

/** Input [c, d, h, w]; μ and λ [1, d/32, h/32, w/32]. Throws `network-input-rank`, `network-input-axis`, `network-input-small`. */
function vanilla3dSpatialVae(architecture: string, inputSize: readonly number[]): Network {
  checkSize(architecture, inputSize, 3, 5, 4);
  const c = new Construction();
  const [channels, ...space] = inputSize;
  const sizes = halvings(space, 5, 4);
  const same = { padding: 1, bias: false } as const;
  const half = { stride: 2, ...same } as const;
  const encoder = [...wayIn(c, 3, channels), sequential(c.conv(WIDTHS[3], 512, 4, half), c.activation('relu'))];
  const mu = c.conv(512, 1, 3, same);
  const logVar = c.conv(512, 1, 3, same);
  const wide = sequential(
    c.transposed(1, 512, 3, [0, 0, 0], same),
    c.activation('relu'),
    transposedTo(c, 4, 512, WIDTHS[3], sizes[4]),
    c.activation('relu'),
  );
  const decoder = [wide, ...wayBack(c, 3, channels, sizes)];
  return vae(architecture, c, inputSize, { encoder, mu, logVar, decoder }, false);
}

export const builders = {
  Vanilla3DdenseVAE: (options, name) => vanilla3dDenseVae(name, options),
  Vanilla3DspacialVAE: ({ inputSize }, name) => vanilla3dSpatialVae(name, inputSize),
  VanillaDenseVAE: (options, name) => vanillaDenseVae(name, options),
  VanillaSpatialVAE: ({ inputSize }, name) => vanillaSpatialVae(name, inputSize),
} satisfies Builders;
