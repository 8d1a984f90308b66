/** @file Names of a task's metrics, as its log has them: those of the vocabulary without the loss, which is no function of predictions. */
import type { TaskName } from '../../vocabulary/losses';
import { type MetricName, metricsOf } from '../../vocabulary/metrics';

export const namesOf = (task: TaskName): Exclude<MetricName, 'loss'>[] => metricsOf(task).filter((name) => name !== 'loss');
