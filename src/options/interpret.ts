/**
 * @file `interpret`: maps of what the networks of a MAPS look at. Integrated gradients, occlusion and the randomisation test, with their
 * options, are this app's: ClinicaDL 1.6.1 has gradients and grad-cam.
 */
import { appError } from '../base/errors';
import { type MetricName, metrics } from '../vocabulary/metrics';
import { choice, choices, define, flag, int, ints, path, type Values } from './field';
import { groupFields, machineFields } from './group-options';

const mapMethods = ['gradients', 'grad-cam', 'integrated-gradients', 'occlusion'] as const;
export type MapMethodName = (typeof mapMethods)[number];

type Others = Readonly<Record<string, unknown>>;

/** The method whose maps are made: of the randomisation test, those that it compares. */
export const mapOf = ({ method, tested_method }: Others): unknown => (method === 'randomisation-test' ? tested_method : method);
const isMap =
  (name: MapMethodName) =>
  (values: Others): boolean =>
    mapOf(values) === name;

const ours = 'Not in ClinicaDL 1.6.1: ';

export const interpret = define({
  positionals: {
    input_maps_directory: { kind: 'path', help: 'MAPS that a training wrote.' },
    data_group: { kind: 'text', help: 'Name of the group: a new one, or one that the MAPS already knows.' },
    name: { kind: 'text', help: 'Name of the interpretation: its files are in a folder interpret-<name>.' },
    method: {
      kind: 'choice',
      choices: [...mapMethods, 'randomisation-test'],
      help: 'How maps are made; randomisation-test asks whether they depend on what was learnt. ClinicaDL 1.6.1 has the first two.',
    },
  },
  sections: {
    Options: {
      level_grad_cam: int<number | null>({
        default: null,
        min: 1,
        flags: ['--level_grad_cam'],
        help: 'Number of modules of the convolutions whose result grad-cam looks at; not given, or too many: all.',
        when: isMap('grad-cam'),
      }),
      as_published: flag({
        default: false,
        flags: ['--as_published'],
        help: `${ours}grad-cam as it was published, with one weight for each channel and ReLU; without, as 1.6.1 computes it.`,
        when: isMap('grad-cam'),
      }),
      steps: int({
        default: 50,
        min: 1,
        flags: ['--steps'],
        help: `${ours}steps of integrated gradients from a black image to the image.`,
        when: isMap('integrated-gradients'),
      }),
      occlusion_size: int({
        default: 16,
        min: 1,
        unit: 'voxels',
        flags: ['--occlusion_size'],
        help: `${ours}edge of the cube (square in slices) that occlusion replaces by the mean of the element.`,
        when: isMap('occlusion'),
      }),
      occlusion_stride: int({
        default: 8,
        min: 1,
        unit: 'voxels',
        flags: ['--occlusion_stride'],
        help: `${ours}voxels from one cube of occlusion to the next; at most its size.`,
        when: isMap('occlusion'),
      }),
      tested_method: choice(['gradients', 'grad-cam', 'integrated-gradients'], {
        default: 'gradients',
        flags: ['--tested_method'],
        help: `${ours}the method whose maps the randomisation test compares.`,
        when: ({ method }: Others) => method === 'randomisation-test',
      }),
      selection_metrics: choices(Object.keys(metrics) as MetricName[], {
        default: ['loss'],
        flags: ['--selection_metrics'],
        help: 'Explain the networks that were best by these metrics.',
      }),
      participants_tsv: path<string | null>({
        default: null,
        flags: ['--participants_tsv'],
        help: 'Table of the participants and sessions of a new group; none: every image of the CAPS.',
      }),
      caps_directory: groupFields.caps_directory,
      multi_cohort: groupFields.multi_cohort,
      diagnoses: groupFields.diagnoses,
      skip_leak_check: flag({
        default: false,
        flags: ['--skip_leak_check'],
        help: `${ours}explain images of participants of the training, too, in a group of another name.`,
        advanced: true,
      }),
      split: ints({
        default: [],
        min: 0,
        flags: ['-s', '--split'],
        help: `${ours}explain only the networks of these folds, counted from 0; none given: all.`,
      }),
      target_node: int({
        default: 0,
        min: 0,
        flags: ['--target_node'],
        help: 'Output that is explained: the number of a label in the label code, 0 for a regression.',
      }),
      save_individual: flag({
        default: false,
        flags: ['--save_individual'],
        help: 'Write the map of each element, beside the mean of all.',
      }),
      save_nifti: flag({
        default: false,
        flags: ['--save_nifti'],
        help: 'Write maps as NIfTI files, too, where the image lies in space.',
      }),
      n_proc: machineFields.n_proc,
      batch_size: int({
        default: 8,
        min: 1,
        unit: 'elements',
        flags: ['--batch_size'],
        help: 'Elements explained at a time; the maps do not depend on it.',
      }),
      gpu: machineFields.gpu,
      amp: flag({
        default: false,
        flags: ['--amp'],
        offFlags: ['--no-amp'],
        help: 'Accepted only: maps are computed with 32-bit numbers.',
        advanced: true,
      }),
      overwrite: groupFields.overwrite,
      overwrite_name: flag({
        default: false,
        flags: ['-on', '--overwrite_name'],
        help: 'Replace the interpretation of this name if it exists.',
      }),
    },
  },
});

export type InterpretOptions = Values<typeof interpret>;

const methodOptions: Readonly<Record<string, MapMethodName>> = {
  level_grad_cam: 'grad-cam',
  as_published: 'grad-cam',
  steps: 'integrated-gradients',
  occlusion_size: 'occlusion',
  occlusion_stride: 'occlusion',
};

/**
 * Rules that join options. Throws `option-needed` (a table without a CAPS, diagnoses without a table), `option-unused` for an option
 * of another method, and `option-value` for cubes that leave voxels out.
 */
export function checkInterpret(options: InterpretOptions): void {
  const { caps_directory, participants_tsv, diagnoses, occlusion_size, occlusion_stride, method } = options;
  const needed = (option: string, reason: string): Error =>
    appError('option-needed', { option, reason }, { where: `Options.${option}` });
  if (caps_directory === null && participants_tsv !== null)
    throw needed('caps_directory', 'participants_tsv defines a new group');
  if (caps_directory !== null && participants_tsv === null && diagnoses.length > 0)
    throw needed('participants_tsv', 'diagnoses choose rows of a table');
  const { Options } = interpret.sections;
  const unused = (key: keyof typeof Options, of: string): void => {
    if (JSON.stringify(options[key]) === JSON.stringify(Options[key].default)) return;
    throw appError('option-unused', { option: key, of, method }, { where: `Options.${key}` });
  };
  if (method !== 'randomisation-test') unused('tested_method', 'randomisation-test');
  for (const [key, of] of Object.entries(methodOptions)) if (mapOf(options) !== of) unused(key as keyof typeof Options, of);
  if (method === 'randomisation-test') {
    if (options.save_individual)
      throw appError('option-unused', { option: 'save_individual', of: 'maps', method }, { where: 'Options.save_individual' });
    if (options.save_nifti)
      throw appError('option-unused', { option: 'save_nifti', of: 'maps', method }, { where: 'Options.save_nifti' });
  }
  if (occlusion_stride > occlusion_size)
    throw appError(
      'option-value',
      { option: 'occlusion_stride', found: String(occlusion_stride), expected: `at most occlusion_size, ${occlusion_size}` },
      { where: 'Options.occlusion_stride' },
    );
}
