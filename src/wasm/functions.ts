/**
 * @file The kernels' calls, in the words of the `.as.ts` files. Every argument is a number: `View`, `Window` and other pointers are
 * addresses in bytes. N: samples of the batch.
 */

/** Address of a view (`view.as.ts`). */
type View = number;
type Address = number;
/** Address of three axes (`axis.as.ts`). */
type Window = number;
type Count = number;
/** 1: windows go along D too. */
type Depth = 0 | 1;

/** Of an optimiser's step, as in the vocabulary. */
type StepScalars = [decay: number, keep: number, rate: number, along: number, root: number];

/** The work of a network. Every thread of a team takes part in each. */
export interface KernelFunctions {
  clearHalo(v: View, N: Count, d0: number, d1: number, h0: number, h1: number, w0: number, w1: number): void;

  convolve(x: View, w: Address, bias: Address, y: View, window: Window, N: Count): void;
  fillBias(bias: Address, y: View, window: Window, N: Count): void;
  weightGradient(x: View, dy: View, dw: Address, window: Window, N: Count): void;
  biasGradient(dy: View, sums: Address, out: Address, N: Count): void;
  turnWeights(
    w: Address,
    out: Address,
    ci: number,
    co: number,
    kd: number,
    kh: number,
    kw: number,
    sd: number,
    sh: number,
    sw: number,
    rd: number,
    rh: number,
    rw: number,
  ): void;

  linear(x: Address, w: Address, bias: Address, y: Address, N: Count, nIn: number, nOut: number): void;
  linearWeightGradient(x: Address, dy: Address, dw: Address, N: Count, nIn: number, nOut: number): void;
  linearBiasGradient(dy: Address, dbias: Address, N: Count, nOut: number): void;
  linearInputGradient(w: Address, dy: Address, dx: Address, N: Count, nIn: number, nOut: number): void;

  channelStatistics(y: View, out: Address, from: number, to: number): void;
  normalize(
    y: View,
    center: Address,
    scale: Address,
    shift: Address,
    out: View,
    from: number,
    to: number,
    kind: number,
    slope: number,
  ): void;
  normSums(y: View, g: View, out: View, sums: Address, from: number, to: number, kind: number, slope: number): void;
  normGradient(
    y: View,
    g: View,
    out: View,
    dy: View,
    a: Address,
    b: Address,
    k: Address,
    from: number,
    to: number,
    kind: number,
    slope: number,
  ): void;

  padMaxPool(x: View, out: View, codes: Address, N: Count, depth: Depth): void;
  normalizePool(
    y: View,
    center: Address,
    scale: Address,
    shift: Address,
    out: View,
    codes: Address,
    N: Count,
    depth: Depth,
  ): void;
  convolvePool(
    x: View,
    w: Address,
    bias: Address,
    window: Window,
    slab: View,
    center: Address,
    scale: Address,
    shift: Address,
    out: View,
    codes: Address,
    N: Count,
    depth: Depth,
  ): void;
  poolSums(y: View, g: View, codes: Address, sums: Address, N: Count, depth: Depth): void;
  normalizePoolGradient(
    y: View,
    g: View,
    codes: Address,
    dy: View,
    a: Address,
    b: Address,
    k: Address,
    N: Count,
    depth: Depth,
  ): void;
  unpool(pooled: View, codes: Address, full: View, N: Count, depth: Depth, mask: number): void;
  unpoolGradient(full: View, codes: Address, pooled: View, N: Count, depth: Depth): void;
  maxPool(x: View, y: View, codes: Address, window: Window, N: Count): void;
  maxPoolGradient(g: View, codes: Address, dx: View, window: Window, N: Count): void;

  activate(x: View, y: View, N: Count, kind: number, slope: number): void;
  activateGradient(y: View, g: View, dx: View, N: Count, kind: number, slope: number): void;
  add(a: View, b: View, y: View, N: Count): void;
  times(x: View, y: View, factor: number, N: Count): void;
  multiply(x: View, mask: View, y: View, N: Count): void;
  copyChannels(x: View, y: View, from: number, to: number, count: number, N: Count): void;
  scaleChannels(x: View, factor: View, y: View, N: Count): void;
  /** `b` may be 0. */
  channelDots(a: View, b: View, out: View, factor: number, N: Count): void;
  spread(x: View, y: View, factor: number, N: Count): void;
  upsample(x: View, y: View, by: number, depth: Depth, N: Count): void;
  upsampleGradient(g: View, dx: View, by: number, depth: Depth, N: Count): void;
  sample(mu: View, logVar: View, noise: View, z: View, N: Count): void;
  sampleGradient(logVar: View, noise: View, g: View, dLogVar: View, N: Count): void;
  reshape(x: View, y: View, N: Count): void;

  optimizerStep(kind: number, p: Address, g: Address, a: Address, b: Address, n: Count, ...scalars: StepScalars): void;
  linearStep(
    kind: number,
    p: Address,
    x: Address,
    dy: Address,
    N: Count,
    nIn: number,
    nOut: number,
    a: Address,
    b: Address,
    ...scalars: StepScalars
  ): void;
}

/** Kernels by the numbers that helpers know them by; too small to be shared: `linearBiasGradient`. */
export const sharedKernels = [
  'clearHalo',
  'convolve',
  'fillBias',
  'weightGradient',
  'biasGradient',
  'turnWeights',
  'linear',
  'linearWeightGradient',
  'linearInputGradient',
  'channelStatistics',
  'normalize',
  'normSums',
  'normGradient',
  'padMaxPool',
  'normalizePool',
  'convolvePool',
  'poolSums',
  'normalizePoolGradient',
  'unpool',
  'unpoolGradient',
  'maxPool',
  'maxPoolGradient',
  'activate',
  'activateGradient',
  'add',
  'times',
  'multiply',
  'copyChannels',
  'scaleChannels',
  'channelDots',
  'spread',
  'upsample',
  'upsampleGradient',
  'sample',
  'sampleGradient',
  'reshape',
  'optimizerStep',
  'linearStep',
] as const satisfies readonly (keyof KernelFunctions)[];

/** What keeps a team together (`team.as.ts`). Booleans are 0 or 1. */
export interface TeamFunctions {
  /** First address that no constant of the kernels uses. */
  firstFree(): Address;
  teamBytes(threads: Count): number;
  join(at: Address, thread: number, threads: Count): void;
  commandAddress(): Address;
  open(): void;
  publish(): void;
  finish(): number;
  dissolve(): void;
}
