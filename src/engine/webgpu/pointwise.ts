/** @file Commands for what is done to every element of a stored tensor by itself. */
import type { PackedKernel } from '../../gpu/kernels/pack';
import { packFor } from '../../gpu/kernels/pack';
import { add, biasActivation, copy, multiply, times } from '../../gpu/kernels/pointwise';
import type { Value } from '../../networks/graph';
import { type Command, type Source, sloped } from './command';
import { drawnSource } from './draws';
import { halfOf } from './normalization';
import { part, type Stored, samples } from './site';
import { volumeOf } from './volume';

/** One command for every part of `over`. */
export function perPart(
  over: Stored,
  kernel: PackedKernel,
  constants: Readonly<Record<string, number>>,
  sources: (index: number) => readonly Source[],
): Command[] {
  const { size: SIZE } = over;
  const pack = packFor(constants.C ?? SIZE);
  return over.parts.map((group, index) => ({
    use: { spec: kernel[pack], constants: { SIZE, ...constants, ...halfOf(over.half) } },
    sources: sources(index),
    extent: (n) => ({ threads: SIZE / pack, z: samples(group)(n) }),
  }));
}

/** Nothing where both are one tensor. */
export function copied(from: Stored, to: Stored): Command[] {
  if (from.tensor === to.tensor) return [];
  const constants = { XS: from.stride, YS: to.stride };
  return perPart(to, copy, constants, (g) => [part(from.tensor, g), part(to.tensor, g)]);
}

/** x += y */
export function added(y: Stored, x: Stored): Command[] {
  return perPart(x, add, { YS: y.stride, XS: x.stride }, (g) => [part(y.tensor, g), part(x.tensor, g)]);
}

/** x *= factor */
export function scaled(x: Stored, factor: number): Command[] {
  return perPart(x, times, { XS: x.stride }, (g) => [sloped(factor), part(x.tensor, g)]);
}

/** x *= the numbers that a node drew. */
export function masked(x: Stored, node: Value): Command[] {
  const { stride: MS } = volumeOf([x.size]);
  return perPart(x, multiply, { MS, XS: x.stride }, (g) => [drawnSource(node, x, x.parts[g]), part(x.tensor, g)]);
}

/** x = activated(x + bias) */
export function biased(x: Stored, bias: Source, ACTIVATION: number, slope: number): Command[] {
  const constants = { C: x.C, XS: x.stride, ACTIVATION };
  return perPart(x, biasActivation, constants, (g) => [sloped(slope), bias, part(x.tensor, g)]);
}
