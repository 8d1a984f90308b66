/**
 * @file Options that the three training tasks share: the sections of ClinicaDL 1.6.1's configuration file, in its order.
 *
 * Its command line declared `-d` and `-s` twice; here they mean `--diagnoses` and `--split`. Options about one device of Python
 * (`gpu`, `n_proc`, `deterministic`, `compensation`) are accepted and recorded.
 */
import type { TaskName } from '../vocabulary/losses';
import { path } from './field';
import { Cross_validation, dataSection, Mode } from './train-data';
import { Architecture, modelSection, pretrained, Transfer_learning } from './train-network';
import { Computational, emissionsOf, Informations, Optimization, Reproducibility } from './train-run';

/** Arguments by position. */
export const trainPositionals = {
  caps_directory: { kind: 'path', help: 'CAPS folder that holds the images.' },
  preprocessing_json: { kind: 'text', help: 'Name of the JSON file that prepare-data wrote into tensor_extraction.' },
  tsv_directory: { kind: 'path', help: 'Folder that tsvtools split or kfold wrote.' },
  output_maps_directory: { kind: 'path', help: 'New folder for the results, the MAPS.' },
} as const;

/** Command line alone. */
export const commandOnly = {
  Options: {
    config_file: path<string | null>({
      default: null,
      flags: ['-c', '--config_file'],
      help: 'TOML file with options, or the maps.json of an earlier training; options on the command line win.',
    }),
    pretrained: pretrained(({ architecture }) => architecture === 'resnet18'),
    ...emissionsOf,
  },
};

/** Sections before the one of the task. */
export const sectionsBefore = (task: TaskName) => ({ Model: modelSection(task), Architecture });

/** Sections after the one of the task. */
export const sectionsAfter = (task: TaskName) => ({
  Computational,
  Reproducibility,
  Transfer_learning,
  Mode,
  Data: dataSection(task),
  Cross_validation,
  Optimization,
  Informations,
});
