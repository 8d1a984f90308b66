/** @file The random numbers of a pass through a network: which nodes need them, in which order, and PyTorch's generator as their source. */
import { product } from '../base/shape';
import type { TorchRandom } from '../base/torch-random';
import type { Network } from '../networks/graph';
import type { Attributes } from '../networks/operations';
import type { DrawRequest, DrawSource } from './executor';

/** False: evaluation passes the mean on. */
export const drawsInEvaluation = ({ draw, inEvaluation }: Attributes['sample']): boolean =>
  draw === 'per image' || inEvaluation === true;

/** What a batch of n samples asks for, in the order of the nodes. */
export function drawsOf({ graph }: Network, mode: 'training' | 'evaluation', n: number): DrawRequest[] {
  return graph.nodes.flatMap((node, value): DrawRequest[] => {
    const size = product(node.shape);
    if (node.op === 'dropout' && mode === 'training' && node.attributes.probability > 0)
      return [{ kind: 'mask', node: value, probability: node.attributes.probability, size: n * size }];
    if (node.op !== 'sample') return [];
    if (mode === 'evaluation' && !drawsInEvaluation(node.attributes)) return [];
    const shared = node.attributes.draw === 'per batch';
    return [{ kind: 'normal', node: value, shared, size: shared ? size : n * size }];
  });
}

/** Draws from a generator, in the order of the requests. */
export function drawsFrom(random: TorchRandom): DrawSource {
  return (request) =>
    request.kind === 'mask' ? random.dropoutMask(request.size, request.probability) : random.randn(request.size);
}

/** As `draws`, with the mean where one vector is drawn for a whole batch: what ClinicaDL saves of CVAE_3D, whose tables come from a draw. */
export const meanDraws =
  (draws: DrawSource): DrawSource =>
  (request) =>
    request.kind === 'normal' && request.shared ? new Float32Array(request.size) : draws(request);

/** For passes that draw nothing. */
export const noDraws: DrawSource = ({ kind }) => {
  throw new Error(`a ${kind} was asked for where nothing is drawn`);
};
