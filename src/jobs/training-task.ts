/** @file What the options of a training make of its network: the task, and what executors are asked for. */
import type { MemoryRequest, OptimizerOptions } from '../engine/executor';
import { adaptationHeads, adapts } from '../learning/adaptation';
import { lossOf } from '../learning/evaluate';
import type { MetricValue } from '../learning/metrics/statistic';
import type { SetMetrics } from '../learning/selection';
import { makeTask } from '../learning/tasks/make-task';
import type { Task } from '../learning/tasks/task';
import type { EvaluationRow } from '../learning/training';
import type { Network } from '../networks/graph';
import { buildNetwork, networkName } from '../networks/registry';
import type { TrainOptions } from '../options/train';
import { dropoutOf, type NetworkOption } from '../vocabulary/networks';
import { fittingLoss } from './fitting-loss';

type TaskSettings = Pick<TrainOptions, 'network_task' | 'loss' | 'recons_weight' | 'kl_weight'>;

type NetworkSettings = Pick<TrainOptions, 'architecture' | 'network_task' | Extract<keyof TrainOptions, NetworkOption>>;

/** `outputSize`: values for one sample; null: as many as the input has. */
export function networkOf(options: NetworkSettings, inputSize: readonly number[], outputSize: number | null): Network {
  const { architecture, network_task } = options;
  const dropout = dropoutOf(networkName(architecture, network_task), options.dropout);
  const given = { ...options, inputSize, dropout };
  return buildNetwork(architecture, outputSize === null ? given : { ...given, outputSize }, network_task);
}

/** Throws `loss-unfit`. */
export function taskOf({ network_task, loss, recons_weight, kl_weight }: TaskSettings, network: Network): Task {
  const fitting = fittingLoss(network, { loss, recons_weight });
  const asked = { loss: fitting.loss, recons_weight, kl_weight };
  return makeTask(network_task, network, adapts(network) ? { ...asked, heads: adaptationHeads } : asked);
}

export const optimizerOf = ({ optimizer, learning_rate, weight_decay }: OptimizerOptions): OptimizerOptions => ({
  optimizer,
  learning_rate,
  weight_decay,
});

/** Of an executor that trains or evaluates a network of this training; `batchSize` and `amp` are those of the command. */
export function executorRequest(
  network: Network,
  task: Task,
  options: OptimizerOptions,
  { batch_size, amp }: Pick<TrainOptions, 'batch_size' | 'amp'>,
): MemoryRequest {
  return { network, loss: task.loss, optimizer: optimizerOf(options), batchSize: batch_size, amp };
}

/** Columns of `training.tsv` and scalars of TensorBoard. */
export const logNames = ({ logNames: names }: Task): string[] => [...names, 'loss'];

/** What a row of the log holds of one group: a value for each column, then those of each class where there are more. */
export function logged({ metrics, losses }: SetMetrics, task: Task): MetricValue[] {
  const means = task.logged(metrics);
  const more = metrics.filter(({ name }) => !task.logNames.includes(name));
  return [...means, losses[0], ...more];
}

/** Of training and validation, by column of the log. */
export function liveValues({ train, valid }: Pick<EvaluationRow, 'train' | 'valid'>, task: Task): Record<string, number> {
  const side = (suffix: string, { metrics, losses }: SetMetrics): [string, number][] => [
    ...task.logged(metrics).map(({ name, value }): [string, number] => [`${name}_${suffix}`, value]),
    [`loss_${suffix}`, lossOf(losses)],
  ];
  return Object.fromEntries([...side('train', train), ...side('valid', valid)]);
}
