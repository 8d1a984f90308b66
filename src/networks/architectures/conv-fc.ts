/**
 * @file Conv5_FC3, Conv4_FC3 and Stride_Conv5_FC3 in 2D and 3D. All have five convolutions; they differ in the FC part, and in whether
 * pools or strides halve the sizes.
 */
import { product } from '../../base/shape';
import type { Builders } from '../builders';
import { Construction, Forward, module, network, sequential } from '../construct';
import type { Layer, Network, Tree } from '../graph';
import { checkOneAxis, checkRank } from './input-checks';

/** Channels after each convolution. */
const CHANNELS = [8, 16, 32, 64, 128] as const;

/** What differs from network to network. */
export interface ConvFcDesign {
  /** Sizes of the two hidden layers. */
  readonly hidden: readonly [number, number];
  /** 2: the convolutions are strided, and no pool follows. */
  readonly stride: 1 | 2;
}

export interface CnnOptions {
  /** [c, h, w] or [c, d, h, w]. */
  readonly inputSize: readonly number[];
  readonly outputSize: number;
  /** Probability of dropout, 0…1. */
  readonly dropout: number;
}

/** The last norm comes after four pools or five strides. */
function checkSize(architecture: string, inputSize: readonly number[], stride: 1 | 2): void {
  checkRank(architecture, inputSize);
  checkOneAxis(architecture, inputSize, 2 ** (CHANNELS.length - (stride === 1 ? 1 : 0)));
}

/** Five of convolution, BatchNorm, ReLU and, without strides, pool. */
function convolutions(c: Construction, channels: number, stride: 1 | 2): Tree {
  return sequential(
    ...CHANNELS.flatMap((out, k): Layer[] => [
      c.conv(k === 0 ? channels : CHANNELS[k - 1], out, 3, { padding: 1, stride }),
      c.norm(out),
      c.activation('relu'),
      ...(stride === 1 ? [c.plain('pad-max-pool', {})] : []),
    ]),
  );
}

/** Flatten, dropout and three linear layers. */
function head(
  c: Construction,
  [, ...space]: readonly number[],
  [a, b]: readonly [number, number],
  outputs: number,
  probability: number,
): Tree {
  const features = CHANNELS[4] * product(space.map((length) => Math.ceil(length / 2 ** CHANNELS.length)));
  return sequential(
    c.flatten(features),
    c.plain('dropout', { probability }),
    c.linear(features, a),
    c.activation('relu'),
    c.linear(a, b),
    c.activation('relu'),
    c.linear(b, outputs),
  );
}

/** The encoder of an autoencoder: the convolutions of a whole network whose FC part is drawn, then thrown away. */
export function encoderOf(
  architecture: string,
  c: Construction,
  inputSize: readonly number[],
  hidden: ConvFcDesign['hidden'],
): Tree {
  checkSize(architecture, inputSize, 1);
  const encoder = convolutions(c, inputSize[0], 1);
  head(c, inputSize, hidden, 2, 0);
  return encoder;
}

/** Names as in the state dict of ClinicaDL's class. Throws `network-input-rank`, `network-input-small`. */
function convFc(architecture: string, { hidden, stride }: ConvFcDesign, { inputSize, outputSize, dropout }: CnnOptions): Network {
  checkSize(architecture, inputSize, stride);
  const c = new Construction();
  const body = convolutions(c, inputSize[0], stride);
  const fc = head(c, inputSize, hidden, outputSize, dropout);
  const g = new Forward();
  const through = g.run(body, g.input(inputSize));
  const output = g.run(fc, through);
  return network(
    architecture,
    c,
    module(architecture, { convolutions: body, fc }),
    g,
    { output },
    {
      main: 'output',
      probe: { through, dropouts: [] },
    },
  );
}

/** Conv5_FC3 with three heads: classes of the source, classes of the target, and the domain behind a reversed gradient. */
function convFcSsda(architecture: string, alpha: number, { inputSize, outputSize, dropout }: CnnOptions): Network {
  checkSize(architecture, inputSize, 1);
  const c = new Construction();
  const body = convolutions(c, inputSize[0], 1);
  const heads = ['fc_class_source', 'fc_class_target', 'fc_domain'].map(
    (name) => [name, head(c, inputSize, [1300, 50], outputSize, dropout)] as const,
  );
  const g = new Forward();
  const through = g.run(body, g.input(inputSize));
  const [source, target, domain] = heads.map(([, fc]) => fc);
  const outputs = {
    class_source: g.run(source, through),
    class_target: g.run(target, through),
    domain: g.run(domain, g.node('reverse-gradient', { alpha }, [through])),
  };
  return network(architecture, c, module(architecture, [['convolutions', body], ...heads]), g, outputs, {
    main: 'class_source',
    probe: { through, dropouts: [] },
  });
}

export const builders = {
  Conv4_FC3: (options, name) => convFc(name, { hidden: [50, 40], stride: 1 }, options),
  Conv5_FC3: (options, name) => convFc(name, { hidden: [1300, 50], stride: 1 }, options),
  // The strength of the reversal grows while it trains; a finished network does not use it.
  Conv5_FC3_SSDA: (options, name) => convFcSsda(name, 1, options),
  Stride_Conv5_FC3: (options, name) => convFc(name, { hidden: [1300, 50], stride: 2 }, options),
} satisfies Builders;
