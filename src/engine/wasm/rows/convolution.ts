/**
 * @file Convolutions and transposed convolutions. Each is the gradient of the other with respect to its input: of both there is a large
 * side, whose windows make the small one, and a small side, which the classes of taps lead back from.
 */
import type { GraphNode, Value } from '../../../networks/graph';
import type { ConvAttributes, Shape } from '../../../networks/operations';
import { weightFloats } from '../../../wasm/conv-layout';
import type { Kernels } from '../../../wasm/kernels';
import type { At, AtBackward, Command, Sizes, WasmRow } from '../row';
import { spaceOf, type Volume } from '../volume';
import { axisWindows, type Class, haloOf, readingAxes, takeWindow, tapsOf, transposedClasses } from '../window';

type Conv = GraphNode<'conv' | 'conv-transpose'>;

/** The convolution of a row. */
export const convOf = ({ nodes }: Sizes): Conv => nodes[0] as Conv;

interface Geometry {
  readonly attributes: ConvAttributes;
  readonly rank: number;
  /** Channels of the large and of the small side. */
  readonly ci: number;
  readonly co: number;
  readonly reading: ReturnType<typeof readingAxes>;
  readonly classes: readonly Class[];
  readonly large: ReturnType<typeof spaceOf>;
  readonly small: ReturnType<typeof spaceOf>;
}

function geometry(sizes: Sizes): Geometry {
  const { rank, inputs } = sizes;
  const { op, attributes, shape } = convOf(sizes);
  const [from, to] = [spaceOf(inputs[0]), spaceOf(shape)];
  const [large, small] = op === 'conv' ? [from, to] : [to, from];
  const { inChannels, outChannels } = attributes;
  const [ci, co] = op === 'conv' ? [inChannels, outChannels] : [outChannels, inChannels];
  const reading = readingAxes(attributes, rank, small);
  return { attributes, rank, ci, co, reading, classes: transposedClasses(attributes, rank, large), large, small };
}

/** Values of the weights of all classes. */
const turnedFloats = ({ ci, co, classes }: Geometry): number =>
  classes.reduce((sum, { axes }) => sum + weightFloats(ci, co, tapsOf(axes)), 0);

/** Small → large: weights are turned, then each class is a convolution. `turned`: room for the weights. */
function backwards(
  { functions, memory }: Kernels,
  { attributes, rank, ci, co, classes }: Geometry,
  turned: Volume,
  weight: number,
  bias: number,
): (x: Volume, y: Volume) => Command {
  const windows = axisWindows(attributes, rank);
  const [kd, kh, kw] = windows.map(({ kernel }) => kernel);
  const [sd, sh, sw] = windows.map(({ stride }) => stride);
  let offset = 0;
  const steps = classes.map(({ axes, residues: [rd, rh, rw] }) => {
    const step = { window: takeWindow(memory, axes), taps: tapsOf(axes), offset, residues: [rd, rh, rw] as const };
    offset += 4 * weightFloats(ci, co, step.taps);
    return step;
  });
  return (x, y) =>
    ({ n }) => {
      for (const { window, taps, offset: at, residues } of steps) {
        if (taps === 0) {
          functions.fillBias(bias, y.view, window, n);
          continue;
        }
        functions.turnWeights(weight, turned.base + at, ci, co, kd, kh, kw, sd, sh, sw, ...residues);
        functions.convolve(x.view, turned.base + at, bias, y.view, window, n);
      }
    };
}

/** Adds to the gradients of weight and bias: by views of what was read and of the gradient of what was made of it, or the reverse. Null: none is wanted. */
export function parameterGradients(
  at: AtBackward,
): ((large: number, small: number, gradient: number, window: number, n: number) => void) | null {
  const { functions, memory } = at.kernels;
  const node = convOf(at);
  const weight = at.gradientOf(node, 'weight');
  const bias = node.attributes.bias ? at.gradientOf(node, 'bias') : 0;
  if (weight === 0 && bias === 0) return null;
  const sums = bias === 0 ? 0 : memory.take(8 * (at.gradient.channels + 3));
  return (large, small, gradient, window, n) => {
    if (weight !== 0) functions.weightGradient(large, small, weight, window, n);
    if (bias !== 0) functions.biasGradient(gradient, sums, bias, n);
  };
}

/** Address of the bias of a row's convolution. */
export const biasOf = (at: At): number => {
  const node = convOf(at);
  return node.attributes.bias ? at.parameter(node, 'bias') : at.zeros;
};

const backwardReads = { inputs: true, output: false } as const;
const room = (_: string, sizes: Sizes): Shape => [turnedFloats(geometry(sizes))];

export const convolution: WasmRow = {
  backwardReads,
  scratch: ({ inputs }, phase): Readonly<Record<string, Value>> => (phase === 'backward' ? { turned: inputs[0] } : {}),
  room,
  reads(sizes) {
    const { reading, large } = geometry(sizes);
    return haloOf([reading], large);
  },
  readsGradient(sizes) {
    const { classes, small } = geometry(sizes);
    return haloOf(
      classes.map(({ axes }) => axes),
      small,
    );
  },
  forward(at) {
    const { functions, memory } = at.kernels;
    const { output, sources } = at;
    const window = takeWindow(memory, geometry(at).reading);
    const [weight, bias] = [at.parameter(convOf(at), 'weight'), biasOf(at)];
    return ({ n }) => functions.convolve(sources[0].view, weight, bias, output.view, window, n);
  },
  backward(at) {
    const { memory } = at.kernels;
    const shape = geometry(at);
    const reading = takeWindow(memory, shape.reading);
    const { view } = at.gradient;
    const add = parameterGradients(at);
    const parameters: Command = ({ n }) => add?.(at.sources[0].view, view, view, reading, n);
    const [dx] = at.inputGradients;
    if (dx === null) return parameters;
    const weight = at.parameter(convOf(at), 'weight');
    const input = backwards(at.kernels, shape, at.scratch.turned, weight, at.zeros)(at.gradient, dx);
    return (pass) => {
      parameters(pass);
      input(pass);
    };
  },
};

export const transposedConvolution: WasmRow = {
  backwardReads,
  scratch: ({ inputs }, phase): Readonly<Record<string, Value>> => (phase === 'forward' ? { turned: inputs[0] } : {}),
  room,
  reads: convolution.readsGradient!,
  readsGradient: convolution.reads!,
  forward(at) {
    const weight = at.parameter(convOf(at), 'weight');
    return backwards(at.kernels, geometry(at), at.scratch.turned, weight, biasOf(at))(at.sources[0], at.output);
  },
  backward(at) {
    const { functions, memory } = at.kernels;
    const shape = geometry(at);
    const window = takeWindow(memory, shape.reading);
    const { view } = at.gradient;
    const add = parameterGradients(at);
    const parameters: Command = ({ n }) => add?.(view, at.sources[0].view, view, window, n);
    const [dx] = at.inputGradients;
    if (dx === null) return parameters;
    const weight = at.parameter(convOf(at), 'weight');
    return (pass) => {
      parameters(pass);
      functions.convolve(at.gradient.view, weight, at.zeros, dx.view, window, pass.n);
    };
  },
};
