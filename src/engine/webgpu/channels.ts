/** @file Commands for sums over the voxels of each channel, and for numbers of a channel that all its voxels get. */
import { broadcast, channelMeans, channelSums, channelTotal } from '../../gpu/kernels/channels';
import { packFor, packs } from '../../gpu/kernels/pack';
import { type Command, ranged, type Source, sloped, type TensorSource, unread } from './command';
import { joinGroup, lanesEach } from './lanes';
import { perStretch } from './pointwise';
import { fromSample, type Site, type Stored, samples, whole } from './site';
import { stretches } from './windows';

interface Sums {
  readonly commands: Command[];
  readonly parts: TensorSource;
  /** Lanes of each sample. */
  readonly lanes: number;
}

/** Sums over the voxels of x, or of x · y, of every sample of the batch in lanes. */
function sums(site: Site, x: Stored, y: Stored | null): Sums {
  const { C, voxels, stride: XS } = x;
  const tensors = y === null ? [x] : [x, y];
  const all = stretches(site, tensors, C);
  // Of all groups alike.
  const each = Math.max(1, all.filter(({ group }) => group === 0).length);
  const LANES = lanesEach(voxels, C, site.layout.threads, each);
  const lanes = LANES * each;
  const parts = whole(site.local('channel-parts', site.layout.batchSize * lanes * C * 4));
  const commands = all.map((stretch): Command => {
    const group = site.groups[stretch.group];
    const VOXELS = stretch.elements / C;
    const part0 = LANES * all.filter((one) => one.group === stretch.group).indexOf(stretch);
    return {
      use: {
        spec: channelSums[packFor(C)],
        constants: { VOXELS, C, XS, YS: y?.stride ?? XS, TIMES: y === null ? 0 : 1, LANES },
      },
      sources: [
        ranged((n) => ({ n0: group.first, n: samples(group)(n), part0, parts: lanes })),
        stretch.of(x),
        y === null ? unread : stretch.of(y),
        parts,
      ],
      extent: (n) => ({ threads: packs(C) * LANES, z: samples(group)(n) }),
    };
  });
  return { commands, parts, lanes };
}

/** gradient += sums of dy over voxels and samples. */
export function biasGradient(site: Site, dy: Stored, gradient: Source): Command[] {
  const { C } = dy;
  const { commands, parts, lanes } = sums(site, dy, null);
  const GROUP = joinGroup(site.layout.batchSize * lanes);
  return [
    ...commands,
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
  const { commands, parts, lanes } = sums(site, x, y);
  const GROUP = joinGroup(lanes);
  return [
    ...commands,
    {
      use: { spec: channelMeans, constants: { C, OS: out.stride, GROUP } },
      sources: [ranged(() => ({ parts: lanes })), sloped(factor), parts, whole(out.tensor)],
      extent: (n) => ({ threads: GROUP * C, z: n }),
    },
  ];
}

/** y = factor · v (a vector), times x if there is one. */
export function spread(site: Site, v: Stored, x: Stored | null, y: Stored, factor: number): Command[] {
  const { C, stride: YS } = y;
  const constants = { C, VS: v.stride, XS: x?.stride ?? YS, YS, TIMES: x === null ? 0 : 1 };
  return perStretch(site, y, x === null ? [] : [x], broadcast, constants, ({ of, group }) => [
    sloped(factor),
    fromSample(v, site.groups[group]),
    x === null ? unread : of(x),
    of(y),
  ]);
}
