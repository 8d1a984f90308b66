/** @file The grid that the images of one kind belong on: that of Clinica where they have it, else that of most. */
import { asRas, type Grid, isSameGrid } from '../../images/grid';

const at = (shape: Grid['shape'], [x, y, z]: readonly number[]): Grid => ({
  shape,
  affine: [
    [1, 0, 0, x],
    [0, 1, 0, y],
    [0, 0, 1, z],
    [0, 0, 0, 1],
  ],
});

/** Of images that Clinica registered to MNI152NLin2009cSym with voxels of 1 mm, cropped or not. */
export const capsGrids = {
  cropped: at([169, 208, 179], [-84, -119, -78]),
  uncropped: at([193, 229, 193], [-96, -132, -78]),
} as const;

export interface GridChoice {
  /** `-linear` images, which template space makes RAS. */
  readonly isLinear: boolean;
  readonly isUncropped: boolean;
}

interface Cluster {
  readonly grid: Grid;
  count: number;
}

/** Images by grid, most first. */
export function clustersOf(grids: readonly Grid[]): readonly Cluster[] {
  const clusters: Cluster[] = [];
  const byText = new Map<string, Cluster>();
  for (const grid of grids) {
    const text = `${grid.shape.join()} ${grid.affine.flat().join()}`;
    const known = byText.get(text) ?? clusters.find((cluster) => isSameGrid(cluster.grid, grid));
    if (known !== undefined) known.count++;
    else clusters.push({ grid, count: 1 });
    byText.set(text, known ?? clusters[clusters.length - 1]);
  }
  return clusters.sort((a, b) => b.count - a.count);
}

/** Undefined when no grid has more images than every other and none is that of Clinica. */
export function referenceGrid(clusters: readonly Cluster[], { isLinear, isUncropped }: GridChoice): Grid | undefined {
  const [first, second] = clusters;
  if (first === undefined) return undefined;
  if (!isLinear) return second?.count === first.count ? undefined : first.grid;
  const own = isUncropped ? capsGrids.uncropped : capsGrids.cropped;
  const known = Object.values(capsGrids);
  // Uncropped images under the names of cropped ones are wrong, however many they are.
  const turned = (grid: Grid): Grid => asRas(grid) ?? grid;
  if (clusters.some(({ grid }) => isSameGrid(turned(grid), own)) && 2 * first.count <= total(clusters)) return own;
  if (known.some((grid) => isSameGrid(turned(first.grid), grid))) return own;
  if (second?.count === first.count) return undefined;
  return turned(first.grid);
}

const total = (clusters: readonly Cluster[]): number => clusters.reduce((sum, { count }) => sum + count, 0);
