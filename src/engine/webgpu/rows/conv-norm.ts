/**
 * @file A convolution or transposed convolution of any kind, with the BatchNorm and the activation that follow it, if they do. The
 * norm takes the bias out, so it is never added.
 */
import type { GraphNode } from '../../../networks/graph';
import type { RowNeeds } from '../../plan';
import { activationOf } from '../activation';
import type { Command } from '../command';
import { ConvolutionStage } from '../convolution-stage';
import { applyNorm, BatchNorm, normalize, normBackward } from '../normalization';
import { type Site, type Stored, widthOf } from '../site';
import type { Row } from './row';

const needs: RowNeeds = {
  kept: ({ values: [convolution] }) => ({ y: convolution, norm: convolution }),
  backwardReads: { inputs: true, output: false },
};

/** The convolution's output: of the shape of the row's result, kept for backward; where nothing leads back through it the result itself. */
function yOf(site: Site): Stored {
  const z = site.output;
  if (!site.leadsBack) return z;
  const bytes = z.parts.map(({ size }) => size * z.stride * widthOf(z));
  return { ...z, tensor: site.kept('y', bytes) };
}

function forward(site: Site): Command[] {
  const [convolution, norm, activation] = site.nodes as readonly GraphNode[];
  const y = yOf(site);
  const batchNorm = new BatchNorm(site, norm, convolution, y);
  return [
    ...new ConvolutionStage(site, convolution).forward(y),
    ...normalize(batchNorm, y, site),
    ...applyNorm(site, batchNorm, y, site.output, activationOf(activation)),
  ];
}

function backward(site: Site): Command[] {
  const [convolution, norm, activation] = site.nodes as readonly GraphNode[];
  const y = yOf(site);
  const batchNorm = new BatchNorm(site, norm, convolution, y);
  return [
    ...normBackward(site, batchNorm, y, site.gradient, activationOf(activation)),
    ...new ConvolutionStage(site, convolution).backward(site.gradient),
  ];
}

export const convNorm: Row = { needs, forward, backward, half: () => true };
/** The same; transposed convolutions store no f16. */
export const transposedNorm: Row = { needs, forward, backward };
