/** @file The methods of ClinicaDL's `MapsManager`, by name: those that run a command, and those that read. */

export const runningMethods = ['train', 'resume', 'predict', 'interpret'] as const;

export const mapsMethodNames = [
  ...runningMethods,
  'get_parameters',
  'get_group_info',
  'get_state_dict',
  'get_best_epoch',
  'get_model',
  'get_prediction',
  'get_metrics',
  'get_interpretation',
] as const;

export type RunningMethod = (typeof runningMethods)[number];
export type MapsMethod = (typeof mapsMethodNames)[number];

export const isRunning = (name: MapsMethod): name is RunningMethod => (runningMethods as readonly string[]).includes(name);
