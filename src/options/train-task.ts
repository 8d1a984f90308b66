/**
 * @file Training options of a task: what is learnt, by what it is judged, and which networks can do it. One section of each file belongs
 * to the task of the command; keys and their order are those of ClinicaDL 1.6.1's configuration file.
 */
import { type LossName, lossesOf, type TaskName } from '../vocabulary/losses';
import { isSelectable, metricsOf } from '../vocabulary/metrics';
import { choice, choices, number, table, text } from './field';

function selectionMetrics(task: TaskName) {
  const all = metricsOf(task);
  const others = all.filter((name) => !isSelectable(name));
  const why = `; by ${others.join(' and ')}, which are written as 0 where they are undefined, no network is the best`;
  return choices(all, {
    default: ['loss'],
    flags: ['-sm', '--selection_metrics'],
    help: 'Metrics on the validation set; for each, the best network is kept.',
    notYet: (names) => names.some((name) => !isSelectable(name)),
    available: `${all.filter(isSelectable).join(', ')}${others.length === 0 ? '' : why}`,
  });
}

const loss = (task: TaskName, usual: LossName) =>
  choice(lossesOf(task), {
    default: usual,
    flags: ['-l', '--loss'],
    help: 'What the training makes small.',
    advanced: true,
  });

const label = (usual: string, help: string) => text({ default: usual, flags: ['--label'], help });

const Classification = {
  selection_metrics: selectionMetrics('classification'),
  label: label('diagnosis', 'Column of the tables that the network learns to tell.'),
  label_code: table({
    default: {},
    flags: ['--label_code'],
    help: 'Output of the network for each label, for example AD=0; none given: labels in alphabetical order.',
    fileOnly: true,
    advanced: true,
  }),
  selection_threshold: number({
    default: 0,
    min: 0,
    max: 1,
    flags: ['--selection_threshold'],
    help: 'Patches, regions or slices whose accuracy is below have no vote on the image.',
    advanced: true,
  }),
  loss: loss('classification', 'CrossEntropyLoss'),
};

const Regression = {
  selection_metrics: selectionMetrics('regression'),
  label: label('age', 'Column of the tables, of numbers, that the network learns to predict.'),
  loss: loss('regression', 'MSELoss'),
};

const Reconstruction = {
  selection_metrics: selectionMetrics('reconstruction'),
  loss: loss('reconstruction', 'MSELoss'),
};

/** By the name that the section has in the file. */
export const taskSections = { Classification, Regression, Reconstruction };

export const taskSectionName: Readonly<Record<TaskName, keyof typeof taskSections>> = {
  classification: 'Classification',
  regression: 'Regression',
  reconstruction: 'Reconstruction',
};
