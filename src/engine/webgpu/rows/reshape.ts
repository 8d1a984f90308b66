/** @file Volumes as vectors in PyTorch's order and back, with the dropout that may follow a flattening. */
import { flatten, unflatten } from '../../../gpu/kernels/linear';
import type { GraphNode } from '../../../networks/graph';
import type { RowNeeds } from '../../plan';
import { type Command, type Source, type TensorSource, unread } from '../command';
import { drawnSource } from '../draws';
import { fromSample, halfOf, part, type Site, type Stored, samples, whole } from '../site';
import { aligned } from '../volume';
import type { Row } from './row';

interface Vector {
  readonly stride: number;
  /** From the first sample of a group on. */
  readonly of: (group: number) => TensorSource;
}

type Mask = (group: number) => Source;

const asVector = (stored: Stored, site: Site): Vector => ({
  stride: stored.stride,
  of: (g) => fromSample(stored, site.groups[g]),
});

function toVector(site: Site, from: Stored, to: Vector, mask: Mask | null): Command[] {
  const { voxels: VOXELS, C, size, stride: PS } = from;
  const constants = { VOXELS, C, PS, OS: to.stride, MASK: mask === null ? 0 : 1, ...halfOf(from.half) };
  return site.groups.map((group, g) => ({
    use: { spec: flatten, constants },
    sources: [part(from.tensor, g), mask?.(g) ?? unread, to.of(g)],
    extent: (n) => ({ threads: size, z: samples(group)(n) }),
  }));
}

function toVolume(site: Site, from: Vector, to: Stored, mask: Mask | null): Command[] {
  const { voxels: VOXELS, C, size, stride: PS } = to;
  const constants = { VOXELS, C, VS: from.stride, PS, MASK: mask === null ? 0 : 1, ...halfOf(to.half) };
  return site.groups.map((group, g) => ({
    use: { spec: unflatten, constants },
    sources: [from.of(g), mask?.(g) ?? unread, part(to.tensor, g)],
    extent: (n) => ({ threads: size, z: samples(group)(n) }),
  }));
}

/** From a volume or vector to one of another shape. */
function reshaped(site: Site, from: Stored, to: Stored, mask: Mask | null): Command[] {
  if (to.rank === 0) return toVector(site, from, asVector(to, site), mask);
  if (from.rank === 0) return toVolume(site, asVector(from, site), to, mask);
  const stride = aligned(from.size);
  const between = whole(site.local('vector', site.layout.batchSize * stride * 4));
  const vector = { stride, of: (g: number): TensorSource => ({ ...between, from: site.groups[g].first * stride }) };
  return [...toVector(site, from, vector, mask), ...toVolume(site, vector, to, null)];
}

/** Mask of the dropout that follows, as the vector lies. */
function maskOf(site: Site, dropout: GraphNode | undefined): Mask | null {
  if (dropout === undefined) return null;
  const [, value] = site.step.fused.values;
  const vector = site.output;
  return (g) => drawnSource(value, vector, site.groups[g]);
}

const needs: RowNeeds = { backwardReads: { inputs: false, output: false } };

function forward(site: Site): Command[] {
  return reshaped(site, site.input(), site.output, maskOf(site, site.nodes[1]));
}

function backward(site: Site): Command[] {
  const dx = site.inputGradient();
  return dx === null ? [] : reshaped(site, site.gradient, dx, maskOf(site, site.nodes[1]));
}

/** To a vector: of it the mask is one number for each element. */
export const isFlattening = ([{ shape }]: readonly GraphNode[]): boolean => shape.length === 1;
export const reshape: Row = { needs, forward, backward, half: isFlattening };
