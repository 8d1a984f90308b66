/** @file ClinicaDL's `MapsManager(maps_path, parameters)` makes a MAPS; here `train` does. */
import { type AppError, appError } from '../base/errors';

export const parametersRefused = (): AppError =>
  appError('command-elsewhere', {
    told: 'MapsManager with parameters makes a MAPS in Python.',
    instead: 'make it with "clinicadl train", and open it with its path alone',
  });
