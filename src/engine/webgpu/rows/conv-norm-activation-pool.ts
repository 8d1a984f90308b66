/**
 * @file Convolution, BatchNorm, ReLU and front-padded pool as few kernels: what most of a training's time is spent in.
 *
 * The convolution of the network's input (whose channels fill no vector) is cheap and large: where it takes more than `slabBytes` it
 * is computed slab by slab, and again where it is needed.
 */
import { blockInference, blockInferenceStem, blockThreads } from '../../../gpu/kernels/block-inference';
import { normGradient, normGradientSums, normReluPool } from '../../../gpu/kernels/norm-pool';
import type { GraphNode } from '../../../networks/graph';
import { resultOf } from '../../fuse';
import { PLACES, type Tensor } from '../../plan';
import { type Command, ranged, type Source, type TensorSource } from '../command';
import { type ConvolutionIo, convolve, FilterGradient, type Geometry, geometryOf, inputGradient, isStem } from '../convolution';
import { channelsNear, convolutionGroup, lanesEach } from '../lanes';
import { BatchNorm } from '../normalization';
import { type Piece, pieceRange, pieceSamples, slabsOf, wholeGroups } from '../pieces';
import { arenaSource, part, type Site, type Stored, samples, whole, widthOf } from '../site';
import { aligned, type Volume, volumeOf } from '../volume';
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
  /** The convolution's output, of a piece: samples as far apart as the largest piece has planes. */
  readonly y: Volume;
  readonly p: Stored;
  readonly pieces: readonly Piece[];
  /** True if the convolution does not stay in memory. */
  readonly recomputed: boolean;
  readonly stem: boolean;
  /** Pool window along d, and along h and w. */
  readonly PD: number;
  readonly norm: BatchNorm;
  readonly #yTensor: Tensor;
  readonly #filter;

  constructor(site: Site) {
    const [conv, batchNorm] = site.nodes as readonly [Conv, GraphNode];
    const { layout, groups } = site;
    this.site = site;
    this.x = site.input();
    this.p = site.output;
    const whole = volumeOf(conv.shape);
    this.PD = whole.rank === 2 ? 1 : 2;
    const width = layout.half ? 2 : 4;
    this.stem = isStem(geometryOf(conv.attributes, this.x, whole), this.x, layout.half);
    const slabs = slabsOf(groups, whole, this.PD, Math.min(layout.slabBytes, layout.largestBinding) / width);
    this.recomputed = this.stem && site.step.fused.inputs[0] === 0 && slabs.length > 1;
    this.pieces = this.recomputed ? slabs : wholeGroups(groups, whole.D, Math.ceil(whole.D / this.PD));
    const planes = Math.max(...this.pieces.map(({ dn }) => dn));
    this.y = { ...whole, stride: aligned(planes * whole.H * whole.W * whole.C) };
    this.g = geometryOf(conv.attributes, this.x, this.y);
    const bytes = this.y.stride * width;
    const largest = Math.max(...this.pieces.map(({ n }) => n));
    this.#yTensor = this.recomputed
      ? site.local('slab', largest * bytes)
      : site.kept(
          'y',
          groups.map(({ size }) => size * bytes),
        );
    this.norm = new BatchNorm(site, batchNorm, conv, this.y);
    this.#filter = site.parameter(conv, 'weight')!;
  }

  get filter(): Source {
    return arenaSource(this.#filter, 'weights');
  }

  get filterGradient(): Source {
    return arenaSource(this.#filter, 'gradients');
  }

  yOf({ group }: Piece): TensorSource {
    return part(this.#yTensor, this.recomputed ? 0 : group);
  }

  io(piece: Piece): ConvolutionIo {
    return { x: part(this.x.tensor, piece.group), y: this.yOf(piece), piece };
  }

  convolution(piece: Piece): Command {
    return convolve(this.site, this.g, this.filter, this.io(piece), this.stem);
  }

  /** The values at the maxima, and the places of the maxima as codes of 4 bits. */
  get peaks(): Tensor {
    const { stride, parts } = this.p;
    return this.site.kept(
      'peak',
      parts.map(({ size }) => size * stride * widthOf(this.p)),
    );
  }

  /** Words of the codes, from sample to sample. */
  get CS(): number {
    return aligned(this.p.size / 8);
  }

  get places(): Tensor {
    const tensor = this.site.kept(
      PLACES,
      this.p.parts.map(({ size }) => size * this.CS * 4),
    );
    this.site.scene.codes.add(tensor);
    return tensor;
  }

  get constants() {
    const { D, H, W, C, stride: YS } = this.y;
    return { D, H, W, C, PD: this.PD, P: 2, YS, ZS: this.p.stride, CS: this.CS };
  }

  pool(piece: Piece): Command {
    const { groups } = this.site;
    const { H, W, C } = this.p;
    const g = piece.group;
    return {
      use: { spec: normReluPool, constants: this.constants },
      sources: [
        ranged((n) => pieceRange(groups, piece, n)),
        this.yOf(piece),
        whole(this.norm.norm),
        part(this.p.tensor, g),
        part(this.peaks, g),
        part(this.places, g),
      ],
      extent: (n) => ({ threads: piece.qn * H * W * (C / 8), z: pieceSamples(groups, piece, n) }),
    };
  }

  poolAll(): Command[] {
    return this.pieces.flatMap((piece) => [...(this.recomputed ? [this.convolution(piece)] : []), this.pool(piece)]);
  }
}

/**
 * True if the block is computed as one operation in evaluation mode. On software adapters that takes about as long as two operations
 * from 2,000 voxels on, and longer below, where its threads are few; it never moves the convolution's output, which graphics memory
 * feels.
 */
function atOnce({ g, y, site }: Block): boolean {
  const plain = g.K === 3 && g.STRIDE === 1 && g.P === 1;
  return plain && y.voxels >= 2000 && !(PLACES in site.step.kept);
}

function inference(block: Block): Command[] {
  const { g, x, p, stem, PD, norm, site } = block;
  const { D, H, W, CI, CO, KD, XS } = g;
  const [spec, together] = stem ? ([blockInferenceStem, 2] as const) : ([blockInference, 4] as const);
  const constants = { D, H, W, CI, CO, KD, PD, XS, ZS: p.stride };
  const threads = blockThreads(constants, together);
  return site.groups.map((group, k) => ({
    use: { spec, constants: { ...constants, GROUP: convolutionGroup(threads), NEAR: channelsNear(D * H * W) } },
    sources: [part(x.tensor, k), block.filter, whole(norm.norm), part(p.tensor, k)],
    extent: (n) => ({ threads, z: samples(group)(n) }),
  }));
}

function forward(site: Site): Command[] {
  const block = new Block(site);
  const { norm, pieces } = block;
  if (!site.training) {
    if (atOnce(block)) return [norm.inference(), ...inference(block)];
    return [norm.inference(), ...pieces.flatMap((piece) => [block.convolution(piece), block.pool(piece)])];
  }
  const statistics = norm.statistics(pieces, site.layout.half);
  return [
    ...pieces.flatMap((piece, i) => [block.convolution(piece), statistics.of(block.yOf(piece), i)]),
    statistics.finish(),
    ...block.poolAll(),
  ];
}

/** Gradients of gamma and beta, and the line from which dy follows. */
function normSums({ site, p, norm, places, peaks, CS }: Block, dp: Stored, line: Tensor): Command[] {
  const { layout, groups } = site;
  const { C, stride: ZS, voxels: SIZE } = p;
  const lanes = lanesEach(layout.batchSize * SIZE, C, layout.threads, groups.length);
  const sums = whole(site.local('sums', groups.length * lanes * 2 * C * 4));
  return [
    ...groups.map(
      (group, g): Command => ({
        use: { spec: normGradientSums, constants: { SIZE, C, ZS, CS } },
        sources: [
          ranged((n) => ({ n: samples(group)(n), part0: g * lanes, parts: lanes })),
          ...[dp.tensor, peaks, places].map((tensor) => part(tensor, g)),
          whole(norm.norm),
          sums,
        ],
        extent: (n) => ({ threads: (C / 4) * lanes, z: Math.min(1, samples(group)(n)) }),
      }),
    ),
    norm.finishGradient(sums, lanes, line),
  ];
}

function backward(site: Site): Command[] {
  const block = new Block(site);
  const { g, p, y, pieces, stem, places } = block;
  const { groups } = site;
  const dp = site.gradient;
  const line = site.local('line', 3 * y.C * 4);
  const filter = new FilterGradient(site, g, pieces, block.filterGradient, stem);
  const dy = (piece: Piece): Command => ({
    use: { spec: normGradient, constants: block.constants },
    sources: [
      ranged((n) => pieceRange(groups, piece, n)),
      part(dp.tensor, piece.group),
      part(places, piece.group),
      whole(line),
      block.yOf(piece),
    ],
    extent: (n) => ({ threads: piece.qn * p.H * p.W * (y.C / 4), z: pieceSamples(groups, piece, n) }),
  });
  const dx = site.inputGradient();
  return [
    ...normSums(block, dp, line),
    ...pieces.flatMap((piece) => [
      ...(block.recomputed ? [block.convolution(piece)] : []),
      dy(piece),
      filter.add(block.io(piece)),
    ]),
    ...filter.join(),
    ...(dx === null
      ? []
      : inputGradient(
          site,
          g,
          block.filter,
          pieces.map((piece) => ({ x: part(dx.tensor, piece.group), y: block.yOf(piece), piece })),
        )),
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
