/** @file A convolution or transposed convolution by itself or with an activation, and with its bias. */
import type { GraphNode } from '../../../networks/graph';
import type { RowNeeds } from '../../plan';
import { activationOf } from '../activation';
import { biasGradient } from '../channels';
import type { Command } from '../command';
import { ConvolutionStage } from '../convolution-stage';
import { activated, activatedBackward, biased } from '../pointwise';
import { arenaSource, type Site } from '../site';
import type { Row } from './row';

function forward(site: Site): Command[] {
  const [convolution, activation] = site.nodes as readonly GraphNode[];
  const y = site.output;
  const { code, slope } = activationOf(activation);
  const bias = site.parameter(convolution, 'bias');
  const commands = new ConvolutionStage(site, convolution).forward(y);
  if (bias !== undefined) return [...commands, ...biased(site, y, arenaSource(bias, 'weights'), code, slope)];
  return code === 0 ? commands : [...commands, ...activated(site, y, code, slope)];
}

function backward(site: Site): Command[] {
  const [convolution, activation] = site.nodes as readonly GraphNode[];
  const [y, dy] = [site.output, site.gradient];
  const { code, slope } = activationOf(activation);
  const bias = site.parameter(convolution, 'bias');
  return [
    ...(code === 0 ? [] : activatedBackward(site, y, dy, code, slope)),
    ...(bias?.learning === true ? biasGradient(site, dy, arenaSource(bias, 'gradients')) : []),
    ...new ConvolutionStage(site, convolution).backward(dy),
  ];
}

const needs = (output: boolean): RowNeeds => ({ backwardReads: { inputs: true, output } });

export const convolution: Row = { needs: needs(false), forward, backward };
/** Backward changes the gradient of the result to that before the activation. */
export const convolutionActivation: Row = { needs: needs(true), forward, backward };
