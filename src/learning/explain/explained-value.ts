/** @file Which values of a network's graph an explanation is about. */
import { isLayer, type Layer, type Network, rankOf, type Tree, type Value } from '../../networks/graph';

/** Why a network cannot be explained, as the end of a sentence; null: it can. Autoencoders give a code beside their image. */
export function unexplained({ graph: { outputs } }: Network): string | null {
  const names = Object.keys(outputs);
  return names.length === 1 && names[0] === 'output' ? null : `it gives ${names.join(' and ')}, not one output`;
}

const layersIn = (item: Layer | Tree): Layer[] => (isLayer(item) ? [item] : [...item.children.values()].flatMap(layersIn));

/** The value that a dropout, which does nothing in evaluation, stands for. */
function beforeDropout({ graph: { nodes } }: Network, value: Value): Value {
  return nodes[value].op === 'dropout' ? beforeDropout({ graph: { nodes } } as Network, nodes[value].inputs[0]) : value;
}

export interface CamValue {
  readonly value: Value;
  /** Modules whose result it is, and how many there are. */
  readonly level: number;
  readonly levels: number;
}

/**
 * The activation that Grad-CAM looks at: the result of the first `level` modules of `convolutions` (1.6.1's count; null or too large:
 * of all), or of the first `level` layers of a network of one's own (null: the last with spatial axes). Null for a network without.
 */
export function camValue(network: Network, level: number | null): CamValue | null {
  const { nodes } = network.graph;
  const convolutions = network.tree.children.get('convolutions');
  const rank = rankOf(network);
  const isSpatial = (value: Value): boolean => nodes[value].shape.length === rank + 1;
  if (convolutions !== undefined && !isLayer(convolutions)) {
    const modules = [...convolutions.children.values()];
    const taken = Math.min(level ?? modules.length, modules.length);
    const layers = new Set(modules.slice(0, taken).flatMap(layersIn));
    const value = nodes.findLastIndex(({ layer }) => layer !== null && layers.has(layer));
    // resnet18 ends in a mean: one voxel a channel, without axes here.
    return { value: beforeDropout(network, value), level: taken, levels: modules.length };
  }
  if (!network.tree.children.has('layers')) return null;
  const levels = nodes.length - 1;
  const value = level === null ? nodes.findLastIndex((_, one) => one > 0 && isSpatial(one)) : Math.min(level, levels);
  return value < 1 || !isSpatial(value) ? null : { value: beforeDropout(network, value), level: value, levels };
}
