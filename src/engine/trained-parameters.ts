/** @file What a training asks of a network: which outputs its loss reads, and which parameters its gradient reaches. */
import { layerNames, type Network, type Value } from '../networks/graph';
import { isParameter, stateEntries } from '../networks/parameters';
import { isVariational } from '../vocabulary/losses';
import type { LossOptions, Target } from './executor';
import type { Purpose } from './plan';

/** Name of the output that a target is compared with; of those with a head for each domain, the one that predicts. */
export function mainOutput({ graph: { outputs } }: Network): string {
  return ['output', 'reconstruction', 'class_target'].find((name) => name in outputs) ?? Object.keys(outputs)[0];
}

/** What of a loss decides which outputs it reads. */
export type ReadLoss = Pick<LossOptions, 'loss' | 'heads'>;

/** Outputs that a loss reads, by name. */
function lossOutputs(network: Network, { loss, heads }: ReadLoss): string[] {
  if (heads !== undefined) return heads.map(({ output }) => output);
  return isVariational(loss) ? [mainOutput(network), 'mu', 'logVar'] : [mainOutput(network)];
}

/**
 * Biases that the normalisation right behind them takes out again. Their gradient is zero; computed it would be rounding noise, which
 * optimisers turn into steps, so that it is never computed.
 */
function normalisedBiases(network: Network): Set<string> {
  const { nodes, outputs } = network.graph;
  const names = layerNames(network);
  const readers = nodes.map((_, value) => nodes.filter(({ inputs }) => inputs.includes(value)));
  const asked = new Set<Value>(Object.values(outputs));
  return new Set(
    nodes.flatMap(({ op, layer }, value) => {
      const norms =
        readers[value].length > 0 &&
        readers[value].every((reader) => reader.op === 'batch-norm' || reader.op === 'instance-norm');
      const layers = layer !== null && (op === 'conv' || op === 'conv-transpose') && norms && !asked.has(value);
      return layers ? [`${names.get(layer)}.bias`] : [];
    }),
  );
}

export interface TrainedParameters {
  /** Those with a gradient to compute, in the order of the state dict. */
  readonly learning: readonly string[];
  /** Those whose gradient is exactly zero: weight decay still moves them. */
  readonly still: readonly string[];
}

/** The parameters that a step changes; the others (of layers that nothing reads, and frozen ones) the optimiser passes over. */
export function trainedParameters(network: Network, loss: ReadLoss, frozen: ReadonlySet<string> = new Set()): TrainedParameters {
  const { nodes, outputs } = network.graph;
  const reached = new Set<Value>(lossOutputs(network, loss).map((name) => outputs[name]));
  for (let value = nodes.length - 1; value >= 0; value--)
    if (reached.has(value)) for (const input of nodes[value].inputs) reached.add(input);
  const layers = new Set(nodes.filter((_, value) => reached.has(value)).map(({ layer }) => layer));
  const biases = normalisedBiases(network);
  const trained = stateEntries(network).filter(
    (entry) => isParameter(entry) && layers.has(entry.layer) && !frozen.has(entry.name),
  );
  const names = trained.map(({ name }) => name);
  return { learning: names.filter((name) => !biases.has(name)), still: names.filter((name) => biases.has(name)) };
}

/** What `plan` is asked to train. */
export function trainingPurpose(network: Network, loss: ReadLoss, { learning }: TrainedParameters): Purpose {
  const names = new Set(learning);
  const layers = new Set(stateEntries(network).flatMap(({ name, layer }) => (names.has(name) ? [layer] : [])));
  return {
    kind: 'train',
    loss: lossOutputs(network, loss).map((name) => network.graph.outputs[name]),
    trainable: ({ layer }) => layer !== null && layers.has(layer),
  };
}

/** What gradients are multiplied by, with the other sign, where the graph turns them round: in this batch, or always. */
export function reversalOf({ graph }: Network, target: Target): number {
  if (target.kind === 'heads') return target.reversal;
  return graph.nodes.find((node) => node.op === 'reverse-gradient')?.attributes.alpha ?? 0;
}
