/** @file The task of a training by its options and network. */
import type { LossOptions } from '../../engine/executor';
import { lossWeights } from '../../engine/loss-weights';
import type { Network } from '../../networks/graph';
import type { TaskName } from '../../vocabulary/losses';
import { classification } from './classification';
import { reconstruction } from './reconstruction';
import { regression } from './regression';
import type { Task } from './task';

export function makeTask(name: TaskName, network: Network, loss: LossOptions): Task {
  switch (name) {
    case 'classification':
      return classification(network.outputSize, loss);
    case 'regression':
      return regression(loss);
    case 'reconstruction':
      return reconstruction(network, lossWeights(network.architecture, loss));
  }
}
