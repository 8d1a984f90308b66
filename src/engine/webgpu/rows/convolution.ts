/** @file A convolution or transposed convolution by itself or with an activation, and with its bias. */

import { activationGradient, activation as activationKernel } from '../../../gpu/kernels/activation';
import type { GraphNode } from '../../../networks/graph';
import type { RowNeeds } from '../../plan';
import { biasGradient } from '../channels';
import { type Command, sloped } from '../command';
import { ConvolutionStage } from '../convolution-stage';
import { activationOf } from '../normalization';
import { biased, perPart } from '../pointwise';
import { arenaSource, part, type Site } from '../site';
import type { Row } from './row';

function forward(site: Site): Command[] {
  const [convolution, activation] = site.nodes as readonly GraphNode[];
  const y = site.output;
  const { code, slope } = activationOf(activation);
  const bias = site.parameter(convolution, 'bias');
  const commands = new ConvolutionStage(site, convolution).forward(y);
  if (bias !== undefined) return [...commands, ...biased(y, arenaSource(bias, 'weights'), code, slope)];
  if (code === 0) return commands;
  const constants = { XS: y.stride, ACTIVATION: code };
  return [...commands, ...perPart(y, activationKernel, constants, (g) => [sloped(slope), part(y.tensor, g)])];
}

function backward(site: Site): Command[] {
  const [convolution, activation] = site.nodes as readonly GraphNode[];
  const [y, dy] = [site.output, site.gradient];
  const { code: ACTIVATION, slope } = activationOf(activation);
  const bias = site.parameter(convolution, 'bias');
  const constants = { ZS: y.stride, GS: dy.stride, ACTIVATION };
  const before =
    ACTIVATION === 0
      ? []
      : perPart(dy, activationGradient, constants, (g) => [sloped(slope), part(y.tensor, g), part(dy.tensor, g)]);
  return [
    ...before,
    ...(bias?.learning === true ? biasGradient(site, dy, arenaSource(bias, 'gradients')) : []),
    ...new ConvolutionStage(site, convolution).backward(dy),
  ];
}

const needs = (output: boolean): RowNeeds => ({ backwardReads: { inputs: true, output } });

export const convolution: Row = { needs: needs(false), forward, backward };
/** Backward changes the gradient of the result to that before the activation. */
export const convolutionActivation: Row = { needs: needs(true), forward, backward };
