/**
 * @file Tensors whose samples are larger than what a kernel may see of a buffer: it sees them through windows, a stretch of elements or
 * the planes that it needs. Of such tensors every sample is a group by itself.
 */
import { appError } from '../../base/errors';
import type { Tensor } from '../plan';
import type { TensorSource } from './command';
import type { Group } from './layout';
import { part, type Site, type Stored, widthOf } from './site';

/** What a kernel sees of a tensor, and how many elements lie before it. */
export interface Seen {
  readonly source: TensorSource;
  readonly from: number;
}

/** Something whose planes can be seen: a stored tensor, or a slab of one. */
export interface View {
  /** Planes `first` … `first + count − 1` of a group of samples, at least. */
  see(group: number, first: number, count: number): Seen;
  /** Bytes that a window on so many planes of a group takes at most; 0 where the whole can be seen. */
  bytes(group: number, count: number): number;
}

/** Elements of which windows of planes begin at a multiple: 256 bytes of f16, and more. */
const STEP = 128;

/** A tensor of planes. */
export interface Planes {
  readonly tensor: Tensor;
  readonly parts: readonly Group[];
  /** Elements of a plane, and from sample to sample. */
  readonly plane: number;
  readonly stride: number;
  /** Bytes of an element. */
  readonly width: 2 | 4;
}

export function viewOfPlanes(site: Site, { tensor, parts, plane, stride, width }: Planes): View {
  const whole = (group: number): boolean => parts[group].size * stride * width <= site.layout.largestBinding;
  return {
    see: (group, first, count) => {
      if (whole(group)) return { source: part(tensor, group), from: 0 };
      const from = Math.floor((first * plane) / STEP) * STEP;
      const end = Math.min(stride, Math.ceil(((first + count) * plane) / STEP) * STEP);
      return { source: { ...part(tensor, group), from, elements: end - from }, from };
    },
    bytes: (group, count) => (whole(group) ? 0 : Math.min(stride, count * plane + 2 * STEP) * width),
  };
}

export const viewOf = (site: Site, stored: Stored): View =>
  viewOfPlanes(site, { ...stored, plane: stored.H * stored.W * stored.C, width: widthOf(stored) });

/** First plane and number of planes between `from` and `end` that exist, of `planes`; one at least. */
export function clipped(from: number, end: number, planes: number): readonly [first: number, count: number] {
  const first = Math.min(Math.max(from, 0), planes - 1);
  return [first, Math.max(1, Math.min(end, planes) - first)];
}

/** Consecutive planes of a group of samples. */
export interface Slab {
  readonly group: number;
  readonly first: number;
  readonly count: number;
}

/** What is seen of several tensors while some planes are made: planes of each. */
export type Reach = (first: number, count: number) => readonly (readonly [view: View, planes: number])[];

/**
 * All `D` planes of every group: at once where the windows on everything within reach are small enough, else in as few slabs as can be.
 * Throws `gpu-buffer-limit` where not even one plane can be made.
 */
export function slabsWithin(site: Site, D: number, reach: Reach): Slab[] {
  const { largestBinding: limit } = site.layout;
  const cut = (group: number, count: number): Slab[] =>
    Array.from({ length: Math.ceil(D / count) }, (_, k) => ({
      group,
      first: k * count,
      count: Math.min(count, D - k * count),
    }));
  const largest = (slabs: readonly Slab[]): number =>
    Math.max(
      ...slabs.flatMap(({ group, first, count }) => reach(first, count).map(([view, planes]) => view.bytes(group, planes))),
    );
  return site.groups.flatMap((_, group) => {
    for (let pieces = 1; pieces <= D; pieces++) {
      const slabs = cut(group, Math.ceil(D / pieces));
      if (largest(slabs) <= limit) return slabs;
    }
    throw appError('gpu-buffer-limit', {
      what: `One plane of ${site.step.row}`,
      bytes: largest(cut(group, 1)),
      limit,
    });
  });
}

/** Some elements of every sample of a group. */
export interface Stretch {
  readonly group: number;
  readonly from: number;
  readonly elements: number;
  /** The same elements of one of the tensors. */
  readonly of: (stored: Pick<Stored, 'tensor' | 'stride'>) => TensorSource;
}

/** True if a kernel may see a group as a whole. */
const fits = (site: Site, stored: Stored, group: number): boolean =>
  stored.parts[group].size * stored.stride * widthOf(stored) <= site.layout.largestBinding;

/** Stretches of all groups that are seen of tensors of equal samples; they begin and end with voxels of C channels, `unit` of them. */
export function stretches(site: Site, tensors: readonly Stored[], C = 1, unit = STEP): Stretch[] {
  const [{ size, parts }] = tensors;
  const { largestBinding: limit } = site.layout;
  return parts.flatMap((_, group): Stretch[] => {
    const large = tensors.filter((one) => !fits(site, one, group));
    if (large.length === 0) return [{ group, from: 0, elements: size, of: ({ tensor }) => part(tensor, group) }];
    const step = unit * C;
    const width = Math.max(...large.map(widthOf));
    const most = Math.floor(limit / width / step) * step;
    if (most === 0) throw appError('gpu-buffer-limit', { what: `${step} elements`, bytes: step * width, limit });
    const each = Math.ceil(size / Math.ceil(size / most) / step) * step;
    return Array.from({ length: Math.ceil(size / each) }, (_, k) => {
      const from = k * each;
      const elements = Math.min(each, size - from);
      const of = ({ tensor, stride }: Pick<Stored, 'tensor' | 'stride'>): TensorSource => {
        const end = from + elements === size ? stride : from + elements;
        return { ...part(tensor, group), from, elements: end - from };
      };
      return { group, from, elements, of };
    });
  });
}

/** Some voxels of every sample of a group. */
export interface VoxelStretch {
  readonly group: number;
  readonly voxels: number;
  /** The same voxels of a tensor, whatever its channels. */
  readonly of: (stored: Stored) => TensorSource;
}

/** Stretches of all groups that are seen of tensors of as many voxels, but not as many channels. */
export function voxelStretches(site: Site, tensors: readonly Stored[]): VoxelStretch[] {
  const [widest] = tensors.toSorted((a, b) => b.C * widthOf(b) - a.C * widthOf(a));
  return stretches(site, [widest], widest.C).map(({ group, from, elements }) => {
    const [first, voxels] = [from / widest.C, elements / widest.C];
    const of = (stored: Stored): TensorSource => {
      if (fits(site, widest, group)) return part(stored.tensor, group);
      const end = first + voxels === stored.voxels ? stored.stride : (first + voxels) * stored.C;
      return { ...part(stored.tensor, group), from: first * stored.C, elements: end - first * stored.C };
    };
    return { group, voxels, of };
  });
}
