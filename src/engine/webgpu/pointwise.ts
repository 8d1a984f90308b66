/** @file Commands for what is done to every element of a stored tensor by itself. */
import { activation, activationGradient } from '../../gpu/kernels/activation';
import { type PackedKernel, packFor } from '../../gpu/kernels/pack';
import { add, biasActivation, copy, multiply, times } from '../../gpu/kernels/pointwise';
import type { Value } from '../../networks/graph';
import { type Command, type Source, sloped } from './command';
import { drawnSource } from './draws';
import { halfOf, type Site, type Stored, samples } from './site';
import { volumeOf } from './volume';
import { type Stretch, stretches } from './windows';

/**
 * Commands that change every element of `over`, which is the largest of the tensors that they see (`others` beside it); `C` among the
 * constants says that neighbours are channels.
 */
export function perStretch(
  site: Site,
  over: Stored,
  others: readonly Stored[],
  kernel: PackedKernel,
  constants: Readonly<Record<string, number>>,
  sources: (stretch: Stretch) => readonly Source[],
): Command[] {
  const { C = 1 } = constants;
  const pack = packFor(constants.C ?? over.size);
  return stretches(site, [over, ...others], C).map((stretch) => ({
    use: { spec: kernel[pack], constants: { SIZE: stretch.elements, ...constants, ...halfOf(over.half) } },
    sources: sources(stretch),
    extent: (n) => ({ threads: stretch.elements / pack, z: samples(over.parts[stretch.group])(n) }),
  }));
}

/** Nothing where both are one tensor. */
export function copied(site: Site, from: Stored, to: Stored): Command[] {
  if (from.tensor === to.tensor) return [];
  const constants = { XS: from.stride, YS: to.stride };
  return perStretch(site, to, [from], copy, constants, ({ of }) => [of(from), of(to)]);
}

/** x += y */
export function added(site: Site, y: Stored, x: Stored): Command[] {
  return perStretch(site, x, [y], add, { YS: y.stride, XS: x.stride }, ({ of }) => [of(y), of(x)]);
}

/** x *= factor */
export function scaled(site: Site, x: Stored, factor: Source): Command[] {
  return perStretch(site, x, [], times, { XS: x.stride }, ({ of }) => [factor, of(x)]);
}

/** x *= the numbers that a node drew. */
export function masked(site: Site, x: Stored, node: Value): Command[] {
  const { stride: MS } = volumeOf([x.size]);
  return perStretch(site, x, [], multiply, { MS, XS: x.stride }, ({ of, group, from }) => [
    drawnSource(node, x, x.parts[group], from),
    of(x),
  ]);
}

/** x = activated(x + bias) */
export function biased(site: Site, x: Stored, bias: Source, ACTIVATION: number, slope: number): Command[] {
  const constants = { C: x.C, XS: x.stride, ACTIVATION };
  return perStretch(site, x, [], biasActivation, constants, ({ of }) => [sloped(slope), bias, of(x)]);
}

/** x = activated(x) */
export function activated(site: Site, x: Stored, ACTIVATION: number, slope: number): Command[] {
  return perStretch(site, x, [], activation, { XS: x.stride, ACTIVATION }, ({ of }) => [sloped(slope), of(x)]);
}

/** dz *= derivative of the activation that made z */
export function activatedBackward(site: Site, z: Stored, dz: Stored, ACTIVATION: number, slope: number): Command[] {
  const constants = { ZS: z.stride, GS: dz.stride, ACTIVATION };
  return perStretch(site, dz, [z], activationGradient, constants, ({ of }) => [sloped(slope), of(z), of(dz)]);
}
