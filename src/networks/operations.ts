/**
 * @file The operations that networks are made of: their attributes, and the shape of what they make. A backend implements each of
 * them. Shapes are [c, …space] or [features], without the batch; the rank of a network is its number of spatial axes, 2 or 3.
 */

export type Shape = readonly number[];

/** The same along every spatial axis. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  /** Zeros (convolution) or −∞ (pool) on both sides. */
  readonly padding: number;
}

export interface ConvAttributes extends Window {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly bias: boolean;
}

export interface Attributes {
  /** Cross-correlation; weight [out, in, k…]. */
  readonly conv: ConvAttributes;
  /** Gradient of a convolution with respect to its input; weight [in, out, k…]. `outputPadding`: one number per axis. */
  readonly 'conv-transpose': ConvAttributes & { readonly outputPadding: readonly number[] };
  /** y = x Wᵀ + b; weight [out, in]. */
  readonly linear: { readonly inFeatures: number; readonly outFeatures: number };
  /** Per channel over batch and space: eps 1e-5, momentum 0.1, affine, running statistics. */
  readonly 'batch-norm': { readonly channels: number };
  /** Per channel and sample over space: eps 1e-5, no parameters. */
  readonly 'instance-norm': { readonly channels: number };
  /** `slope` of the negative half: always there for `leaky`, and for it alone. */
  readonly activation: { readonly kind: 'relu' | 'leaky' | 'elu' | 'sigmoid' | 'tanh'; readonly slope?: number };
  /** In training each value is 0 with this probability, else divided by 1 − p. */
  readonly dropout: { readonly probability: number };
  /**
   * Windows of 2, stride 2, one zero in front of axes of odd size; the first maximum in row-major order wins. `max-unpool` reads its
   * places.
   */
  readonly 'pad-max-pool': Record<never, never>;
  /** Second input: the pool whose places it undoes. Zero elsewhere, cropped in front to the shape `like` of that pool's input. */
  readonly 'max-unpool': { readonly like: Shape };
  readonly 'max-pool': Window;
  /** Over space: [c, …space] → [c]. */
  readonly mean: { readonly space: readonly number[] };
  /** PyTorch's row-major order of [c, …space]. */
  readonly reshape: { readonly shape: Shape };
  /** Nearest neighbour. */
  readonly upsample: { readonly by: number };
  /** Two inputs of one shape. */
  readonly add: Record<never, never>;
  /** Along channels, the first input first. */
  readonly concat: Record<never, never>;
  /** [c, …space] times [c]. */
  readonly scale: Record<never, never>;
  /**
   * μ + e^{λ/2}·ε of two inputs μ and λ; ε is standard normal. `per image`: own numbers for every value, in evaluation too. `per batch`:
   * one vector for all images, in training only; evaluation passes μ on, unless it is told to draw as training does (`inEvaluation`).
   */
  readonly sample: { readonly draw: 'per image' | 'per batch'; readonly inEvaluation?: true };
  /** Identity; backward multiplies by −α. */
  readonly 'reverse-gradient': { readonly alpha: number };
  readonly input: Record<never, never>;
}
export type Op = keyof Attributes;

const convolved = (n: number, { kernel, stride, padding }: Window): number => Math.floor((n + 2 * padding - kernel) / stride) + 1;

const shapes: { readonly [K in Op]: (inputs: readonly Shape[], attributes: Attributes[K]) => Shape } = {
  input: ([x]) => x,
  conv: ([[, ...space]], a) => [a.outChannels, ...space.map((n) => convolved(n, a))],
  'conv-transpose': ([[, ...space]], a) => [
    a.outChannels,
    ...space.map((n, i) => (n - 1) * a.stride - 2 * a.padding + a.kernel + a.outputPadding[i]),
  ],
  linear: (_, a) => [a.outFeatures],
  'batch-norm': ([x]) => x,
  'instance-norm': ([x]) => x,
  activation: ([x]) => x,
  dropout: ([x]) => x,
  'pad-max-pool': ([[c, ...space]]) => [c, ...space.map((n) => Math.ceil(n / 2))],
  'max-unpool': (_, a) => a.like,
  'max-pool': ([[c, ...space]], a) => [c, ...space.map((n) => convolved(n, a))],
  mean: ([[c]]) => [c],
  reshape: (_, a) => a.shape,
  upsample: ([[c, ...space]], { by }) => [c, ...space.map((n) => n * by)],
  add: ([x]) => x,
  concat: (inputs) => [inputs.reduce((sum, [c]) => sum + c, 0), ...inputs[0].slice(1)],
  scale: ([x]) => x,
  sample: ([x]) => x,
  'reverse-gradient': ([x]) => x,
};

/** Shape that an operation makes of its inputs. */
export function shapeOf<K extends Op>(op: K, inputs: readonly Shape[], attributes: Attributes[K]): Shape {
  return (shapes[op] as (inputs: readonly Shape[], attributes: Attributes[K]) => Shape)(inputs, attributes);
}
