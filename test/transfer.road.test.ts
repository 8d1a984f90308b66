/** @file Trainings that begin with the networks of another: against ClinicaDL's, between kinds and numbers of networks, and who was seen. */
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryCheckpoints } from '../src/checkpoints/store';
import { readCheckpoint } from '../src/maps/weights';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';
import { cells, contentOf, expectTablesToAgree, goldenFiles, goldenText, without } from './road-files';
import { at, copyOf, stopAt, withoutClock } from './road-stops';
import { goldenRoad, goldenTraining, tinyRoad, tinyTraining, writeText } from './road-study';

const atStudy = (text: string): string => text.replaceAll('/study/', '');

const weightsOf = async (study: Road, path: string) => readCheckpoint(await study.workspace.read(path), path).model;

describe('the golden study', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    for (const maps of ['maps_cls', 'maps_rec']) await copyIntoFolder(study.workspace, `test/golden/maps/${maps}`, maps);
  });

  it.each([
    ['maps_transfer', '--transfer_path maps_cls --transfer_selection_metric BA -nul 2'],
    ['maps_transfer_ae', '--transfer_path maps_rec'],
  ])('%s: predictions to 1e-5, intervals as drawn by ClinicaDL, maps.json and groups to the byte', async (maps, options) => {
    await study.must(goldenTraining(maps, `-lr 0.0001 -s 0 ${options}`));
    const golden = goldenFiles(`maps/${maps}`);
    for (const path of golden.filter((name) => name === 'maps.json' || name.startsWith('groups/')))
      expect(await study.text(`${maps}/${path}`), path).toBe(atStudy(goldenText(`maps/${maps}/${path}`)));
    const tables = golden.filter((path) => /(train|validation)_\w+_level_\w+.tsv$/.test(path));
    expect(tables.length).toBe(4);
    for (const path of tables) {
      const [own, expected] = [await study.text(`${maps}/${path}`), goldenText(`maps/${maps}/${path}`)];
      expectTablesToAgree(own, expected, 1e-5);
      if (path.endsWith('_metrics.tsv')) expect(without(own, ['loss']), path).toBe(without(expected, ['loss']));
    }
  });

  it('only the last layers of maps_transfer were trained; statistics of norms changed all the same', async () => {
    const before = await weightsOf(study, 'maps_cls/split-0/best-BA/model.pth.tar');
    const after = await weightsOf(study, 'maps_transfer/split-0/best-loss/model.pth.tar');
    const changed = [...after].flatMap(([name, { data }]) => (data.join() === before.get(name)!.data.join() ? [] : [name]));
    expect(changed.filter((name) => !/running|tracked/.test(name))).toEqual([
      'fc.4.weight',
      'fc.4.bias',
      'fc.6.weight',
      'fc.6.bias',
    ]);
    expect(changed).toContain('convolutions.1.running_mean');
  });
});

describe('between small trainings', () => {
  let prepared: Road;
  const slices = (maps: string, more = ''): string =>
    tinyTraining(maps, `--epochs 1 ${more}`).replace('caps image', 'caps slices');
  const rebuilt = (line: string): string => line.replace('classification', 'reconstruction').replace('Conv4_FC3', 'AE_Conv4_FC3');
  beforeAll(async () => {
    prepared = await tinyRoad();
    await prepared.must(
      'clinicadl prepare-data slice caps t1-linear --extract_json slices --slice_direction 2 --slice_mode single --discarded_slices 0',
    );
    await prepared.must(slices('one'));
    await prepared.must(slices('many', '--multi_network --seed 1'));
    await prepared.must(rebuilt(slices('images')));
  });

  it.each([
    ['one', '--multi_network', ['network-0_model', 'network-1_model', 'network-2_model'], ['model', 'model', 'model']],
    ['many', '--multi_network', ['network-0_model', 'network-2_model'], ['network-0_model', 'network-2_model']],
    ['one', '', ['model'], ['model']],
  ])('from %s, with "%s": each network begins with its own, or with the only one', async (source, more, ours, theirs) => {
    const study = await copyOf(prepared);
    await study.must(slices('new', `${more} --transfer_path ${source} -lr 0 -wd 0`));
    for (const [i, name] of ours.entries()) {
      const own = await weightsOf(study, `new/split-0/best-loss/${name}.pth.tar`);
      const from = await weightsOf(study, `${source}/split-0/best-loss/${theirs[i]}.pth.tar`);
      expect(own.get('fc.6.weight')).toEqual(from.get('fc.6.weight'));
      expect(own.get('convolutions.0.weight')).toEqual(from.get('convolutions.0.weight'));
    }
  });

  it('from an autoencoder to three CNNs, and back from a CNN to an autoencoder', async () => {
    const study = await copyOf(prepared);
    await study.must(slices('new', '--multi_network --transfer_path images -lr 0 -wd 0'));
    await study.must(rebuilt(slices('back', '--transfer_path one -lr 0 -wd 0')));
    const encoder = (await weightsOf(study, 'images/split-0/best-loss/model.pth.tar')).get('encoder.4.weight');
    for (const i of [0, 1, 2]) {
      const own = await weightsOf(study, `new/split-0/best-loss/network-${i}_model.pth.tar`);
      expect(own.get('convolutions.4.weight')).toEqual(encoder);
    }
    const back = await weightsOf(study, 'back/split-0/best-loss/model.pth.tar');
    expect(back.get('encoder.4.weight')).toEqual(
      (await weightsOf(study, 'one/split-0/best-loss/model.pth.tar')).get('convolutions.4.weight'),
    );
  });

  it.each([
    ['--transfer_selection_metric BA', '--transfer_selection_metric BA has no effect: without --transfer_path'],
    ['-nul 2', '--nb_unfrozen_layer 2 has no effect: without --transfer_path'],
    ['--transfer_path one -nul 99', '--nb_unfrozen_layer 99 has no effect: the network has no more layers than that'],
    ['--caps_target caps', '--caps_target caps has no effect: without --ssda_network'],
    ['--tolerance 0.1', '--tolerance 0.1 has no effect: without --patience'],
    ['--evaluation_steps 10', '--evaluation_steps 10 has no effect: an epoch has 9 batches'],
    ['--watts 100', '--watts 100 has no effect: without --calculate_emissions'],
  ])('%s: that it has no effect is told', async (more, told) => {
    const study = await copyOf(prepared);
    expect((await study.must(slices('new', more))).output.filter((line) => line.includes('has no effect'))).toEqual([
      expect.stringContaining(told),
    ]);
  });

  it.each([
    ['nowhere', '', 'maps-missing', 'one that is there'],
    ['one', '--transfer_selection_metric BA', 'transfer-split', '--transfer_selection_metric'],
    ['many', '', 'transfer-networks', 'a MAPS with one network'],
    ['one --pretrained x.pth', '', 'pretrained-transfer', '--pretrained'],
  ])('from %s, with "%s", is refused before anything is written: %s', async (source, more, code, hint) => {
    const before = await contentOf(prepared.workspace);
    const { error, written } = await prepared.run(slices('new', `--transfer_path ${source} ${more}`));
    expect([error?.code, written]).toEqual([code, []]);
    expect(error?.hint).toContain(hint);
    expect(await contentOf(prepared.workspace)).toEqual(before);
  });

  it('of a split that the source does not have is refused, and done with the split that it has', async () => {
    const study = await copyOf(prepared);
    const line = slices('new', '--n_splits 2 --transfer_path one').replace('tsv/single', 'tsv/2_fold');
    const { error } = await study.run(line);
    expect(error).toMatchObject({ code: 'transfer-split', where: 'one' });
    expect(error?.message).toContain('split 0 (loss)');
    await study.must(`${line} --split 0`);
  });

  it.each([
    ['in mid-epoch, with its checkpoint', 2, false],
    ['after an epoch, from the files in tmp', 4, true],
  ])('stopped %s goes on bit for bit, frozen layers included', async (_, done, forgotten) => {
    const line = slices('new', '--epochs 3 --transfer_path one -nul 2 --dropout 0.3');
    const whole = await copyOf(prepared);
    await whole.must(line);
    const study = await copyOf(prepared);
    await stopAt(study, line, at('train split 0', done * 3));
    const other = await road(study.workspace, 'wasm', forgotten ? memoryCheckpoints() : study.checkpoints);
    await other.must('clinicadl train resume new');
    expect(await withoutClock(study.workspace, 'new')).toEqual(await withoutClock(whole.workspace, 'new'));
  });

  it('to several networks, stopped before one of them began, goes on with the networks of the source', async () => {
    const line = slices('new', '--multi_network --transfer_path many');
    const whole = await copyOf(prepared);
    await whole.must(line);
    const study = await copyOf(prepared);
    await stopAt(study, line, at('train split 0, network 1', 3));
    await (await road(study.workspace, 'wasm', memoryCheckpoints())).must('clinicadl train resume new');
    expect(await withoutClock(study.workspace, 'new')).toEqual(await withoutClock(whole.workspace, 'new'));
  });

  describe('who was seen', () => {
    const table = (people: readonly string[]): string =>
      [
        'participant_id\tsession_id\tdiagnosis',
        ...people.map((p) => `sub-${p}\tses-M000\t${Number(p.slice(1)) % 2 === 0 ? 'AD' : 'CN'}`),
        '',
      ].join('\n');
    const people = (text: string): string[] =>
      [
        ...new Set(
          cells(text)
            .slice(1)
            .map(([name]) => name),
        ),
      ].sort();

    it('is remembered along a chain: nobody of it is predicted, and its training set is no validation set', async () => {
      const study = await copyOf(prepared);
      // One was trained on P00 to P05; the next training has other people, of whom P00 validates.
      await writeText(study.workspace, 'next/train.tsv', table(['P06', 'P07', 'P08']));
      await writeText(study.workspace, 'next/validation_baseline.tsv', table(['P00', 'P09']));
      const { issues } = await study.must(slices('next_maps', '--transfer_path one').replace('tsv/single', 'next'));
      expect(issues.map(({ code, message }) => [code, message.includes('sub-P00.')])).toEqual([['transfer-seen', true]]);
      const seen = ['P00', 'P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P07', 'P08', 'P09'].map((p) => `sub-${p}`);
      expect(people(await study.text('next_maps/groups/train+validation.tsv'))).toEqual(seen);
      // And a third, with nobody of the first in its own tables but P05 in the validation set.
      await writeText(study.workspace, 'last/train.tsv', table(['P10', 'P11']));
      await writeText(study.workspace, 'last/validation_baseline.tsv', table(['P05', 'P09']));
      const last = slices('last_maps', '--transfer_path next_maps --batch_size 3').replace('tsv/single', 'last');
      const told = (await study.must(last)).issues.map(({ code, message }) => [code, /sub-P\d+(, sub-P\d+)*/.exec(message)?.[0]]);
      expect(told).toEqual([['transfer-seen', 'sub-P05']]);
      await writeText(study.workspace, 'group.tsv', table(['P02', 'P03']));
      const predict = 'clinicadl predict last_maps new --caps_directory caps --participants_tsv group.tsv';
      expect((await study.run(predict)).error).toMatchObject({ code: 'data-leakage' });
      // Its own source may be gone: the list remembers.
      await study.workspace.remove('one');
      await study.workspace.remove('last_maps');
      const again = (await study.must(last)).issues.map(({ code, message }) => [
        code,
        /sub-P\d+(, sub-P\d+)*/.exec(message)?.[0],
      ]);
      expect(again).toEqual([['transfer-seen', 'sub-P05']]);
      expect((await study.run(predict)).error).toMatchObject({ code: 'data-leakage' });
    });

    it('is nobody new where the folds are the same', async () => {
      const study = await copyOf(prepared);
      expect((await study.must(slices('new', '--transfer_path one'))).issues).toEqual([]);
    });
  });
});
