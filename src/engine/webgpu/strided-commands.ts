/** @file The convolutions of blocks with stride 2, and their gradients: kernels and extents, by the piece that a dispatch computes. */
import type { Extent } from '../../gpu/kernel';
import {
  convStrided,
  convStridedAny,
  convStridedFilterGradient,
  convStridedFilterGradientAny,
  convStridedInputGradient,
  type StridedGeometry,
  stridedInputThreads,
  stridedThreads,
} from '../../gpu/kernels/conv-strided';
import type { KernelUse } from '../../gpu/pipelines';
import { channelsNear, convolutionGroup, filterThreads, type Piece } from './lanes';
import type { ConvStage } from './layout';

/** A kernel with the threads of one sample (of all samples for filter gradients). */
interface Use {
  readonly use: KernelUse;
  readonly threads: Extent['threads'];
}

function geometryOf(stage: ConvStage): StridedGeometry {
  const { ID, IH, IW, D, H, W, CI, CO, KD, XS, YS, block } = stage;
  const STRIDE = block.stride;
  const [SD, PD] = KD === 1 ? [1, 0] : [STRIDE, 1];
  return { D: ID, H: IH, W: IW, OD: D, OH: H, OW: W, CI, CO, KD, K: 3, SD, STRIDE, PD, P: 1, XS, YS };
}

/** The first block's kernel takes a range, x, the filter and y; that of the others the last three. */
export function stridedConvolution(stage: ConvStage, first: boolean, piece: Piece): Use {
  const c = geometryOf(stage);
  const threads = stridedThreads(c, piece.dn);
  if (first) return { use: { spec: convStridedAny, constants: c }, threads };
  const order = { GROUP: convolutionGroup(threads), NEAR: channelsNear(c.OD * c.OH * c.OW) };
  return { use: { spec: convStrided, constants: { ...c, ...order } }, threads };
}

/** From y's gradient, with the filter as it is, to that of the block's input. */
export function stridedInputGradient(stage: ConvStage): Use {
  const c = geometryOf(stage);
  const threads = stridedInputThreads(c);
  const order = { GROUP: convolutionGroup(threads), NEAR: channelsNear(c.D * c.H * c.W) };
  return { use: { spec: convStridedInputGradient, constants: { ...c, ...order } }, threads };
}

/** Takes a range, x and y's gradient; gives S partial gradients. */
export function stridedFilterGradient(stage: ConvStage, first: boolean, S: number): Use {
  const spec = first ? convStridedFilterGradientAny : convStridedFilterGradient;
  return { use: { spec, constants: { ...geometryOf(stage), S } }, threads: filterThreads(stage, first) * S };
}
