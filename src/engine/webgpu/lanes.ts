/**
 * @file Over how many lanes each reduction is dealt out: enough threads for a GPU, partial results that stay small. The numbers
 * depend on the layout alone, so two runs add in the same order.
 */

/** Floats of partial filter gradients, at most. */
const largestParts = 4 * 2 ** 20;

const clamp = (value: number, low: number, high: number): number => Math.floor(Math.max(low, Math.min(high, value)));

/** Lanes of a sum over voxels, for each 4 of C channels (each one where C is no multiple of 4); at least 16 voxels a lane. */
export function voxelLanes(voxels: number, C: number, threads: number): number {
  return clamp(Math.min(voxels / 16, threads / (C % 4 === 0 ? C / 4 : C)), 1, voxels);
}

/** The same, dealt out to dispatches. */
export function lanesEach(voxels: number, C: number, threads: number, dispatches: number): number {
  return Math.max(1, Math.floor(voxelLanes(voxels, C, threads) / dispatches));
}

/** Lanes of a filter gradient: `perLane` threads each, for `size` weights, over so many rows; `room`: floats for their results. */
export function filterLanes(perLane: number, size: number, rows: number, threads: number, room = largestParts): number {
  return clamp(Math.min(threads / perLane, Math.min(room, largestParts) / size, rows / 4), 1, rows);
}

/** Lanes of one output of a linear layer of rows of I floats. */
export function outputLanes(I: number): number {
  return clamp(I / 64, 1, 64);
}

/** Lanes of one input of a linear layer, by chunk of so many outputs. */
export function inputLanes(I: number, counts: readonly number[], threads: number): number[] {
  return counts.map((count) => clamp((threads / 2 / (I / 4)) * (count / counts[0]), 1, Math.max(1, count / 8)));
}

/** Workgroup size of a kernel that joins `parts` results of each channel: more lanes than there is work for cost time. */
export function joinGroup(parts: number): number {
  return parts > 256 ? 64 : 4;
}

/** Workgroup size of a convolution of so many threads: small ones are spread over more processors. */
export function convolutionGroup(threads: number): number {
  return threads < 2048 ? 16 : 64;
}

/** 1 if neighbouring threads of a convolution take neighbouring channels, so that small volumes do not branch apart; else voxels. */
export function channelsNear(voxels: number): number {
  return voxels < 1024 ? 1 : 0;
}
