/** @file Boxes of voxels over a plane: what an extraction cuts out. Pure functions. */
import { pixelOf, type Triple, type View } from './geometry';

export interface Box {
  readonly name: string;
  /** First and last voxel along each axis of the file, both inside. */
  readonly from: Triple;
  readonly to: Triple;
}

/** More outlines than this would hide the image: then only those around the cross and the hull of all are drawn. */
const mostOutlines = 64;

const isIn = ({ from, to }: Box, voxel: Triple): boolean =>
  voxel.every((index, axis) => index >= from[axis] && index <= to[axis]);

export const boxesAt = (boxes: readonly Box[], voxel: Triple): Box[] => boxes.filter((box) => isIn(box, voxel));

function hullOf(boxes: readonly Box[]): Box {
  const [from, to] = [[...boxes[0].from], [...boxes[0].to]];
  for (const box of boxes)
    for (let axis = 0; axis < 3; axis++) {
      from[axis] = Math.min(from[axis], box.from[axis]);
      to[axis] = Math.max(to[axis], box.to[axis]);
    }
  return { name: '', from: from as unknown as Triple, to: to as unknown as Triple };
}

export interface Outline {
  /** In voxels of the plane, from its top left. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The cross lies inside. */
  readonly chosen: boolean;
}

/** The outlines of the boxes that a plane through `at` cuts. */
export function outlinesOf(boxes: readonly Box[], view: View, at: Triple): Outline[] {
  if (boxes.length === 0) return [];
  const chosen = new Set(boxesAt(boxes, at));
  const drawn = boxes.length > mostOutlines ? [hullOf(boxes), ...chosen] : boxes;
  const { file } = view.through;
  return drawn.flatMap((box): Outline[] => {
    if (at[file] < box.from[file] || at[file] > box.to[file]) return [];
    const [ax, ay] = pixelOf(view, box.from);
    const [bx, by] = pixelOf(view, box.to);
    const [x, y] = [Math.min(ax, bx), Math.min(ay, by)];
    return [{ x, y, width: Math.abs(ax - bx) + 1, height: Math.abs(ay - by) + 1, chosen: chosen.has(box) }];
  });
}
