/**
 * @file Convolution, BatchNorm, ReLU and front-padded pool as few kernels: what most of a training's time is spent in.
 *
 * The convolution of the network's input (whose channels fill no vector) is cheap and large: where it takes more than `slabBytes` it
 * is computed slab by slab, and again where it is needed.
 */
import type { KernelSpec } from '../../../gpu/kernel';
import { blockThreads } from '../../../gpu/kernels/block-inference';
import { normGradient, normGradientSums, normReluPool } from '../../../gpu/kernels/norm-pool';
import type { GraphNode } from '../../../networks/graph';
import { resultOf } from '../../fuse';
import { PLACES, type Tensor } from '../../plan';
import { type Command, ranged, type Source } from '../command';
import {
  type ConvolutionIo,
  convolve,
  FilterGradient,
  type Geometry,
  geometryOf,
  inputGradient,
  isStem,
  plain,
  planesOfY,
} from '../convolution';
import { channelsNear, convolutionGroup, lanesEach } from '../lanes';
import { BatchNorm, type Chunk } from '../normalization';
import { type Piece, pieceRange, pieceSamples, slabsOf } from '../pieces';
import { arenaSource, part, type Site, type Stored, samples, whole, widthOf } from '../site';
import { type BlockVariant, blockRow, firstBlocks, innerBlocks } from '../variants/block';
import { aligned, type Volume, volumeOf } from '../volume';
import { slabsWithin, stretches, type View, viewOf, viewOfPlanes } from '../windows';
import type { Row } from './row';

type Conv = Extract<GraphNode, { op: 'conv' }>;

/** True for what the kernels of this row compute. */
export function takes(nodes: readonly GraphNode[]): boolean {
  const [conv, , activation] = nodes;
  if (conv.op !== 'conv' || activation.op !== 'activation') return false;
  return activation.attributes.kind === 'relu' && conv.attributes.outChannels % 8 === 0;
}

/** Everything that forward and backward share. */
class Block {
  readonly site: Site;
  readonly g: Geometry;
  readonly x: Stored;
  /** The convolution's output; where it is recomputed, samples are as far apart as the largest slab has planes. */
  readonly y: Volume;
  readonly yTensor: Tensor;
  readonly yView: View;
  readonly p: Stored;
  /** Slabs if the convolution does not stay in memory. */
  readonly recomputed: readonly Piece[] | null;
  readonly stem: boolean;
  /** Pool window along d. */
  readonly PD: number;
  readonly norm: BatchNorm;
  readonly #filter;

  constructor(site: Site) {
    const [conv, batchNorm] = site.nodes as readonly [Conv, GraphNode];
    const { layout, groups } = site;
    this.site = site;
    this.x = site.input();
    this.p = site.output;
    const full = volumeOf(conv.shape);
    this.PD = full.rank === 2 ? 1 : 2;
    const width = layout.half ? 2 : 4;
    this.stem = isStem(geometryOf(conv.attributes, this.x, full), this.x, layout.half);
    const slabs = slabsOf(groups, full, this.PD, Math.min(layout.slabBytes, layout.largestBinding) / width);
    // The gradient of the input needs that of the whole convolution.
    const toInput = !site.training && site.leadsBack;
    const first = site.step.fused.inputs[0] === 0;
    this.recomputed = this.stem && first && slabs.length > 1 && !toInput ? slabs : null;
    const plane = full.H * full.W * full.C;
    if (this.recomputed === null) {
      this.y = full;
      this.yTensor = site.kept(
        'y',
        groups.map(({ size }) => size * full.stride * width),
      );
      this.yView = viewOfPlanes(site, { tensor: this.yTensor, parts: groups, plane, stride: full.stride, width });
    } else {
      const stride = aligned(Math.max(...slabs.map(({ dn }) => dn)) * plane);
      this.y = { ...full, stride };
      this.yTensor = site.local('slab', Math.max(...slabs.map(({ n }) => n)) * stride * width);
      // A slab holds the planes of one piece, from its first one on.
      this.yView = { see: (_, first) => ({ source: whole(this.yTensor), from: first * plane }), bytes: () => 0 };
    }
    this.g = geometryOf(conv.attributes, this.x, this.y);
    this.norm = new BatchNorm(site, batchNorm, conv, this.y);
    this.#filter = site.parameter(conv, 'weight')!;
  }

  get filter(): Source {
    return arenaSource(this.#filter, 'weights');
  }

  get filterGradient(): Source {
    return arenaSource(this.#filter, 'gradients');
  }

  get learns(): boolean {
    return this.#filter.learning;
  }

  get xView(): View {
    return viewOf(this.site, this.x);
  }

  io(piece: Piece): ConvolutionIo {
    return { x: this.xView, y: this.yView, piece };
  }

  /** Pieces of the convolution that are kept. */
  get pieces(): Piece[] {
    return planesOfY(this.site, this.g, this.xView, this.yView);
  }

  convolution(piece: Piece): Command {
    return convolve(this.site, this.g, this.filter, this.io(piece), this.stem);
  }

  /** The values at the maxima, and the places of the maxima as codes of 4 bits. */
  get peak(): Stored {
    const { stride, parts } = this.p;
    const bytes = parts.map(({ size }) => size * stride * widthOf(this.p));
    return { ...this.p, tensor: this.site.kept('peak', bytes) };
  }

  /** Words of the codes, from sample to sample. */
  get CS(): number {
    return aligned(this.p.size / 8);
  }

  get places(): Tensor {
    const bytes = this.p.parts.map(({ size }) => size * this.CS * 4);
    const tensor = this.site.kept(PLACES, bytes);
    this.site.scene.codes.add(tensor);
    return tensor;
  }

  get codeView(): View {
    const { H, W, C, parts } = this.p;
    return viewOfPlanes(this.site, { tensor: this.places, parts, plane: (H * W * C) / 8, stride: this.CS, width: 4 });
  }

  get constants() {
    const { D, H, W, C, stride: YS } = this.y;
    return { D, H, W, C, PD: this.PD, P: 2, YS, ZS: this.p.stride, CS: this.CS };
  }

  /** Planes of y that pooled planes are made of. */
  yPlanes(q0: number, qn: number): readonly [first: number, count: number] {
    const pad = this.p.D * this.PD - this.y.D;
    const first = Math.max(0, q0 * this.PD - pad);
    return [first, (q0 + qn) * this.PD - pad - first];
  }

  /** Pieces of the pooled planes, where tensors of their shape, codes and y are seen. */
  pooledPieces(...views: readonly View[]): Piece[] {
    if (this.recomputed !== null) return [...this.recomputed];
    const slabs = slabsWithin(this.site, this.p.D, (q0, qn) => [
      ...views.map((view) => [view, qn] as const),
      [this.codeView, qn],
      [this.yView, this.yPlanes(q0, qn)[1]],
    ]);
    return slabs.map(({ group, first: q0, count: qn }) => {
      const [d0, dn] = this.yPlanes(q0, qn);
      return { group, n0: 0, n: this.site.groups[group].size, d0, dn, q0, qn };
    });
  }

  pool(piece: Piece): Command {
    const { groups } = this.site;
    const { H, W, C } = this.p;
    const { group, q0, qn } = piece;
    const y = this.yView.see(group, piece.d0, piece.dn);
    const [p, peak] = [this.p, this.peak].map((stored) => viewOf(this.site, stored).see(group, q0, qn));
    const code = this.codeView.see(group, q0, qn);
    const from = { from0: y.from, from1: p.from, from2: code.from };
    return {
      use: { spec: normReluPool, constants: this.constants },
      sources: [
        ranged((n) => ({ ...pieceRange(groups, piece, n), ...from })),
        y.source,
        whole(this.norm.norm),
        p.source,
        peak.source,
        code.source,
      ],
      extent: (n) => ({ threads: qn * H * W * (C / 8), z: pieceSamples(groups, piece, n) }),
    };
  }
}

/** How a block is computed in evaluation mode; undefined: apart, and nothing else can be. */
function evaluation({ g, site, stem }: Block): { readonly variant: BlockVariant; readonly key: string } | undefined {
  const keepsSize = g.K === 3 && g.STRIDE === 1 && g.P === 1;
  if (!keepsSize || PLACES in site.step.kept || site.leadsBack) return undefined;
  const { kernels, half } = site.layout;
  const row = blockRow(stem, plain(g), half);
  return { variant: kernels.pick(stem ? firstBlocks : innerBlocks, row), key: row.key };
}

function inference(block: Block, spec: KernelSpec, together: 2 | 4, key: string): Command[] {
  const { g, p, PD, norm, site, xView } = block;
  const { D, H, W, CI, CO, KD, XS } = g;
  const constants = { D, H, W, CI, CO, KD, PD, XS, ZS: p.stride };
  const pView = viewOf(site, p);
  const xPlanes = (q0: number, qn: number): readonly [number, number] => {
    const [d0, dn] = block.yPlanes(q0, qn);
    const first = Math.max(0, d0 - 1);
    return [first, Math.min(D, d0 + dn + 1) - first];
  };
  const slabs = slabsWithin(site, p.D, (q0, qn) => [
    [xView, xPlanes(q0, qn)[1]],
    [pView, qn],
  ]);
  return slabs.map(({ group, first: q0, count: qn }) => {
    const threads = (blockThreads(constants, together) / p.D) * qn;
    const [from, to] = [xView.see(group, ...xPlanes(q0, qn)), pView.see(group, q0, qn)];
    const of = samples(site.groups[group]);
    return {
      use: { spec, constants: { ...constants, GROUP: convolutionGroup(threads), NEAR: channelsNear(D * H * W) } },
      sources: [
        ranged((n) => ({ n: of(n), q0, qn, from0: from.from, from1: to.from })),
        from.source,
        block.filter,
        whole(norm.norm),
        to.source,
      ],
      extent: (n) => ({ threads, z: of(n) }),
      key,
    };
  });
}

/** The pool, and the convolution before it where it was not kept. */
function pooled(block: Block): Command[] {
  const views = [block.p, block.peak].map((stored) => viewOf(block.site, stored));
  return block
    .pooledPieces(...views)
    .flatMap((piece) => [...(block.recomputed === null ? [] : [block.convolution(piece)]), block.pool(piece)]);
}

/** Convolution and statistics: slab by slab, or of all that is kept. */
function statistics(block: Block): Command[] {
  const { norm, recomputed, y, site } = block;
  const { half } = site.layout;
  if (recomputed !== null) {
    const chunks = recomputed.map(
      (piece): Chunk => ({
        voxels: piece.dn * y.H * y.W,
        samples: (n) => pieceSamples(site.groups, piece, n),
      }),
    );
    const all = norm.statistics(chunks, half);
    const made = recomputed.flatMap((piece, i) => [block.convolution(piece), all.of(whole(block.yTensor), i)]);
    return [...made, all.finish()];
  }
  const seen = stretches(site, [{ ...y, tensor: block.yTensor, parts: site.groups, half }], y.C);
  const chunks = seen.map(({ group, elements }) => ({ voxels: elements / y.C, samples: samples(site.groups[group]) }));
  const all = norm.statistics(chunks, half);
  return [
    ...block.pieces.map((piece) => block.convolution(piece)),
    ...seen.map((stretch, i) => all.of(stretch.of({ ...y, tensor: block.yTensor }), i)),
    all.finish(),
  ];
}

function forward(site: Site): Command[] {
  const block = new Block(site);
  if (site.training) return [...statistics(block), ...pooled(block)];
  const { variant, key } = evaluation(block) ?? {};
  if (variant?.spec !== undefined) return [block.norm.inference(), ...inference(block, variant.spec, variant.together, key!)];
  const convolutions = block.recomputed === null ? block.pieces.map((piece) => block.convolution(piece)) : [];
  const apart = [...convolutions, ...pooled(block)];
  return [block.norm.inference(), ...(key === undefined ? apart : apart.map((command) => ({ ...command, key })))];
}

/** Gradients of gamma and beta, and the line from which dy follows. */
function normSums({ site, p, norm, places, peak, CS }: Block, dp: Stored, line: Tensor): Command[] {
  const { layout } = site;
  const { C, stride: ZS, voxels } = p;
  if (!site.training) return [norm.fixedGradient(line)];
  // Codes of 512 elements begin at a multiple of 256 bytes.
  const seen = stretches(site, [dp, peak], C, 512);
  const chunks = seen.map(({ group }) => ({ samples: samples(site.groups[group]) }));
  const lanes = lanesEach(layout.batchSize * voxels, C, layout.threads, seen.length);
  const sums = whole(site.local('sums', seen.length * lanes * 2 * C * 4));
  const codes = (from: number, elements: number, group: number) =>
    elements === p.size ? part(places, group) : { ...part(places, group), from: from / 8, elements: Math.ceil(elements / 8) };
  return [
    ...seen.map(
      ({ group, from, elements, of }, i): Command => ({
        use: { spec: normGradientSums, constants: { SIZE: elements / C, C, ZS, CS } },
        sources: [
          ranged((n) => ({ n: samples(site.groups[group])(n), part0: i * lanes, parts: lanes })),
          of(dp),
          of(peak),
          codes(from, elements, group),
          whole(norm.norm),
          sums,
        ],
        extent: (n) => ({ threads: (C / 4) * lanes, z: Math.min(1, samples(site.groups[group])(n)) }),
      }),
    ),
    norm.finishGradient(sums, chunks, lanes, line),
  ];
}

/** y of a piece becomes its gradient. */
function yGradient(block: Block, dp: Stored, line: Tensor, piece: Piece): Command {
  const { site, p, y } = block;
  const { group, q0, qn } = piece;
  const [from, to] = [viewOf(site, dp).see(group, q0, qn), block.yView.see(group, piece.d0, piece.dn)];
  const code = block.codeView.see(group, q0, qn);
  const range = { from0: from.from, from1: code.from, from2: to.from };
  return {
    use: { spec: normGradient, constants: block.constants },
    sources: [
      ranged((n) => ({ ...pieceRange(site.groups, piece, n), ...range })),
      from.source,
      code.source,
      whole(line),
      to.source,
    ],
    extent: (n) => ({ threads: qn * p.H * p.W * (y.C / 4), z: pieceSamples(site.groups, piece, n) }),
  };
}

function backward(site: Site): Command[] {
  const block = new Block(site);
  const { g, y, stem, recomputed } = block;
  const dp = site.gradient;
  const line = site.local('line', 3 * y.C * 4);
  const pieces = recomputed ?? block.pieces;
  const filter = new FilterGradient(site, g, pieces, block.filterGradient, stem);
  const learns = (piece: Piece): Command[] => (block.learns ? [filter.add(block.io(piece))] : []);
  const dx = site.inputGradient();
  return [
    ...normSums(block, dp, line),
    ...(recomputed === null
      ? [...block.pooledPieces(viewOf(site, dp)).map((piece) => yGradient(block, dp, line, piece)), ...pieces.flatMap(learns)]
      : recomputed.flatMap((piece) => [block.convolution(piece), yGradient(block, dp, line, piece), ...learns(piece)])),
    ...(block.learns ? filter.join() : []),
    ...(dx === null ? [] : inputGradient(site, g, block.filter, viewOf(site, dx), block.yView)),
  ];
}

export const convNormActivationPool: Row = {
  needs: {
    kept: (fused) => {
      const [conv] = fused.values;
      return { y: conv, norm: conv, peak: resultOf(fused), [PLACES]: resultOf(fused) };
    },
    backwardReads: { inputs: true, output: false },
  },
  forward,
  backward,
  half: () => true,
};
