/** @file Older commands around a training: `classify`, `interpret group`, `tsvtool`, `resume`, `save-tensor`. */
import { interpret } from '../interpret';
import type { Translation } from './older';
import { oldSelections } from './older-train';
import { becomes, isLost, type Meaning, readOldWords, shownArguments, spelled, verbosity } from './older-words';

const same = (flags: string, takes: Meaning['takes'] = 'one') => spelled(flags, becomes(flags.split(' ').at(-1) ?? flags, takes));
const machine = [
  ...spelled('-cpu --use_cpu', becomes('--no-gpu', 'nothing')),
  ...same('--gpu', 'nothing'),
  ...same('--no-gpu', 'nothing'),
  ...spelled('-np --nproc --n_proc', becomes('--n_proc')),
  ...same('--batch_size'),
  ...verbosity,
];

const classifyOptions = new Map([
  ...machine,
  ...spelled('-nl --no_labels', becomes('--no_labels', 'nothing')),
  ...spelled('--use_extracted_features', isLost('the extraction of the training decides it; leave it out.', 'nothing')),
  ...spelled(
    '--use_extracted_patches --use_extracted_roi --use_extracted_slices',
    isLost('the extraction of the training decides it; leave it out.', 'nothing'),
  ),
  ...spelled('-sm --selection_metrics', becomes('--selection_metrics', 'several', { values: oldSelections })),
  ...same('-d --diagnoses', 'several'),
  ...same('--multi_cohort', 'nothing'),
]);

export function oldClassify([first, ...rest]: readonly string[]): Translation | undefined {
  if (first !== 'classify') return undefined;
  const found = readOldWords(rest, classifyOptions);
  const names = ['CAPS_DIRECTORY', 'TSV_PATH', 'MODEL_PATH', 'PREFIX'];
  const [caps, tsv, maps, group] = shownArguments(found.positionals, names);
  const given = found.main.some((words) => words.startsWith('--selection_metrics'));
  return {
    version: 'ClinicaDL 0.2',
    command: 'classify',
    names,
    found,
    lines: [['clinicadl predict', maps, group, `--caps_directory ${caps}`, `--participants_tsv ${tsv}`, ...found.main].join(' ')],
    notes: [
      'Images have the groups of a MAPS now: a result folder of 0.2 becomes one by import-results.',
      ...(given ? [] : ['All networks of the MAPS predict; it was the one of best balanced accuracy alone.']),
    ],
  };
}

const interpretOptions = new Map([
  ...machine,
  ...spelled('--selection', becomes('--selection_metrics', 'several', { values: oldSelections })),
  ...spelled('--selection_metrics', becomes('--selection_metrics')),
  ...spelled('--tsv_path --participants_tsv', becomes('--participants_tsv')),
  ...spelled('--caps_dir --caps_directory', becomes('--caps_directory')),
  ...spelled('-d --diagnosis --diagnoses', becomes('--diagnoses')),
  ...spelled(
    '--target_diagnosis',
    isLost('--target_node takes its place, the number of the label in alphabetical order, from 0.'),
  ),
  ...same('--target_node'),
  ...same('--multi_cohort', 'nothing'),
  ...same('-o --overwrite', 'nothing'),
  ...same('-on --overwrite_name', 'nothing'),
  ...same('--save_individual'),
  ...spelled('--baseline', isLost('a group is the rows of its table; give a table of first visits.', 'nothing')),
  ...spelled('--keep_true', isLost('choose the rows in a table and name it by --participants_tsv.')),
  ...spelled('--nifti_template_path', isLost('maps have the place of their own image.')),
  ...spelled('--vmax', isLost('maps are files of numbers, and the page scales them.')),
]);

/** `interpret group|individual MODEL NAME` of 0.2, and `interpret MAPS GROUP NAME` of 1.0 and 1.1, without a method. */
export function oldInterpret([first, ...rest]: readonly string[]): Translation | undefined {
  if (first !== 'interpret') return undefined;
  const found = readOldWords(rest, interpretOptions);
  const [kind, ...own] = found.positionals;
  if (kind === 'group' || kind === 'individual') {
    const names = ['MODEL_PATH', 'NAME'];
    const [maps, name] = shownArguments(own, names);
    const isNew = found.main.some((words) => words.startsWith('--participants_tsv'));
    const individual = kind === 'individual' ? ['--save_individual'] : [];
    const diagnosis = found.main.some((words) => words.startsWith('--diagnoses')) || !isNew ? [] : ['--diagnoses AD'];
    return {
      version: 'ClinicaDL 0.2',
      command: `interpret ${kind}`,
      names,
      found: { ...found, positionals: own },
      lines: [
        [
          'clinicadl interpret',
          maps,
          isNew ? name : 'validation',
          name,
          'gradients',
          ...individual,
          ...diagnosis,
          ...found.main,
        ].join(' '),
      ],
      notes: isNew
        ? [`The rows of the table become a group of the MAPS, called ${name}.`]
        : ['The group is the validation set of each split, with all its diagnoses.'],
    };
  }
  // A method among the words is a line of today, whose options are others.
  const methods: readonly string[] = interpret.positionals.method.choices;
  const hasMethod = rest.some((word) => methods.includes(word));
  if (found.positionals.length !== 3 || found.asksHelp || hasMethod) return undefined;
  const words = found.positionals.map((word) => shownArguments([word], [''])[0]);
  return {
    version: 'ClinicaDL 1.1',
    command: 'interpret',
    names: ['INPUT_MAPS_DIRECTORY', 'DATA_GROUP', 'NAME'],
    found,
    lines: [['clinicadl interpret', ...words, 'gradients', ...found.main].join(' ')],
  };
}

const splitOptions = [
  ...same('--subset_name'),
  ...spelled(
    '--MCI_sub_categories --no_mci_sub_categories',
    isLost(
      'tables have one row for each participant and session, so that sMCI and pMCI are not in MCI twice; leave it out.',
      'nothing',
    ),
  ),
  ...verbosity,
];

/** What the table of a folder of labels is called now. */
const tableOf = (folder: string): string =>
  folder.endsWith('.tsv') || /^[<A-Z]/.test(folder) ? folder : `${folder.replace(/\/$/, '')}/labels.tsv`;

interface Tool {
  readonly names: readonly string[];
  readonly options: ReadonlyMap<string, Meaning>;
  /** Today's line from the shown arguments and options. */
  readonly line: (found: readonly string[], main: readonly string[]) => string;
}

const tools: Readonly<Record<string, Tool>> = {
  restrict: {
    names: ['DATASET', 'MERGED_TSV', 'RESULTS_PATH'],
    options: new Map(verbosity),
    line: (given) => ['clinicadl tsvtools restrict', ...given].join(' '),
  },
  getlabels: {
    names: ['MERGED_TSV', 'MISSING_MODS', 'RESULTS_PATH'],
    options: new Map([
      ...same('-d --diagnoses', 'several'),
      ...same('-mod --modality'),
      ...same('--time_horizon'),
      ...spelled('--restriction_path --restriction_tsv', becomes('--restriction_path')),
      ...same('--variables_of_interest', 'several'),
      ...same('--keep_smc', 'nothing'),
      ...verbosity,
    ]),
    line: (given, main) => ['clinicadl tsvtools getlabels', ...given, ...main].join(' '),
  },
  split: {
    names: ['FORMATTED_DATA_PATH'],
    options: new Map([
      ...splitOptions,
      ...same('--n_test'),
      ...same('-ps --p_sex_threshold'),
      ...same('-pa --p_age_threshold'),
      ...same('--ignore_demographics', 'nothing'),
      ...same('--categorical_split_variable'),
    ]),
    line: ([table], main) => {
      const named = main.some((words) => words.startsWith('--subset_name')) ? [] : ['--subset_name test'];
      return ['clinicadl tsvtools split', tableOf(table), ...named, ...main].join(' ');
    },
  },
  kfold: {
    names: ['FORMATTED_DATA_PATH'],
    options: new Map([...splitOptions, ...same('--n_splits'), ...same('--stratification')]),
    line: ([table], main) => ['clinicadl tsvtools kfold', tableOf(table), ...main].join(' '),
  },
  analysis: {
    names: ['MERGED_TSV', 'FORMATTED_DATA_PATH', 'RESULTS_PATH'],
    options: new Map([...same('-d --diagnoses', 'several'), ...verbosity]),
    line: ([merged, table, results], main) => ['clinicadl tsvtools analysis', merged, tableOf(table), results, ...main].join(' '),
  },
};

export function oldTsvtool([first, verb = '', ...rest]: readonly string[]): Translation | undefined {
  if (first !== 'tsvtool') return undefined;
  const version = 'ClinicaDL 1.1';
  if (!Object.hasOwn(tools, verb)) {
    // the group alone, or a name that it never had
    const found = readOldWords(verb === '' ? rest : [verb, ...rest], new Map(verbosity));
    const lost = found.positionals.length === 0 ? [] : [`It had no ${verb}; it had ${Object.keys(tools).join(', ')}.`];
    return { version, command: 'tsvtool', names: ['COMMAND'], found, lost, lines: ['clinicadl tsvtools'] };
  }
  const { names, options, line } = tools[verb];
  const found = readOldWords(rest, options);
  const isTable =
    /^(split|kfold|analysis)$/.test(verb) && !(found.positionals.at(verb === 'analysis' ? 1 : 0) ?? '').endsWith('.tsv');
  return {
    version,
    command: `tsvtool ${verb}`,
    names,
    found,
    lines: [line(shownArguments(found.positionals, names), found.main)],
    notes: isTable ? ['One table, labels.tsv, takes the place of a table for each label, and is split as a whole.'] : [],
  };
}

export function oldResume([first, ...rest]: readonly string[]): Translation | undefined {
  if (first !== 'resume') return undefined;
  const told = 'the computer is chosen by the page; leave it out.';
  const found = readOldWords(
    rest,
    new Map([
      ...spelled('-cpu --use_cpu --gpu --no-gpu', isLost(told, 'nothing')),
      ...spelled(
        '-np --nproc --n_proc --batch_size -esteps --evaluation_steps',
        isLost('the value of the training is kept; leave it out.'),
      ),
      ...spelled('-s --split', becomes('--split')),
      ...verbosity,
    ]),
  );
  const names = ['INPUT_MAPS_DIRECTORY'];
  const lines = [['clinicadl train resume', ...shownArguments(found.positionals, names), ...found.main].join(' ')];
  return { version: 'ClinicaDL 1.1', command: 'resume', names, found, lines };
}

export function oldSaveTensor([first, ...rest]: readonly string[]): Translation | undefined {
  if (first !== 'save-tensor') return undefined;
  const options = new Map([
    ...machine,
    ...same('--caps_directory'),
    ...same('--participants_tsv'),
    ...spelled('-sm --selection_metrics', becomes('--selection_metrics')),
    ...same('--multi_cohort', 'nothing'),
    ...same('-d --diagnoses'),
    ...same('-o --overwrite', 'nothing'),
  ]);
  const found = readOldWords(rest, options);
  const names = ['INPUT_MAPS_DIRECTORY', 'DATA_GROUP'];
  const lines = [['clinicadl predict', ...shownArguments(found.positionals, names), '--save_tensor', ...found.main].join(' ')];
  return { version: 'ClinicaDL 1.1', command: 'save-tensor', names, found, lines, notes: ['The group is predicted too.'] };
}
