/** @file Commands for sums over the voxels of each channel, and for numbers of a channel that all its voxels get. */
import { broadcast, channelMeans, channelSums, channelTotal } from '../../gpu/kernels/channels';
import { packFor, packs } from '../../gpu/kernels/pack';
import { type Command, named, ranged, type Source, sloped, type TensorSource } from './command';
import { joinGroup, lanesEach } from './lanes';
import { fromSample, part, type Site, type Stored, samples, whole } from './site';

/** Lanes of each sample. */
const lanesOf = (site: Site, { voxels, C }: Stored): number => lanesEach(voxels, C, site.layout.threads, 1);

/** Sums over the voxels of x, or of x · y, sample by sample, in lanes: `n0` samples before those of the group. */
function sums(site: Site, x: Stored, y: Stored | null, to: TensorSource, n0: (group: number) => number): Command[] {
  const lanes = lanesOf(site, x);
  const { voxels: VOXELS, C, stride: XS } = x;
  const constants = { VOXELS, C, XS, YS: y?.stride ?? XS, TIMES: y === null ? 0 : 1, LANES: lanes };
  return site.groups.map((group, g) => ({
    use: { spec: channelSums[packFor(C)], constants },
    sources: [
      ranged((n) => ({ n0: n0(g), n: samples(group)(n), parts: lanes })),
      part(x.tensor, g),
      y === null ? named('weights.0') : part(y.tensor, g),
      to,
    ],
    extent: (n) => ({ threads: packs(C) * lanes, z: samples(group)(n) }),
  }));
}

/** gradient += sums of dy over voxels and samples. */
export function biasGradient(site: Site, dy: Stored, gradient: Source): Command[] {
  const { C } = dy;
  const lanes = lanesOf(site, dy);
  const { batchSize } = site.layout;
  const parts = whole(site.local('bias-parts', batchSize * lanes * C * 4));
  const GROUP = joinGroup(batchSize * lanes);
  return [
    ...sums(site, dy, null, parts, (g) => site.groups[g].first),
    {
      use: { spec: channelTotal, constants: { C, GROUP } },
      sources: [ranged((n) => ({ parts: n * lanes })), parts, gradient],
      extent: () => ({ threads: GROUP * C, z: 1 }),
    },
  ];
}

/** out = factor · sums over voxels of x, or of x · y; a vector. */
export function channelsJoined(site: Site, x: Stored, y: Stored | null, out: Stored, factor: number): Command[] {
  const { C } = x;
  const lanes = lanesOf(site, x);
  const parts = whole(site.local('channel-parts', site.layout.batchSize * lanes * C * 4));
  const GROUP = joinGroup(lanes);
  return [
    ...sums(site, x, y, parts, (g) => site.groups[g].first),
    {
      use: { spec: channelMeans, constants: { C, OS: out.stride, GROUP } },
      sources: [ranged(() => ({ parts: lanes })), sloped(factor), parts, whole(out.tensor)],
      extent: (n) => ({ threads: GROUP * C, z: n }),
    },
  ];
}

/** y = factor · v (a vector), times x if there is one. */
export function spread(site: Site, v: Stored, x: Stored | null, y: Stored, factor: number): Command[] {
  const { size: SIZE, C, stride: YS } = y;
  const constants = { SIZE, C, VS: v.stride, XS: x?.stride ?? YS, YS, TIMES: x === null ? 0 : 1 };
  const pack = packFor(C);
  return site.groups.map((group, g) => ({
    use: { spec: broadcast[pack], constants },
    sources: [sloped(factor), fromSample(v, group), x === null ? named('weights.0') : part(x.tensor, g), part(y.tensor, g)],
    extent: (n) => ({ threads: SIZE / pack, z: samples(group)(n) }),
  }));
}
