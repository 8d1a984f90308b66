/** @file What one dispatch computes of a tensor: a group of samples, or a slab of planes of one of them. */
import type { Range } from '../../gpu/kernels/example-arrays';
import { type Group, samplesIn } from './layout';
import type { Volume } from './volume';

/** Samples n0 … n0 + n − 1 of a group; planes of a convolution, and those that a pool makes of them. */
export interface Piece {
  readonly group: number;
  readonly n0: number;
  readonly n: number;
  readonly d0: number;
  readonly dn: number;
  readonly q0: number;
  readonly qn: number;
}

/** Samples of the piece when the batch has `n`. */
export function pieceSamples(groups: readonly Group[], piece: Piece, n: number): number {
  return Math.max(0, Math.min(piece.n, samplesIn(groups[piece.group], n) - piece.n0));
}

/** The fields of a `Range` that say which piece it is. */
export function pieceRange(groups: readonly Group[], piece: Piece, n: number): Partial<Range> {
  const { n0, d0, dn, q0, qn } = piece;
  return { n0, d0, dn, q0, qn, n: pieceSamples(groups, piece, n) };
}

/**
 * Slabs of each group: whole samples if some fit into so many elements, else depth ranges of one sample that begin and end with the
 * windows of a front-padded pool of `PD` planes.
 */
export function slabsOf(groups: readonly Group[], y: Volume, PD: number, elements: number): Piece[] {
  const { D, H, W, C, stride } = y;
  const QD = Math.ceil(D / PD);
  const together = Math.floor(elements / stride);
  if (together > 0)
    return groups.flatMap(({ size }, group) =>
      Array.from({ length: Math.ceil(size / together) }, (_, k) => {
        const n0 = k * together;
        return { group, n0, n: Math.min(together, size - n0), d0: 0, dn: D, q0: 0, qn: QD };
      }),
    );
  const windows = Math.max(1, Math.floor(elements / (H * W * C * PD)));
  const pad = QD * PD - D;
  return groups.flatMap(({ size }, group) => {
    const slabs: Piece[] = [];
    for (let n0 = 0; n0 < size; n0++)
      for (let q0 = 0; q0 < QD; q0 += windows) {
        const qn = Math.min(windows, QD - q0);
        const d0 = Math.max(0, q0 * PD - pad);
        slabs.push({ group, n0, n: 1, d0, dn: (q0 + qn) * PD - pad - d0, q0, qn });
      }
    return slabs;
  });
}
