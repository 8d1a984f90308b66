/** @file Losses and the gradients that they start with. */
import type { KernelSpec } from '../../gpu/kernel';
import { crossEntropy } from '../../gpu/kernels/linear';
import { divergence, headEntropy, lossFinish, lossParts, multiMargin } from '../../gpu/kernels/loss';
import { lossTerms, termCode } from '../../gpu/kernels/loss-terms';
import { type ClassLossName, isClassLoss } from '../../vocabulary/losses';
import type { HeadLoss, LossOptions } from '../executor';
import { type Command, named, ranged, type Source, sloped, step, type TensorSource } from './command';
import { lanesEach } from './lanes';
import type { Group } from './layout';
import { part, type Site, type Stored, samples, whole } from './site';
import { type Stretch, stretches } from './windows';

/** Losses of batches that are kept on the device before they are read. */
export const lossSlots = 1024;

const ofClasses: Readonly<Record<ClassLossName, KernelSpec>> = { CrossEntropyLoss: crossEntropy, MultiMarginLoss: multiMargin };

interface LossTarget {
  readonly stride: number;
  /** Null for numbers that were sent. */
  readonly stored: Stored | null;
  readonly of: (stretch: Stretch) => Source;
}

/** The input, with which volumes are compared; or the numbers that were sent. */
function targetOf(site: Site, output: Stored): LossTarget {
  if (output.rank === 0) return { stride: output.stride, stored: null, of: () => named('target') };
  const stored = site.stored(site.scene.input);
  return { stride: stored.stride, stored, of: (stretch) => stretch.of(stored) };
}

/** The loss of a batch to its slot, and the gradients of the values that it reads: the output, then mean and variance. */
export function lossCommands(site: Site, options: LossOptions): Command[] {
  const { loss, recons_weight, kl_weight, perSample = false, heads } = options;
  if (heads !== undefined) return heads.map((head, i) => headCommand(site, head, i));
  const [output, gradient] = [site.input(), site.inputGradient()!];
  if (isClassLoss(loss))
    return [
      {
        use: { spec: ofClasses[loss], constants: { K: output.C, XS: output.stride, GS: gradient.stride } },
        sources: [step, named('target'), whole(output.tensor), whole(gradient.tensor), named('losses')],
        extent: () => ({ threads: 1, z: 1 }),
      },
    ];
  const variational = site.step.inputs.length > 1;
  const { size: SIZE, parts: groups } = output;
  const { layout } = site;
  const target = targetOf(site, output);
  const tensors = target.stored === null ? [output, gradient] : [output, gradient, target.stored];
  const seen = stretches(site, tensors);
  const each = lanesEach(layout.batchSize * SIZE, 1, layout.threads, seen.length);
  const latent = variational ? site.input(1).parts : [];
  const eachLatent = variational ? lanesEach(layout.batchSize * site.input(1).size, 1, layout.threads, latent.length) : 0;
  const all = lossTerms[loss];
  const lanes = whole(site.local('losses', (latent.length * eachLatent + seen.length * all.length * each) * 4));
  // Of a smaller batch some groups are empty: the lanes of all others are the first ones, whatever they are of.
  const active = (of: readonly Group[], n: number): number => of.filter((group) => samples(group)(n) > 0).length;
  const before = (n: number): number => active(latent, n) * eachLatent;
  const ofSeen = seen.map(({ group }) => groups[group]);
  // A reconstruction is summed over the batch, or divided by its samples alone; the others are means over all elements.
  const SUM = variational && !perSample ? 1 : 0;
  const DIVIDE = variational ? 1 : SIZE;
  return [
    ...latent.map((group, g) => divergenceOf(site, kl_weight, { group, g, parts: eachLatent }, lanes)),
    ...seen.flatMap((stretch, g) =>
      all.map(({ term, weighted = false }, i): Command => {
        const group = groups[stretch.group];
        const part0 = (n: number): number => before(n) + (g * all.length + i) * each;
        const constants = {
          SIZE: stretch.elements,
          XS: output.stride,
          TS: target.stride,
          GS: gradient.stride,
          LOSS: termCode(term),
          SUM,
          MORE: i,
          DIVIDE,
        };
        return {
          use: { spec: lossParts, constants },
          sources: [
            ranged((n) => ({ n: samples(group)(n), part0: part0(n), parts: each })),
            step,
            sloped(weighted ? recons_weight : 1),
            stretch.of(output),
            target.of(stretch),
            stretch.of(gradient),
            lanes,
          ],
          extent: (n) => ({ threads: each, z: Math.min(1, samples(group)(n)) }),
        };
      }),
    ),
    {
      use: { spec: lossFinish, constants: {} },
      sources: [ranged((n) => ({ parts: before(n) + active(ofSeen, n) * all.length * each })), step, lanes, named('losses')],
      extent: () => ({ threads: 64, z: 1 }),
    },
  ];
}

/** The cross entropy of a head; the labels of each head lie behind those of the heads before it. */
function headCommand(site: Site, { weight }: HeadLoss, i: number): Command {
  const [output, gradient] = [site.input(i), site.inputGradient(i)!];
  const FIRST = i * site.layout.batchSize;
  const constants = { K: output.C, XS: output.stride, GS: gradient.stride, FIRST, ADD: i === 0 ? 0 : 1 };
  return {
    use: { spec: headEntropy, constants },
    sources: [step, sloped(weight), named('target'), whole(output.tensor), whole(gradient.tensor), named('losses')],
    extent: () => ({ threads: 1, z: 1 }),
  };
}

interface LatentGroup {
  readonly group: Group;
  readonly g: number;
  /** Lanes of each group. */
  readonly parts: number;
}

/** Half the sum of μ² + e^λ − 1 − λ of a group. */
function divergenceOf(site: Site, weight: number, { group, g, parts }: LatentGroup, lanes: TensorSource): Command {
  const [mu, l] = [site.input(1), site.input(2)];
  const [dmu, dl] = [site.inputGradient(1)!, site.inputGradient(2)!];
  const constants = { SIZE: mu.size, MS: mu.stride, LS: l.stride, DMS: dmu.stride, DLS: dl.stride };
  return {
    use: { spec: divergence, constants },
    sources: [
      ranged((n) => ({ n: samples(group)(n), part0: g * parts, parts })),
      step,
      sloped(weight),
      ...[mu, l, dmu, dl].map(({ tensor }) => part(tensor, g)),
      lanes,
    ],
    extent: (n) => ({ threads: parts, z: Math.min(1, samples(group)(n)) }),
  };
}
