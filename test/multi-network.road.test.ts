/** @file One network for each region, patch or slice: against the MAPS of ClinicaDL, and stopped in the middle of one. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { LiveMetrics } from '../src/base/job';
import { memoryCheckpoints } from '../src/checkpoints/store';
import { type Road, road } from './road';
import { cells, expectTablesToAgree, filesBelow, goldenFiles, goldenText, without } from './road-files';
import { at, copyOf, hurryClock, reopened, stopAt, withoutClock } from './road-stops';
import { goldenRoad, goldenTraining, tinyRoad, tinyTraining, writeText } from './road-study';

afterEach(() => {
  vi.restoreAllMocks();
});

const atStudy = (text: string): string => text.replaceAll('/study/', '');
const byTable = '--caps_directory caps --participants_tsv tsv/split/test_baseline.tsv';
/** Intervals of a prediction are not seeded in ClinicaDL. */
const valuesIn = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^(Lower|Upper|SE)/.test(line))
    .join('\n');

describe('the golden study', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    const roi = 'roi caps t1-linear --extract_json roibig --roi_list leftBig --roi_list rightBig';
    const patch = 'patch caps t1-linear --extract_json patch18 --patch_size 18 --stride_size 12 --save_features';
    for (const line of [roi, patch]) await study.must(`clinicadl prepare-data ${line}`);
  });

  it.each([
    ['maps_roi_multi', 'roibig', '-lr 0.0001 -s 0', 'roi', 2],
    ['maps_patch_multi', 'patch18', '-lr 0.0001 -s 0', 'patch', 8],
  ])(
    '%s: the files of ClinicaDL, the initial weights that networks leave to the next, intervals as drawn there',
    async (maps, json, options, mode, networks) => {
      const lives: LiveMetrics[] = [];
      await study.must(goldenTraining(maps, `${options} --multi_network`, json), {
        report: ({ live }) => {
          if (live !== undefined) lives.push(live);
        },
      });
      expect(lives.map(({ split, network, epoch }) => [split, network, epoch])).toEqual(
        Array.from({ length: 2 * networks }, (_, i) => [0, Math.floor(i / 2), i % 2]),
      );
      const golden = `maps/${maps}`;
      expect(await study.text(`${maps}/maps.json`)).toBe(atStudy(goldenText(`${golden}/maps.json`)));
      const ours = (await filesBelow(study.workspace, maps)).map((path) => path.slice(maps.length + 1));
      const models = Array.from({ length: networks }, (_, i) =>
        ['model.pth.tar', 'training_summary.json'].map((name) => `split-0/best-loss/network-${i}_${name}`),
      ).flat();
      const theirs = goldenFiles(golden).filter((path) => !path.includes('/test/') && !path.includes('model.pth'));
      expect(ours.filter((path) => !/tensorboard|\.(log|txt)$/.test(path))).toEqual(
        [...theirs.filter((path) => !path.endsWith('.log')), ...models, 'journal.jsonl'].sort(),
      );
      const events = ours.filter((path) => path.includes('tensorboard'));
      expect(events.length).toBe(2 * networks);
      expect(events[0]).toMatch(/^split-0\/training_logs\/network-0\/tensorboard\/train\/events\.out\.tfevents\./);
      const tables = theirs.filter((path) => /(train|validation)_\w+_level_\w+.tsv$/.test(path));
      expect(tables.length).toBe(8);
      for (const path of tables) {
        const [own, expected] = [await study.text(`${maps}/${path}`), goldenText(`${golden}/${path}`)];
        expectTablesToAgree(own, expected, 1e-5);
        if (path.endsWith('_metrics.tsv')) expect(without(own, ['loss']), path).toBe(without(expected, ['loss']));
      }
      const header = (text: string): string => text.split('\n')[0];
      const log = `split-0/training_logs/network-${networks - 1}/training.tsv`;
      expect(header(await study.text(`${maps}/${log}`))).toBe(header(goldenText(`${golden}/${log}`)));
      await study.must(`clinicadl predict ${maps} test ${byTable} --batch_size 4`);
      const tests = mode === 'patch' ? goldenFiles(golden).filter((path) => /\/test_\w+\.tsv$/.test(path)) : [];
      for (const path of tests)
        expectTablesToAgree(valuesIn(await study.text(`${maps}/${path}`)), valuesIn(goldenText(`${golden}/${path}`)), 1e-5);
      expect(tests.length).toBe(mode === 'patch' ? 4 : 0);
      expect((await study.must(`clinicadl predict ${maps} test`)).result).toMatchObject({ results: [{ loss: null }] });
    },
  );
});

/** The tiny study cut into three slices of 17 × 4. */
async function slicedRoad(): Promise<Road> {
  const study = await tinyRoad();
  await study.must(
    'clinicadl prepare-data slice caps t1-linear --extract_json slices --slice_direction 2 --slice_mode single --discarded_slices 0',
  );
  return study;
}

const slicesTraining = (more = '', maps = 'maps'): string =>
  tinyTraining(maps, `--multi_network ${more}`).replace('caps image', 'caps slices');

describe('three networks of slices', () => {
  const line = slicesTraining('--dropout 0.5 --evaluation_steps 2 -sm loss -sm BA --save_all_models --seed 3');
  let prepared: Road;
  let expected: Record<string, string>;
  beforeAll(async () => {
    prepared = await slicedRoad();
    const whole = await copyOf(prepared);
    await whole.must(line);
    expected = await withoutClock(whole.workspace, 'maps');
    const ofEach = Object.keys(expected).filter((path) => path.includes('all_models/network-2_'));
    expect(ofEach.map((path) => path.split('/').at(-1))).toEqual([
      'network-2_model_epoch_0.pth.tar',
      'network-2_model_epoch_1.pth.tar',
      'network-2_optimizer_epoch_0.pth.tar',
      'network-2_optimizer_epoch_1.pth.tar',
    ]);
  });

  it.each([
    ['train split 0, network 0', 2],
    ['train split 0, network 1', 8],
    ['train split 0, network 1', 11],
    ['evaluate split 0, network 1', 4],
    ['train split 0, network 2', 13],
    ['train split 0, network 2', 18],
  ])('stopped in "%s" %i go on bit for bit, with a checkpoint at each batch or at epochs only', async (stage, done) => {
    for (const hurried of [true, false]) {
      if (hurried) hurryClock();
      const study = await copyOf(prepared);
      await stopAt(study, line, at(stage, done));
      vi.restoreAllMocks();
      await (await reopened(study)).must('clinicadl train resume maps');
      expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
      expect(await study.checkpoints.list()).toEqual([]);
    }
  });

  it.each([
    ['train split 0, network 0', 4, 'Split 0, network 0 goes on after epoch 1'],
    ['train split 0, network 1', 8, 'Split 0, network 1 begins'],
    ['train split 0, network 1', 11, 'Split 0, network 1 goes on after epoch 1'],
    ['train split 0, network 2', 13, 'Split 0, network 2 begins'],
    ['evaluate split 0, network 2', 2, 'Split 0, network 2 '],
  ])('stopped in "%s" %i go on from the files in tmp when the browser has forgotten them', async (stage, done, told) => {
    const study = await copyOf(prepared);
    await stopAt(study, line, at(stage, done));
    const other = await road(study.workspace, 'wasm', memoryCheckpoints());
    const { output } = await other.must('clinicadl train resume maps');
    expect(output.join('\n')).toContain(told);
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
  });

  it('are trained and predicted by one executor, one at a time', async () => {
    const study = await copyOf(prepared);
    let made = 0;
    const counting = await road(study.workspace, 'wasm', study.checkpoints, (executor) => {
      made++;
      return executor;
    });
    await counting.must(line);
    expect(made).toBe(1);
    await counting.must('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv -sm loss -sm BA');
    expect(made).toBe(2);
  });

  it('give each best model of each network to a script, by its number', async () => {
    const study = await copyOf(prepared);
    await study.must(line);
    const rows = cells(await study.text('maps/split-0/best-loss/validation/validation_slice_level_prediction.tsv'));
    expect(rows.slice(1).map((row) => row[2])).toEqual(['0', '1', '2'].flatMap((id) => [id, id, id, id]));
  });

  it('are refused where an image has one element, before anything is written', async () => {
    const { error, written } = await prepared.run(tinyTraining('whole', '--multi_network'));
    expect([error?.code, written]).toEqual(['multi-network-single', []]);
    expect(await prepared.workspace.kindOf('whole')).toBeUndefined();
  });

  it('are not predicted with on images that have another number of elements', async () => {
    const study = await copyOf(prepared);
    await study.must(line);
    const text = await study.text('maps/maps.json');
    const changed = text.replace(/"discarded_slices": \[[^\]]*\]/, '"discarded_slices": [0, 1]');
    expect(changed).not.toBe(text);
    await writeText(study.workspace, 'maps/maps.json', changed);
    const { error } = await study.run('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv');
    expect(error?.code).toBe('elements-differ');
  });

  it('say which table lacks the results of networks before the one that goes on', async () => {
    const study = await copyOf(prepared);
    await stopAt(study, line, at('train split 0, network 1', 11));
    await study.workspace.remove('maps/split-0/best-BA/train/train_slice_level_metrics.tsv');
    const { error } = await study.run('clinicadl train resume maps');
    expect([error?.code, error?.where]).toEqual(['network-rows-missing', 'split-0/best-BA/train/train_slice_level_metrics.tsv']);
    expect(error?.hint).toContain('remove the folder "maps/split-0"');
    await study.workspace.remove('maps/split-0');
    await study.must('clinicadl train resume maps');
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
  });
});

it.each([
  ['stopped early', slicesTraining('--epochs 6 --patience 1 -lr 0.01 -sm BA --tolerance 0.1')],
  ['with the weighted sampler', slicesTraining('--sampler weighted --dropout 0.2')],
])('networks of slices, %s, go on bit for bit from the files in tmp, also where nothing is logged', async (_, line) => {
  const prepared = await slicedRoad();
  const whole = await copyOf(prepared);
  await whole.must(line);
  const study = await copyOf(prepared);
  await stopAt(study, line, ({ stage }) => stage === 'evaluate split 0, network 2');
  // As ClinicaDL leaves them: logs with a header alone.
  for (const network of [0, 1]) {
    const log = `maps/split-0/training_logs/network-${network}/training.tsv`;
    await writeText(study.workspace, log, `${(await study.text(log)).split('\n')[0]}\n`);
  }
  await (await road(study.workspace, 'wasm', memoryCheckpoints())).must('clinicadl train resume maps');
  const [ours, expected] = [await withoutClock(study.workspace, 'maps'), await withoutClock(whole.workspace, 'maps')];
  const models = Object.keys(expected).filter((path) => path.includes('network-2_model') || path.endsWith('_prediction.tsv'));
  expect(models.length).toBeGreaterThan(4);
  for (const path of models) expect(ours[path], path).toBe(expected[path]);
});
