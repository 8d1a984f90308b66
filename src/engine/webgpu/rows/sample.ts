/** @file A draw around a mean: mean and logarithm of the variance are its inputs. */
import { sampleGradient, sample as sampleKernel } from '../../../gpu/kernels/sample';
import type { Command } from '../command';
import { drawnSource } from '../draws';
import { copied } from '../pointwise';
import { part, type Site, samples } from '../site';
import type { Row } from './row';

export const sample: Row = {
  needs: { backwardReads: { inputs: true, output: false }, inPlace: true },
  forward: (site) => {
    const [mu, l, z] = [site.input(0), site.input(1), site.output];
    const constants = { SIZE: z.size, MS: mu.stride, LS: l.stride, ES: z.stride, ZS: z.stride };
    const drawn = (g: number) => drawnSource(site.step.fused.values[0], z, z.parts[g]);
    return z.parts.map((group, g) => ({
      use: { spec: sampleKernel, constants },
      sources: [part(mu.tensor, g), part(l.tensor, g), drawn(g), part(z.tensor, g)],
      extent: (n) => ({ threads: z.size, z: samples(group)(n) }),
    }));
  },
  backward: (site) => [...ofVariance(site), ...ofMean(site)],
};

function ofVariance(site: Site): Command[] {
  const [l, dz, dl] = [site.input(1), site.gradient, site.inputGradient(1)];
  if (dl === null) return [];
  const constants = { SIZE: dz.size, ZS: dz.stride, LS: l.stride, ES: dz.stride, GS: dl.stride };
  return dz.parts.map((group, g) => ({
    use: { spec: sampleGradient, constants },
    sources: [part(dz.tensor, g), part(l.tensor, g), drawnSource(site.step.fused.values[0], dz, dz.parts[g]), part(dl.tensor, g)],
    extent: (n) => ({ threads: dz.size, z: samples(group)(n) }),
  }));
}

function ofMean(site: Site): Command[] {
  const dmu = site.inputGradient(0);
  return dmu === null ? [] : copied(site, site.gradient, dmu);
}
