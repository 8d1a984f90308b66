/** @file MAPS that older versions of ClinicaDL made open here: results are read as they stand, and their networks predict the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import { resultView } from '../src/jobs/result-view';
import { trainingCurves } from '../src/jobs/training-curves';
import { optionsOfMapsJson } from '../src/options/derive/maps-json';
import { modernMapsJson } from '../src/options/derive/maps-json-versions';
import { copyIntoFolder } from './disk-folder';
import type { Road } from './road';
import { cells, expectTablesToAgree, filesBelow, goldenText, joined } from './road-files';
import { goldenRoad, writeText } from './road-study';

const versions = ['1.0.4', '1.1.0', '1.6.0'];
const byTable = '--caps_directory caps --participants_tsv tsv/split/test_baseline.tsv';
let study: Road;

beforeAll(async () => {
  study = await goldenRoad();
  for (const version of versions) await copyIntoFolder(study.workspace, `test/golden/older/maps_${version}`, `maps_${version}`);
});

/** Rows in the order of their participants: older versions read one table for each label. */
function sorted(text: string): string {
  const [header, ...rows] = cells(text);
  return joined([header, ...rows.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Values of a table of metrics, by name; the layout changed over the versions. */
function metricsIn(text: string): Record<string, string> {
  const [names, values] = cells(text);
  return Object.fromEntries(names.map((name, i) => [name, values[i]]));
}

describe.each(versions)('a MAPS of %s', (version) => {
  const maps = `maps_${version}`;
  const theirs = (kind: string): string => goldenText(`older/${maps}/split-0/best-loss/test/test_image_level_${kind}.tsv`);

  it('shows its predictions, metrics and curves', async () => {
    const view = await resultView(study.workspace, { path: maps, split: 0, metric: 'loss', group: 'test', level: 'image' });
    expect(view.task).toBe('classification');
    expect(view.classes).toEqual(['AD', 'CN']);
    expect(view.rows.map(({ probabilities }) => probabilities[0])).toEqual(
      cells(theirs('prediction'))
        .slice(1)
        .map((row) => Number(row[5])),
    );
    const shown = Object.fromEntries((view.metrics ?? []).map(({ name, value }) => [name, value]));
    for (const [name, value] of Object.entries(metricsIn(theirs('metrics'))))
      if (name !== 'Metrics') expect(shown[name], name).toBe(Number(value));
    const { columns, rows } = await trainingCurves(study.workspace, { path: maps, split: 0 });
    expect(columns.slice(0, 3)).toEqual(['epoch', 'iteration', 'time']);
    const log = cells(goldenText(`older/${maps}/split-0/training_logs/training.tsv`));
    // Versions from 1.2 on forget the row of the last epoch, here the only one.
    expect(rows.map((row) => row[columns.indexOf('loss_valid')])).toEqual(
      log.slice(1).map((row) => Number(row[log[0].indexOf('loss_valid')])),
    );
  });

  it('gives its own predictions of a new group to 1e-5', async () => {
    await study.must(`clinicadl predict ${maps} test2 ${byTable} --batch_size 4`);
    const ours = (kind: string): Promise<string> => study.text(`${maps}/split-0/best-loss/test2/test2_image_level_${kind}.tsv`);
    expectTablesToAgree(sorted(await ours('prediction')), sorted(theirs('prediction')), 1e-5);
    const [found, expected] = [metricsIn(await ours('metrics')), metricsIn(theirs('metrics'))];
    for (const name of ['accuracy', 'sensitivity', 'specificity', 'BA', 'loss'])
      expect(Math.abs(Number(found[name]) - Number(expected[name])), name).toBeLessThan(1e-5);
  });

  it('tells every option, under the names of today', async () => {
    const json = JSON.parse(goldenText(`older/${maps}/maps.json`)) as Record<string, unknown>;
    expect(optionsOfMapsJson(json, maps, 'resume')).toMatchObject({
      architecture: 'Conv4_FC3',
      batch_size: 4,
      gpu: false,
      transfer_path: false,
      optimizer: 'Adam',
      loss: 'CrossEntropyLoss',
      kl_weight: 1,
    });
  });

  it('has the folders of a split and of the older fold', async () => {
    const moved = `${maps}_fold`;
    for (const path of await filesBelow(study.workspace, maps)) {
      if (path.includes('/test2')) continue;
      const to = path.replace(maps, moved).replaceAll('split-0', 'fold-0');
      await study.workspace.write(to, await study.workspace.read(path));
    }
    await study.must(`clinicadl predict ${moved} test2 ${byTable} --batch_size 4`);
    expectTablesToAgree(
      sorted(await study.text(`${moved}/fold-0/best-loss/test2/test2_image_level_prediction.tsv`)),
      sorted(theirs('prediction')),
      1e-5,
    );
  });
});

type Json = Readonly<Record<string, unknown>>;

const lacking = (json: Json, ...keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
const named = (json: Json, names: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(Object.entries(json).map(([key, value]) => [names[key] ?? key, value]));

/** Options that came with 1.3 to 1.6. */
const later = [
  ...['ssda_network', 'caps_target', 'tsv_target_lab', 'tsv_target_unlab', 'preprocessing_dict_target', 'amp', 'normalization'],
  ...['fully_sharded_data_parallel', 'track_exp', 'nb_unfrozen_layer', 'size_reduction', 'size_reduction_factor', 'profiler'],
  ...['adaptive_learning_rate', 'save_all_models', 'emissions_calculator'],
];

/** By what is otherwise in `maps.json`; all that ClinicaDL 1.6.1 knows of older files is in one of them. */
const edits: Readonly<Record<string, (json: Json) => Json>> = {
  'options of later versions are absent, KL_weight and an empty transfer_path are there': (json) =>
    named(lacking(json, ...later), { kl_weight: 'KL_weight' }),
  'model, multi, minmaxnormalization, num_workers, use_cpu, nondeterministic in place of the names of today': (json) => ({
    ...named(lacking(json, ...later, 'gpu', 'deterministic'), {
      architecture: 'model',
      multi_network: 'multi',
      normalize: 'minmaxnormalization',
      n_proc: 'num_workers',
    }),
    use_cpu: true,
    nondeterministic: true,
  }),
  'no preprocessing_dict: its keys stand beside the others, some of them are absent, and file_type': (json) => ({
    ...lacking(json, ...later, 'preprocessing_dict'),
    ...lacking(json.preprocessing_dict as Json, 'file_type', 'mode', 'use_uncropped_image', 'extract_json'),
    custom_suffix: '',
  }),
  'no optimizer, no loss, and a preprocessing_dict without file_type, prepare_dl and use_uncropped_image': (json) => ({
    ...lacking(json, ...later, 'optimizer', 'loss'),
    preprocessing_dict: lacking(json.preprocessing_dict as Json, 'file_type', 'prepare_dl', 'use_uncropped_image'),
  }),
};

describe('maps.json of 1.2 to 1.5, made by editing that of 1.6.0 (no MAPS of these versions was at hand)', () => {
  it.each(Object.entries(edits))('%s: opens, and predicts what 1.6.0 predicted to 1e-5', async (name, edit) => {
    const maps = `maps_edited_${Object.keys(edits).indexOf(name)}`;
    await copyIntoFolder(study.workspace, 'test/golden/older/maps_1.6.0', maps);
    const json = edit(JSON.parse(goldenText('older/maps_1.6.0/maps.json')) as Json);
    await writeText(study.workspace, `${maps}/maps.json`, JSON.stringify(json, null, 4));
    const view = await resultView(study.workspace, { path: maps, split: 0, metric: 'loss', group: 'test', level: 'image' });
    expect(view.classes).toEqual(['AD', 'CN']);
    expect(optionsOfMapsJson(json, maps, 'predict')).toMatchObject({
      architecture: 'Conv4_FC3',
      multi_network: false,
      normalize: true,
      n_proc: 0,
      gpu: false,
      deterministic: false,
      optimizer: 'Adam',
      loss: 'CrossEntropyLoss',
      kl_weight: 1,
      amp: false,
      transfer_path: false,
    });
    await study.must(`clinicadl predict ${maps} test2 ${byTable} --batch_size 4`);
    const theirs = goldenText('older/maps_1.6.0/split-0/best-loss/test/test_image_level_prediction.tsv');
    const ours = await study.text(`${maps}/split-0/best-loss/test2/test2_image_level_prediction.tsv`);
    expectTablesToAgree(sorted(ours), sorted(theirs), 1e-5);
  });

  it('of slices without slice_mode: three equal channels, as they were then; prepare_dl and custom_suffix go with the others', () => {
    const slices = { mode: 'slice', preprocessing: 'custom', slice_direction: 0, discarded_slices: [0, 0], prepare_dl: true };
    const old = { network_task: 'classification', model: 'resnet18', ...slices, custom_suffix: '*x.nii.gz' };
    const modern = modernMapsJson(old);
    expect(modern.preprocessing_dict).toEqual({
      ...slices,
      custom_suffix: '*x.nii.gz',
      slice_mode: 'rgb',
      use_uncropped_image: false,
    });
    expect(Object.keys(modern)).not.toContain('custom_suffix');
  });
});
