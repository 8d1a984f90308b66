/** @file From the options of `interpret` to a method and what it will cost; what a network cannot do is refused by name. */
import { appError } from '../base/errors';
import { camValue, unexplained } from '../learning/explain/explained-value';
import type { MapMethod } from '../learning/explain/maps-of-batch';
import { cubesOf } from '../learning/explain/occlusion';
import type { Network } from '../networks/graph';
import { type InterpretOptions, type MapMethodName, mapOf } from '../options/interpret';
import type { Description } from './interpretation-files';

/** Throws `interpret-unfit` and `target-node`. */
export function methodOf(options: InterpretOptions, network: Network): MapMethod {
  const name = mapOf(options) as MapMethodName;
  const { architecture } = network;
  const unfit = (reason: string, instead: string): Error =>
    appError('interpret-unfit', { architecture, method: name, reason, instead }, { where: 'method' });
  const reason = unexplained(network);
  if (reason !== null) throw unfit(reason, 'a MAPS of a classification or regression');
  const [outputs] = network.graph.nodes[network.graph.outputs.output].shape;
  const node = options.target_node;
  if (node >= outputs) throw appError('target-node', { node, outputs, last: outputs - 1 }, { where: 'Options.target_node' });
  switch (name) {
    case 'gradients':
      return { kind: 'gradients' };
    case 'grad-cam': {
      const at = camValue(network, options.level_grad_cam);
      if (at === null) throw unfit('it has no convolutions with an activation to look at', 'the method gradients');
      return { kind: 'grad-cam', at, formula: options.as_published ? 'published' : '1.6.1' };
    }
    case 'integrated-gradients':
      return { kind: 'integrated-gradients', steps: options.steps };
    case 'occlusion':
      return { kind: 'occlusion', cubes: { size: options.occlusion_size, stride: options.occlusion_stride } };
  }
}

/** Passes through the network for the map of one element of `space`, there and back or forward alone. */
export function passesFor(method: MapMethod, space: readonly number[]): number {
  switch (method.kind) {
    case 'gradients':
    case 'grad-cam':
      return 1;
    case 'integrated-gradients':
      return method.steps;
    case 'occlusion':
      return cubesOf(space, method.cubes).length;
  }
}

/** What the maps are, in words, and by which numbers they were made. */
export function describeMethod(method: MapMethod): Description {
  switch (method.kind) {
    case 'gradients':
      return { map: 'gradient of the output with respect to the input, signed' };
    case 'grad-cam': {
      const { level, levels } = method.at;
      const map =
        method.formula === 'published'
          ? 'Grad-CAM as published: one weight per channel, sum of the weighted channels, ReLU; resized linearly with corners aligned'
          : 'Grad-CAM as ClinicaDL 1.6.1 computes it: gradients averaged over the first two spatial axes alone, so that volumes have a weight per channel and position on the last axis; mean of the weighted channels, no ReLU; resized linearly with corners aligned';
      return { map, formula: method.formula, level_grad_cam: level, levels };
    }
    case 'integrated-gradients':
      return { map: 'integrated gradients, signed', baseline: 'black (0)', steps: method.steps, rule: 'midpoints' };
    case 'occlusion': {
      const { size, stride } = method.cubes;
      const map = 'mean fall of the output over the cubes that cover a voxel; negative where it rises';
      return { map, occlusion_size: size, occlusion_stride: stride, fill: 'mean of the element, by channel' };
    }
  }
}
