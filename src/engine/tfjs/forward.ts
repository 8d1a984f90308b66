/** @file A whole network, node after node. */
import type * as tf from '@tensorflow/tfjs-core';
import { layerNames, type Network, rankOf, type Value } from '../../networks/graph';
import type { Op } from '../../networks/operations';
import type { ChannelStatistics } from './batch-norm';
import { type Pass, type Run, runRow } from './rows';

export interface ForwardRequest {
  readonly training: boolean;
  /** Parameters and running statistics on the device, by PyTorch's names. */
  readonly parameters: ReadonlyMap<string, tf.Tensor>;
  readonly drawn: Pass['drawn'];
  onStatistics?(layer: string, statistics: ChannelStatistics): void;
  /** In evaluation, too, gradients will be asked for. */
  readonly differentiated?: boolean;
  /** What reversed gradients are multiplied by, with the other sign; absent: what the graph says. */
  readonly reversal?: number;
  /** Values that are given instead of computed. */
  readonly given?: ReadonlyMap<Value, tf.Tensor>;
  /** Told every value. */
  onValue?(value: Value, tensor: tf.Tensor): void;
}

/** The graph's outputs by name, of an input [n, d, h, w, c]. */
export function forward(network: Network, input: tf.Tensor, request: ForwardRequest): Map<string, tf.Tensor> {
  const { nodes, outputs } = network.graph;
  const names = layerNames(network);
  const unpooled = nodes.flatMap((node) => (node.op === 'max-unpool' ? [node.inputs[1]] : []));
  const pass: Pass = {
    rank: rankOf(network) === 2 ? 2 : 3,
    training: request.training,
    differentiated: request.training || request.differentiated === true,
    drawn: request.drawn,
    reversal: request.reversal,
    places: new Map(unpooled.map((pool) => [pool, null])),
    onStatistics: (layer, statistics) => request.onStatistics?.(layer, statistics),
  };
  const values = new Map<Value, tf.Tensor>([[0, input]]);
  nodes.forEach((node, value) => {
    const given = request.given?.get(value);
    if (given !== undefined) values.set(value, given);
    if (given !== undefined || node.op === 'input') {
      request.onValue?.(value, values.get(value)!);
      return;
    }
    const layer = node.layer === null ? '' : (names.get(node.layer) ?? '');
    const run: Run<Op> = {
      attributes: node.attributes,
      value,
      inputs: node.inputs.map((from) => values.get(from)!),
      from: node.inputs,
      shape: node.shape,
      layer,
      pass,
      parameter: (name) => request.parameters.get(`${layer}.${name}`)!,
    };
    values.set(value, runRow<Op>(node.op, run));
    request.onValue?.(value, values.get(value)!);
  });
  return new Map(Object.entries(outputs).map(([name, value]) => [name, values.get(value)!]));
}
