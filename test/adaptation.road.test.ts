/** @file Domain adaptation (`--ssda_network`): a source with labels, a target with few, and a network with a head for each. */
import { beforeAll, describe, expect, it } from 'vitest';
import { inlineReaders } from '../src/batches/inline-readers';
import { memoryCheckpoints } from '../src/checkpoints/store';
import { chooseBackend } from '../src/engine/choose-backend';
import { estimateTraining } from '../src/jobs/estimate';
import { adaptationRoad, adapting, targetTable, unlabelledTable } from './adaptation-study';
import { testContext } from './job-context';
import { type Road, road } from './road';
import { cells } from './road-files';
import { expectRefused } from './road-refusals';
import { at, copyOf, stopAt, withoutClock } from './road-stops';
import { tinyParticipant, writeText } from './road-study';

describe('domain adaptation', () => {
  let prepared: Road;
  let trained: Road;
  beforeAll(async () => {
    prepared = await adaptationRoad();
    trained = await copyOf(prepared);
    await trained.must(adapting());
  }, 120_000);

  it('writes a log of each domain, and results of the target', async () => {
    const header = cells(await trained.text('maps/split-0/training_logs/training.tsv'))[0];
    const target = cells(await trained.text('maps/split-0/training_logs/training_target.tsv'));
    expect(target.map((row) => row.slice(0, 2))).toEqual([
      ['0', '1'],
      ['1', '1'],
    ]);
    for (const row of target) expect(row).toHaveLength(header.length);
    const rows = cells(await trained.text('maps/split-0/best-loss/validation/validation_image_level_prediction.tsv'));
    expect(rows.slice(1).map(([participant]) => participant)).toEqual(['sub-T03', 'sub-T04']);
    expect(await trained.text('maps/split-0/best-loss/train/description.log')).toContain('flair');
    expect(JSON.parse(await trained.text('maps/groups/train/split-0/maps.json'))).toMatchObject({ caps_directory: 'flair' });
    expect(JSON.parse(await trained.text('maps/maps.json'))).toMatchObject({
      architecture: 'Conv5_FC3_SSDA',
      ssda_network: true,
      caps_target: 'flair',
      tsv_target_lab: 'target',
      tsv_target_unlab: 'unlabelled.tsv',
      preprocessing_dict_target: 'flair_image',
    });
    const seen = cells(await trained.text('maps/groups/train+validation.tsv'))
      .slice(1)
      .map(([participant]) => participant);
    expect(seen).toHaveLength(10 + 5 + 5);
  });

  it.each([
    ['the checkpoint of the browser', true],
    ['the files in tmp', false],
  ])('stopped goes on from %s as if nothing had happened', async (_, remembers) => {
    const more = '--dropout 0.3 --data_augmentation Noise';
    const whole = await copyOf(prepared);
    await whole.must(adapting('maps', more));
    const study = await copyOf(prepared);
    await stopAt(study, adapting('maps', more), at('train split 0', 3));
    const other = remembers ? study : await road(study.workspace, 'wasm', memoryCheckpoints());
    await other.must('clinicadl train resume maps');
    expect(await withoutClock(study.workspace, 'maps')).toEqual(await withoutClock(whole.workspace, 'maps'));
  });

  it('is repeated from its maps.json, and from a TOML file', async () => {
    const study = await copyOf(trained);
    await study.must('clinicadl train from_json maps/maps.json again');
    const log = 'split-0/training_logs/training_target.tsv';
    const [before, after] = [await withoutClock(study.workspace, 'maps'), await withoutClock(study.workspace, 'again')];
    expect(after[`/${log}`]).toBe(before[`/${log}`]);
    const [data, model] = [
      'caps_target = "flair"\ntsv_target_lab = "target"\ntsv_target_unlab = "unlabelled.tsv"\npreprocessing_dict_target = "flair_image"',
      'architecture = "Conv5_FC3_SSDA"\nssda_network = true',
    ];
    await writeText(study.workspace, 'options.toml', `[Model]\n${model}\n\n[Data]\n${data}\n`);
    const line = adapting('third', '-c options.toml').replaceAll(/--(ssda_network|\w+_target\w*( \S+)|tsv_target\w+ \S+) /g, '');
    await study.must(line.replace('--architecture Conv5_FC3_SSDA ', ''));
    expect((await withoutClock(study.workspace, 'third'))[`/${log}`]).toBe(before[`/${log}`]);
  });

  it('predicts the target with its head, and refuses whoever either domain has seen', async () => {
    const study = await copyOf(trained);
    await writeText(study.workspace, 'test.tsv', targetTable([10, 11]));
    await study.must('clinicadl predict maps test --caps_directory flair --participants_tsv test.tsv');
    await study.must('clinicadl predict maps validation');
    const results = 'maps/split-0/best-loss/validation/validation_image_level_prediction.tsv';
    expect(await study.text(results)).toBe(await trained.text(results));
    for (const [name, table] of [
      ['flair', unlabelledTable([9, 10])],
      ['caps', `participant_id\tsession_id\n${tinyParticipant(0)}\tses-M000\n`],
    ]) {
      await writeText(study.workspace, 'seen.tsv', table);
      const line = `clinicadl predict maps seen --caps_directory ${name} --participants_tsv seen.tsv --no_labels`;
      expect((await study.run(line)).error?.code).toBe('data-leakage');
    }
    await study.must('clinicadl interpret maps test saliency gradients');
    await study.must('clinicadl export-onnx maps maps.onnx');
    await study.must('clinicadl export-model maps model');
    await study.must('clinicadl predict model test --caps_directory flair --participants_tsv test.tsv');
    const table = 'split-0/best-loss/test/test_image_level_prediction.tsv';
    expect(await study.text(`model/${table}`)).toBe(await study.text(`maps/${table}`));
    expect(await study.text('model/maps.json')).not.toMatch(/flair_image|"flair"|unlabelled|target\//);
  });

  it('who had no labels in its training is told of when a training that begins with it validates with them', async () => {
    const study = await copyOf(trained);
    await writeText(study.workspace, 'target/train.tsv', targetTable([10, 11]));
    await writeText(study.workspace, 'target/validation_baseline.tsv', targetTable([4, 5]));
    await writeText(study.workspace, 'unlabelled.tsv', unlabelledTable([6, 7, 8, 9]));
    const { issues } = await study.must(adapting('next', '--epochs 1 --transfer_path maps'));
    const seen = issues.filter(({ code }) => code === 'transfer-seen');
    // P06 to P09 validated the first training, and validate this one: no network has learnt from them.
    expect(seen.map(({ message }) => message.match(/sub-[PT]\d\d/g))).toEqual([['sub-T05']]);
  });

  it('who trained in the first domain is told of when a training that begins with it validates with them', async () => {
    const study = await copyOf(trained);
    await study.workspace.write('one/train.tsv', await study.workspace.read('tsv/single/validation_baseline.tsv'));
    await study.workspace.write('one/validation_baseline.tsv', await study.workspace.read('tsv/single/train.tsv'));
    const { issues } = await study.must(adapting('next', '--epochs 1 --transfer_path maps').replace('tsv/single', 'one'));
    const seen = issues.filter(({ code }) => code === 'transfer-seen');
    const first = ['P00', 'P01', 'P02', 'P03', 'P04', 'P05'].map((name) => `sub-${name}`);
    expect(seen.map(({ message }) => message.match(/sub-[PT]\d\d/g))).toEqual([first]);
  });

  it('is estimated with all its passes', async () => {
    const { createExecutor, info } = await chooseBackend('wasm');
    const context = {
      ...testContext(prepared.workspace).context,
      readers: inlineReaders(),
      memoryOf: async () => null,
      backend: async () => info,
      createExecutor,
    };
    const line = adapting();
    const { trainSamples, secondsPerEpoch } = await estimateTraining({ line }, context);
    expect([trainSamples, secondsPerEpoch > 0]).toEqual([6, true]);
  });

  it('takes whoever is on two sides by name', async () => {
    const study = await copyOf(prepared);
    await writeText(study.workspace, 'unlabelled.tsv', unlabelledTable([0, 3, 5, 6, 7]));
    const { issues } = await study.must(adapting('maps', '--epochs 1'));
    expect(issues.map(({ code, where, severity }) => [code, where, severity])).toEqual([
      ['target-leakage', 'target/validation_baseline.tsv', 'error'],
      ['target-twice', 'unlabelled.tsv', 'warning'],
    ]);
    expect(issues.map(({ message }) => /sub-T\d\d/.exec(message)?.[0])).toEqual(['sub-T03', 'sub-T00']);
  });

  const without = (option: string): string => adapting().replace(new RegExp(`--${option} \\S+ `), '');
  it.each<[string, string, string, Readonly<Record<string, string>>]>([
    ['without the CAPS of the target', 'option-needed', without('caps_target'), {}],
    ['without its tables', 'option-needed', without('tsv_target_lab'), {}],
    ['without its people without labels', 'option-needed', without('tsv_target_unlab'), {}],
    ['without its JSON file', 'option-needed', without('preprocessing_dict_target'), {}],
    ['with a CAPS that is not there', 'caps-missing', adapting().replace('--caps_target flair', '--caps_target flare'), {}],
    ['with a JSON file that is not there', 'extraction-missing', adapting().replace('flair_image', 'image'), {}],
    ['with tables that are not there', 'folder-missing', adapting().replace('_lab target', '_lab tsv/none'), {}],
    ['with a table that is not there', 'file-missing', adapting().replace('unlabelled.tsv', 'none.tsv'), {}],
    ['with a folder for the table', 'file-missing', adapting().replace('unlabelled.tsv', 'target'), {}],
    ['with another network', 'adaptation-network', adapting().replace('Conv5_FC3_SSDA', 'Conv5_FC3'), {}],
    ['with the usual network', 'adaptation-network', adapting().replace('--architecture Conv5_FC3_SSDA', ''), {}],
    ['with its network alone', 'adaptation-alone', adapting().replace('--ssda_network', ''), {}],
    ['with several networks', 'adaptation-unfit', adapting('maps', '--multi_network'), {}],
    ['with several cohorts', 'adaptation-unfit', adapting('maps', '--multi_cohort'), {}],
    ['with another loss', 'adaptation-unfit', adapting('maps', '--loss MultiMarginLoss'), {}],
    ['with too large batches', 'adaptation-batches', adapting('maps', '--batch_size 6'), {}],
    [
      'with a table without domains',
      'domain-missing',
      adapting(),
      { 'target/train.tsv': targetTable([0, 1, 2]).replaceAll(/\t(domain|flair)$/gm, '') },
    ],
    [
      'with an unlabelled table without domains',
      'domain-missing',
      adapting(),
      { 'unlabelled.tsv': unlabelledTable([5, 6, 7]).replaceAll(/\t(domain|flair)$/gm, '') },
    ],
    [
      'with a domain of another name',
      'domain-unknown',
      adapting(),
      { 'target/validation_baseline.tsv': targetTable([3, 4], 'T2') },
    ],
    [
      'with a label that the source lacks',
      'label-unknown',
      adapting('maps', '--diagnoses AD --diagnoses CN --diagnoses MCI'),
      {
        'target/train.tsv': targetTable([0, 1, 2]).replace('CN', 'MCI'),
      },
    ],
    ['with a session without an image', 'sessions-absent', adapting(), { 'unlabelled.tsv': unlabelledTable([5, 6, 40]) }],
    ['as a regression', 'option-not-available', adapting().replace('classification', 'regression').replace('_SSDA', ''), {}],
  ])('%s is refused by name, and nothing is written', async (_, code, line, files) => {
    await expectRefused(prepared, line, files, code);
  });

  it('of other elements than the source is refused', async () => {
    const study = await copyOf(prepared);
    const slices = (caps: string, json: string, discarded: number): Promise<unknown> =>
      study.must(
        `clinicadl prepare-data slice ${caps} ${caps === 'caps' ? 't1' : 'flair'}-linear --extract_json ${json} --slice_direction 2 --slice_mode single --discarded_slices ${discarded}`,
      );
    await slices('flair', 'slices', 1);
    const { error } = await study.run(adapting().replace('flair_image', 'slices'));
    expect(error?.code).toBe('target-extraction');
    await slices('caps', 'slices', 0);
    const other = await study.run(adapting().replace('flair_image', 'slices').replace(' image ', ' slices '));
    expect(other.error?.code).toBe('target-extraction');
  });

  it('is no job for ClinicaDL in Python', async () => {
    const study = await copyOf(prepared);
    const { error } = await study.run(`clinicadl export-job job --line '${adapting().replace('clinicadl ', '')}'`);
    expect([error?.code, error?.message]).toEqual([
      'job-impossible',
      expect.stringContaining('--ssda_network fails at its start'),
    ]);
  });
});
