/**
 * @file How a network lies on the device: sizes of every stage, where each parameter is, what is split to stay below the limits.
 *
 * Activations are n d h w c, channels of the blocks padded with zeros to a multiple of 8, samples 256 bytes aligned. Small parameters
 * lie in one arena of float32 (so do their gradients and Adam's moments); matrices of linear layers lie apart, in chunks of outputs.
 */
import { appError } from '../../base/errors';
import { product } from '../../base/shape';
import type { ConvBlock, LinearBlock, NetworkSpec } from '../legacy/blocks';

/** Floats in 256 bytes: offsets of bindings are multiples of it. */
const aligned = (floats: number): number => Math.ceil(floats / 64) * 64;
const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

/** Planes of the first block's convolution that are computed together, and the pooled planes they give. */
export interface Slab {
  readonly n0: number;
  readonly n: number;
  readonly d0: number;
  readonly dn: number;
  readonly q0: number;
  readonly qn: number;
}

export interface ConvStage {
  readonly block: ConvBlock;
  /** Filter depth: 3, or 1 in two dimensions. */
  readonly KD: number;
  /** Channels stored: as they are before the first block, else a multiple of 8. */
  readonly CI: number;
  readonly CO: number;
  /** Spatial sizes of the input, of the convolution, and after the pool. */
  readonly ID: number;
  readonly IH: number;
  readonly IW: number;
  readonly D: number;
  readonly H: number;
  readonly W: number;
  readonly QD: number;
  readonly QH: number;
  readonly QW: number;
  /** Pool window along d, and along h and w. */
  readonly PD: number;
  readonly P: number;
  /** Elements from sample to sample: input, convolution (of a slab), pooled; words of the codes. */
  readonly XS: number;
  readonly YS: number;
  readonly ZS: number;
  readonly CS: number;
  /** Offsets in the arena: filter [KD, 3, 3, CI, CO], convolution bias, gamma, beta. */
  readonly filter: number;
  readonly bias: number;
  readonly gamma: number;
  readonly beta: number;
  /** Offsets of the running statistics. */
  readonly mean: number;
  readonly variance: number;
}

export interface LinearStage {
  readonly block: LinearBlock;
  /** Probability of the dropout before the layer, and its node; undefined without. */
  readonly dropout: { readonly node: number; readonly probability: number } | undefined;
  /** Floats of an input row and of an output row. */
  readonly I: number;
  readonly OUT: number;
  /** Offset of the bias in the arena. */
  readonly bias: number;
  /** Outputs per buffer. */
  readonly chunks: readonly { readonly first: number; readonly count: number }[];
}

export interface Layout {
  readonly spec: NetworkSpec;
  readonly batchSize: number;
  readonly threads: number;
  /** True: convolutions, pooled tensors and their gradients are stored as f16; the input stays f32. */
  readonly half: boolean;
  readonly conv: readonly ConvStage[];
  readonly linear: readonly LinearStage[];
  /** Floats of the arena of small parameters, and of the running statistics. */
  readonly arena: number;
  readonly running: number;
  /** Samples that lie in one buffer; the batch is split into groups of so many. */
  readonly groupSize: number;
  readonly groups: readonly { readonly first: number; readonly size: number }[];
  /** Of the first block, by group. One slab in all: its convolution is kept; more: it is computed again where it is needed. */
  readonly slabs: readonly (readonly Slab[])[];
}

export interface LayoutLimits {
  /** Bytes of the largest buffer that can be bound. */
  readonly largestBuffer: number;
  /** Bytes that the first block's convolution may take; beyond, it is computed slab by slab and again in the backward pass. */
  readonly slabBytes: number;
  /** Threads that a reduction is dealt out to: more for a graphics card than for a processor that plays one. */
  readonly threads: number;
  /** Store activations as f16. Absent: as f32. */
  readonly half?: boolean;
}

interface Cursor {
  arena: number;
  running: number;
}

function take(cursor: Cursor, key: keyof Cursor, floats: number): number {
  const at = cursor[key];
  cursor[key] = aligned(at + floats);
  return at;
}

function convStage(block: ConvBlock, before: ConvStage | undefined, space: readonly number[], cursor: Cursor): ConvStage {
  const flat = space.length === 2;
  const [ID, IH, IW] = before ? [before.QD, before.QH, before.QW] : flat ? [1, ...space] : space;
  const [D, H, W] = [ID, IH, IW].map((length) => Math.ceil(length / block.stride));
  const [PD, P] = block.pool ? [flat ? 1 : 2, 2] : [1, 1];
  const [QD, QH, QW] = [Math.ceil(D / PD), Math.ceil(H / P), Math.ceil(W / P)];
  const KD = flat ? 1 : 3;
  const CI = before ? before.CO : block.inChannels;
  const CO = roundUp(block.outChannels, 8);
  return {
    block,
    ...{ KD, CI, CO, ID, IH, IW, D, H, W, QD, QH, QW, PD, P },
    XS: before ? before.ZS : aligned(ID * IH * IW * CI),
    YS: aligned(D * H * W * CO),
    ZS: aligned(QD * QH * QW * CO),
    CS: aligned((QD * QH * QW * CO) / 8),
    filter: take(cursor, 'arena', KD * 9 * CI * CO),
    bias: take(cursor, 'arena', CO),
    gamma: take(cursor, 'arena', CO),
    beta: take(cursor, 'arena', CO),
    mean: take(cursor, 'running', CO),
    variance: take(cursor, 'running', CO),
  };
}

function linearStages(spec: NetworkSpec, last: ConvStage, limits: LayoutLimits, cursor: Cursor): LinearStage[] {
  const stages: LinearStage[] = [];
  let dropout: LinearStage['dropout'];
  let I = last.QD * last.QH * last.QW * last.CO;
  for (const block of spec.blocks) {
    if (block.kind === 'dropout' && block.probability > 0) {
      if (dropout !== undefined) throw appError('gpu-network', { what: 'two dropouts in a row' });
      dropout = { node: block.node, probability: block.probability };
    }
    if (block.kind !== 'linear') continue;
    const OUT = roundUp(block.outFeatures, 4);
    const rows = Math.floor(limits.largestBuffer / (I * 4));
    if (rows === 0)
      throw appError('gpu-buffer-limit', { what: `${block.name}.weight`, bytes: I * 4, limit: limits.largestBuffer });
    const chunks = Array.from({ length: Math.ceil(block.outFeatures / rows) }, (_, k) => ({
      first: k * rows,
      count: Math.min(rows, block.outFeatures - k * rows),
    }));
    stages.push({ block, dropout, I, OUT, bias: take(cursor, 'arena', OUT), chunks });
    I = OUT;
    dropout = undefined;
  }
  if (stages.length === 0) throw appError('gpu-network', { what: 'a network without linear layers' });
  return stages;
}

/** Slabs of one group: whole samples if some fit, else depth ranges of one sample that begin and end with pool windows. */
function slabsOf(stage: ConvStage, samples: number, slabElements: number): Slab[] {
  const { D, H, W, CO, QD, PD, YS } = stage;
  const together = Math.floor(slabElements / YS);
  if (together > 0)
    return Array.from({ length: Math.ceil(samples / together) }, (_, k) => {
      const n0 = k * together;
      return { n0, n: Math.min(together, samples - n0), d0: 0, dn: D, q0: 0, qn: QD };
    });
  const windows = Math.max(1, Math.floor(slabElements / (H * W * CO * PD)));
  const pad = QD * PD - D;
  const slabs: Slab[] = [];
  for (let n0 = 0; n0 < samples; n0++)
    for (let q0 = 0; q0 < QD; q0 += windows) {
      const qn = Math.min(windows, QD - q0);
      const d0 = Math.max(0, q0 * PD - pad);
      slabs.push({ n0, n: 1, d0, dn: (q0 + qn) * PD - pad - d0, q0, qn });
    }
  return slabs;
}

/** Lays a network out. Throws `gpu-network` for what the kernels cannot do, `gpu-buffer-limit` for what cannot be split far enough. */
export function layoutOf(spec: NetworkSpec, batchSize: number, limits: LayoutLimits): Layout {
  const cursor: Cursor = { arena: 0, running: 0 };
  const space = spec.inputSize.slice(1);
  const conv: ConvStage[] = [];
  for (const block of spec.blocks) if (block.kind === 'conv-block') conv.push(convStage(block, conv.at(-1), space, cursor));
  const last = conv.at(-1);
  if (last === undefined) throw appError('gpu-network', { what: 'a network without convolutions' });
  const linear = linearStages(spec, last, limits, cursor);

  // What is kept for every sample; the first block's convolution may be split, the others may not.
  const { half = false } = limits;
  const bytes = half ? 2 : 4;
  const perSample = Math.max(
    conv[0].XS * 4,
    ...conv.flatMap(({ YS, ZS }, k) => (k === 0 ? [ZS * bytes] : [YS * bytes, ZS * bytes])),
  );
  if (perSample > limits.largestBuffer)
    throw appError('gpu-buffer-limit', { what: 'One sample', bytes: perSample, limit: limits.largestBuffer });
  const groupSize = Math.min(batchSize, Math.floor(limits.largestBuffer / perSample));
  const groups = Array.from({ length: Math.ceil(batchSize / groupSize) }, (_, g) => ({
    first: g * groupSize,
    size: Math.min(groupSize, batchSize - g * groupSize),
  }));
  const slabBytes = Math.min(limits.slabBytes, limits.largestBuffer);
  const slabs = groups.map(({ size }) => slabsOf(conv[0], size, slabBytes / bytes));
  const planes = Math.max(...slabs.flat().map(({ dn }) => dn));
  conv[0] = { ...conv[0], YS: aligned(planes * conv[0].H * conv[0].W * conv[0].CO) };
  const { threads } = limits;
  return { spec, batchSize, threads, half, conv, linear, arena: cursor.arena, running: cursor.running, groupSize, groups, slabs };
}

/** Samples of group `g` when the batch has `n`. */
export function samplesIn(layout: Layout, g: number, n: number): number {
  const { first, size } = layout.groups[g];
  return Math.max(0, Math.min(size, n - first));
}

/** Voxels of the last block, in the flattened features. */
export function lastVoxels(layout: Layout): number {
  const last = layout.conv[layout.conv.length - 1];
  return product([last.QD, last.QH, last.QW]);
}
