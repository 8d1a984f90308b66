/** @file Hints about a MAPS, its groups and its networks. */
import type { Road } from '../road';
import { filesBelow } from '../road-files';
import { tensorPath, tinyParticipant, tinyTraining, writeText } from '../road-study';
import { inOrder, interpret, job, predict, reconstruction, remove, run, type Step, train, training, write } from './step';

/** A training into `maps_2` that is stopped. */
const interrupt = async (study: Road): Promise<void> => {
  const stop = new AbortController();
  const report = ({ stage }: { readonly stage: string }): void => {
    if (stage === 'train split 0') stop.abort();
  };
  await study.run(tinyTraining('maps_2'), { signal: stop.signal, report });
};

/** Folders of a split in `maps_2`, and in its groups. */
const rename =
  (from: string, to: string) =>
  async ({ workspace }: Road): Promise<void> => {
    for (const path of await filesBelow(workspace, 'maps_2')) {
      if (!path.includes(`/${from}/`)) continue;
      await workspace.write(path.replace(`/${from}/`, `/${to}/`), await workspace.read(path));
      await workspace.remove(path);
    }
    for (const folder of ['', 'groups/train/', 'groups/validation/']) await workspace.remove(`maps_2/${folder}${from}`);
  };

export const maps: Readonly<Record<string, Step>> = {
  'job-impossible': { line: job('-sm MCC'), says: 'choose --selection_metrics loss', next: job('-sm loss') },
  'job-tensors': {
    before: inOrder(
      run('clinicadl prepare-data slice caps t1-linear --slice_direction 2 --save_features --extract_json slice'),
      remove(tensorPath(tinyParticipant(0))),
    ),
    line: job().replace(' image ', ' slice '),
    says: '"clinicadl prepare-data image caps t1-linear --extract_json image_2"',
    follow: run('clinicadl prepare-data image caps t1-linear --extract_json image_2'),
  },
  'job-twice': { line: `${job()} --maps maps`, says: 'or --maps to begin anew', next: job() },
  'job-command': { line: 'clinicadl export-job job --line "predict maps new"', says: 'Give such a line', next: job() },
  'export-ending': {
    line: 'clinicadl export-onnx maps model.pth',
    says: 'ends with .onnx',
    next: 'clinicadl export-onnx maps model.onnx',
  },
  'export-exists': {
    before: run('clinicadl export-onnx maps model.onnx'),
    line: 'clinicadl export-onnx maps model.onnx',
    says: 'add --overwrite',
    next: 'clinicadl export-onnx maps model.onnx --overwrite',
  },
  'describe-ending': {
    line: 'clinicadl describe maps --output_file methods.txt',
    says: 'ends with .md',
    next: 'clinicadl describe maps --output_file methods.md',
  },
  'describe-nothing': { line: 'clinicadl describe tsv', says: 'Give a MAPS', next: 'clinicadl describe maps' },
  'report-ending': {
    line: 'clinicadl leak-check maps --report_file report.doc',
    says: 'ends with .tsv or .txt',
    next: 'clinicadl leak-check maps --report_file report.tsv',
  },
  'leak-tables-missing': {
    line: 'clinicadl leak-check caps',
    says: 'the folder in which "tsvtools split"',
    next: 'clinicadl leak-check tsv/single',
  },
  'group-left-out': {
    before: run('clinicadl export-model maps model'),
    line: 'clinicadl predict model train',
    says: 'another name, with --caps_directory and --participants_tsv',
    next: predict().replace(' maps ', ' model '),
  },
  'maps-predict-only': {
    before: run('clinicadl export-model maps model'),
    line: 'clinicadl train resume model',
    says: '"--transfer_path model"',
    next: training('--transfer_path model'),
  },
  'export-left-out': {
    before: run('clinicadl export-model maps model'),
    line: 'clinicadl export-model model more --include_identifiers',
    says: 'Leave out --include_identifiers',
    next: 'clinicadl export-model model more',
  },
  'export-names': {
    before: run(predict().replace(' new ', ` ${tinyParticipant(10)} `)),
    line: 'clinicadl export-model maps model',
    says: 'Give --include_identifiers',
    next: 'clinicadl export-model maps model --include_identifiers',
  },
  'summary-value': {
    before: write('maps/split-0/best-loss/training_summary.json', '{}'),
    line: 'clinicadl export-model maps model',
    says: 'Remove this file',
    follow: remove('maps/split-0/best-loss/training_summary.json'),
  },
  'maps-not-empty': { line: tinyTraining('maps'), says: 'a new folder name', next: training() },
  'maps-inside': { line: tinyTraining('maps/split-0/again'), says: 'for example again', next: tinyTraining('again') },
  'maps-interrupted': {
    before: interrupt,
    line: tinyTraining('maps_2'),
    says: '"clinicadl train resume maps_2"',
    next: 'clinicadl train resume maps_2',
  },
  'interpretation-exists': {
    before: run(interpret('gradients')),
    line: interpret('gradients'),
    says: 'Give --overwrite_name',
    next: interpret('gradients --overwrite_name'),
  },
  'interpret-unfit': {
    before: run(reconstruction()),
    line: interpret('gradients').replace(' maps ', ' maps_new '),
    says: 'a MAPS of a classification',
    next: interpret('gradients'),
  },
  'target-node': {
    line: interpret('gradients --target_node 2'),
    says: 'from 0 to 1',
    next: interpret('gradients --target_node 1'),
  },
  'option-unused': { line: interpret('gradients --steps 3'), says: 'Leave out --steps', next: interpret('gradients') },
  'augmentation-unfit': {
    line: training('--data_augmentation RandomSwap'),
    says: 'Leave out RandomSwap',
    next: training(),
  },
  'folder-not-empty': {
    line: 'clinicadl simulate tsv --n_subjects 8',
    says: 'a new folder name',
    next: 'clinicadl simulate new --n_subjects 8',
  },
  'older-results': {
    before: async ({ workspace }) => {
      await writeText(workspace, 'old/commandline.json', '{"mode": "image"}');
      await writeText(workspace, 'old/fold-0/training.tsv', 'epoch\n');
    },
    line: predict().replace(' maps ', ' old '),
    says: '"clinicadl import-results old old_maps"',
    next: predict(),
  },
  'maps-missing': { line: predict().replace(' maps ', ' tsv '), says: 'the opened folder has the MAPS maps', next: predict() },
  'maps-untrained': {
    before: remove('maps/split-0/best-loss'),
    line: predict(),
    says: '"train resume"',
    follow: run('clinicadl train resume maps'),
  },
  'data-leakage': {
    before: ({ workspace, text }) => text(train).then((rows) => writeText(workspace, 'tsv/test.tsv', rows)),
    line: predict(),
    says: '--skip_leak_check',
    next: predict('--skip_leak_check'),
  },
  'data-leakage-caps': {
    line: 'clinicadl predict maps new --caps_directory caps --no_labels',
    says: 'Give --participants_tsv with a table of the other participants',
    next: predict('--no_labels'),
  },
  'group-exists': { before: run(predict()), line: predict(), says: 'or give --overwrite', next: predict('--overwrite') },
  'group-definition': {
    line: 'clinicadl predict maps new',
    says: '--caps_directory and --participants_tsv',
    next: predict(),
  },
  'group-protected': { line: predict().replace(' new ', ' train '), says: 'another group name', next: predict() },
  'group-table-missing': {
    line: predict().replace('tsv/test.tsv', 'caps'),
    says: 'the table of the group itself',
    next: predict(),
  },
  'split-untrained': { line: predict('--split 3'), says: 'choose one of: 0', next: predict('--split 0') },
  'metric-untrained': {
    line: predict('--selection_metrics accuracy'),
    says: 'Choose one of: loss',
    next: predict('--selection_metrics loss'),
  },
  'weights-missing': {
    before: remove('maps/split-0/best-loss/model.pth.tar'),
    line: predict(),
    says: 'train split 0 again by "train resume" with --split 0 --anew',
    follow: run('clinicadl train resume maps --split 0 --anew'),
  },
  'network-single': {
    line: 'clinicadl export-onnx maps network.onnx --network 1',
    says: 'Leave out network (--network on a line)',
    next: 'clinicadl export-onnx maps network.onnx',
  },
  'name-refused': {
    line: predict().replace(' new ', ' "a:b" '),
    says: 'letters, digits, dots, dashes and underscores',
    next: predict(),
  },
  'maps-folds': {
    before: inOrder(interrupt, rename('split-0', 'fold-0')),
    line: 'clinicadl train resume maps_2',
    says: 'to split-0, split-1, … and resume again',
    follow: rename('fold-0', 'split-0'),
  },
  'resume-nothing': { line: 'clinicadl train resume maps', says: 'Start a new training', next: training() },
  'accumulation-too-large': {
    line: training('--accumulation_steps 99'),
    says: 'Lower accumulation_steps',
    next: training('--accumulation_steps 1'),
  },
};
