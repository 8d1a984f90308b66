/** @file `export-model`: a folder that predicts as the MAPS does, says what a clinician should know, and names nobody. */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { memoryFolder } from '../src/folders/memory-folder';
import { readTorch, type TorchKey, type TorchValue, writeTorch } from '../src/formats/torch';
import { askMaps } from '../src/jobs/maps-manager';
import { readCheckpoint } from '../src/maps/weights';
import { copyIntoFolder } from './disk-folder';
import { testContext } from './job-context';
import { type Road, road } from './road';
import { contentOf, filesBelow } from './road-files';
import { copyOf } from './road-stops';
import { fillTinyStudy, goldenRoad, imagePath, tinyParticipant, tinyTraining, writeText } from './road-study';

const people = Array.from({ length: 12 }, (_, i) => tinyParticipant(i));
/** The folders of the study, whose names tell of a person, too. */
const place = 'sub-P00_of_Dr_Who/caps';

/** The tiny study where CAPS and tables lie in folders that are called after people. */
async function namedRoad(): Promise<Road> {
  const plain = memoryFolder('plain');
  await fillTinyStudy(plain);
  const workspace = memoryFolder('tiny');
  for (const path of await filesBelow(plain, ''))
    await workspace.write(path.replace(/^caps/, place).replace(/^tsv/, 'tables_sub-P01'), await plain.read(path));
  const study = await road(workspace, 'wasm');
  await study.must(named('clinicadl prepare-data image caps t1-linear --extract_json image_sub-P02'));
  await study.must(
    named(
      'clinicadl prepare-data slice caps t1-linear --extract_json slices --slice_direction 2 --slice_mode single --discarded_slices 0',
    ),
  );
  return study;
}
const named = (line: string): string =>
  line
    .replace(/\bcaps\b(?!_)/g, place)
    .replace(/\btsv\//g, 'tables_sub-P01/')
    .replace(/ image /g, ' image_sub-P02 ')
    .replace('prepare-data image_sub-P02', 'prepare-data image');

/** All that could give somebody away: ids, names of files, places, and ids hashed in the usual ways. */
const secrets = [
  ...people,
  ...people.map((id) => imagePath(id).split('/').at(-1)!),
  'ses-M000',
  place,
  'tables_sub-P01',
  'image_sub-P02',
  'Dr_Who',
  ...people.flatMap((id) =>
    [id, id.slice(4), `${id}_ses-M000`].flatMap((text) =>
      ['md5', 'sha1', 'sha256', 'sha512'].flatMap((kind) => {
        const hash = createHash(kind).update(text).digest();
        return [hash.toString('hex'), hash.toString('base64').replace(/=+$/, '')];
      }),
    ),
  ),
];

async function secretsIn(study: Road, folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const path of await filesBelow(study.workspace, folder)) {
    const all = `${path}\n${Buffer.from(await study.workspace.read(path)).toString('latin1')}`.toLowerCase();
    for (const secret of secrets) if (all.includes(secret.toLowerCase())) found.push(`${path}: ${secret}`);
  }
  return found;
}

const predictTest = (maps: string, more = ''): string =>
  named(`clinicadl predict ${maps} new --caps_directory caps --participants_tsv tsv/test.tsv ${more}`);
const probabilities = (text: string): number[] =>
  text
    .split('\n')
    .slice(1, -1)
    .flatMap((line) => line.split('\t').slice(-2).map(Number));

describe('a classification of images', () => {
  let trained: Road;
  beforeAll(async () => {
    trained = await namedRoad();
    await trained.must(named(tinyTraining('maps', '-sm loss -sm BA --n_splits 2')).replace('/single', '/2_fold'));
    await trained.must(predictTest('maps').replace(' new ', ' others '));
  });

  it('is handed over without a byte that names somebody', async () => {
    const study = await copyOf(trained);
    expect((await secretsIn(study, 'maps')).length).toBeGreaterThan(100); // what is looked for would be found
    await study.must('clinicadl export-model maps model');
    expect(await secretsIn(study, 'model')).toEqual([]);
    expect((await filesBelow(study.workspace, 'model')).map((path) => path.slice(6))).toEqual([
      'extraction.json',
      'groups/training_list_left_out.txt',
      'maps.json',
      'model_card.md',
      'predict_only.json',
      ...['split-0/best-BA', 'split-0/best-loss', 'split-1/best-BA', 'split-1/best-loss'].flatMap((best) => [
        `${best}/model.pth.tar`,
        `${best}/training_summary.json`,
      ]),
    ]);
  });

  it('predicts what the MAPS predicts, and says each time that the leak check cannot be made', async () => {
    const study = await copyOf(trained);
    await study.must('clinicadl export-model maps model -s 1 -sm BA');
    const { issues } = await study.must(predictTest('model'));
    expect(issues.map(({ code }) => code)).toEqual(['leak-check-left-out']);
    expect(issues[0].message).toContain('cannot be made: the training list was left out');
    const path = 'split-1/best-BA/new/new_image_level_prediction.tsv';
    const [own, expected] = [await study.text(`model/${path}`), await study.text(`maps/${path.replaceAll('new', 'others')}`)];
    expect(probabilities(own)).toEqual(probabilities(expected));
    expect((await study.must('clinicadl predict model new')).issues.map(({ code }) => code)).toEqual(['leak-check-left-out']);
    expect((await study.must(predictTest('model', '--overwrite --skip_leak_check'))).issues.map(({ code }) => code)).toEqual([
      'leak-check-left-out',
    ]);
    expect((await study.run('clinicadl predict model train')).error?.code).toBe('group-left-out');
  });

  it('has a card with labels, their share, metrics with intervals, and what it is not', async () => {
    const study = await copyOf(trained);
    await study.must('clinicadl export-model maps model');
    const card = await study.text('model/model_card.md');
    for (const told of [
      'Not a medical device',
      '"AD", "CN"',
      '| 0 | 6 | 6 | AD | 3 | 50.0 % |',
      'Split 0, best BA, group "validation", image level',
      'group "others", image level** (nobody of it was in the training)',
      'prepare-data image CAPS t1-linear',
    ])
      expect(card).toContain(told);
    const metrics = await study.text('maps/split-0/best-BA/validation/validation_image_level_metrics.tsv');
    const [header, values, lower, upper] = metrics.split('\n').map((line) => line.split('\t'));
    const at = header.indexOf('sensitivity-0') < 0 ? 1 : header.indexOf('sensitivity-0');
    const short = (text: string): string => String(Number(Number(text).toPrecision(4)));
    expect(card).toContain(`${short(values[at])} (${short(lower[at])} to ${short(upper[at])})`);
    // ClinicaDL writes 0 where nothing was called ill.
    const zeros = header.filter((name, i) => /^LR_(plus|minus)/.test(name) && Number(values[i]) === 0);
    for (const name of zeros) expect(card).toMatch(new RegExp(`${name}.*: 0 stands for infinite or undefined, too`));
    if (zeros.length === 0) expect(card).not.toContain('0 stands for');
  });

  it('with identifiers the check is made as in the MAPS', async () => {
    const study = await copyOf(trained);
    await study.must('clinicadl export-model maps model --include_identifiers');
    expect((await study.must(predictTest('model'))).issues).toEqual([]);
    const leaking = predictTest('model').replace(' new ', ' again ').replace('/test.tsv', '/train.tsv');
    expect((await study.run(leaking)).error?.code).toBe('data-leakage');
    expect(await study.text('model/groups/train/split-1/data.tsv')).toBe(await study.text('maps/groups/train/split-1/data.tsv'));
  });

  it('can be handed on, but not trained on, and its list cannot come back', async () => {
    const study = await copyOf(trained);
    await study.must('clinicadl export-model maps model');
    await study.must('clinicadl export-model model again -s 0');
    expect(await secretsIn(study, 'again')).toEqual([]);
    const card = await study.text('again/model_card.md');
    expect(card).toContain('| 0 | 6 | 6 | AD | 3 | 50.0 % |');
    expect(card).toContain('metrics of its training, if it has any, are in the model card that it came with');
    expect(card).not.toContain('holds no metrics');
    for (const [line, code] of [
      ['clinicadl train resume model', 'maps-predict-only'],
      ['clinicadl train from_json model/maps.json new', 'maps-predict-only'],
      ['clinicadl export-job job --maps model', 'maps-predict-only'],
      ['clinicadl export-model model more --include_identifiers', 'export-left-out'],
      ['clinicadl export-model maps model', 'folder-not-empty'],
    ]) {
      const before = await contentOf(study.workspace);
      expect([line, (await study.run(line)).error?.code]).toEqual([line, code]);
      expect(await contentOf(study.workspace)).toEqual(before);
    }
  });

  it('a training that begins with it says so, and so does every prediction of that training', async () => {
    const study = await copyOf(trained);
    await study.must('clinicadl export-model maps model');
    const line = named(tinyTraining('next', '--epochs 1 --transfer_path model'));
    expect((await study.must(line)).issues.map(({ code }) => code)).toEqual(['transfer-list-left-out']);
    await study.workspace.remove('model');
    expect((await study.must(predictTest('next'))).issues.map(({ code }) => code)).toEqual(['leak-check-left-out']);
    const leaking = predictTest('next').replace(' new ', ' again ').replace('/test.tsv', '/train.tsv');
    expect((await study.run(leaking)).error?.code).toBe('data-leakage');
    await study.must('clinicadl export-model next next_model --include_identifiers');
    expect((await study.must(predictTest('next_model'))).issues.map(({ code }) => code)).toEqual(['leak-check-left-out']);
    await study.must('clinicadl export-model next first');
    await study.must('clinicadl export-model first second');
    for (const model of ['first', 'second'])
      expect(await study.text(`${model}/model_card.md`)).toContain('began with those of another training');
  });

  it('weights that another program saved beside paths are handed over without them', async () => {
    const study = await copyOf(trained);
    const path = 'maps/split-0/best-loss/model.pth.tar';
    const before = readCheckpoint(await study.workspace.read(path), path);
    const whole = readTorch(await study.workspace.read(path)) as ReadonlyMap<TorchKey, TorchValue>;
    const more = new Map([...whole, ['data', new Map([['first', `${place}/${people[3]}`]])] as const]);
    await study.workspace.write(path, writeTorch(more, { archiveName: people[4] }));
    await study.must('clinicadl export-model maps model -s 0 -sm loss');
    const after = readCheckpoint(await study.workspace.read(path.replace('maps', 'model')), path);
    expect([...after.model]).toEqual([...before.model]);
    expect([after.epoch, after.name]).toEqual([before.epoch, before.name]);
    expect(await secretsIn(study, 'model')).toEqual([]);
  });

  it('weights that are told nothing of are handed over as such, and said to be unusual once', async () => {
    const study = await copyOf(trained);
    const path = 'maps/split-0/best-loss/model.pth.tar';
    const whole = readTorch(await study.workspace.read(path)) as ReadonlyMap<TorchKey, TorchValue>;
    await study.workspace.write(path, writeTorch(whole.get('model')!, { archiveName: 'weights' }));
    const summary = 'maps/split-0/best-loss/training_summary.json';
    const features = { ...(JSON.parse(await study.text(summary)) as object), features: null };
    await writeText(study.workspace, summary, JSON.stringify(features));
    const { issues, written } = await study.must('clinicadl export-model maps model -s 0 -sm loss');
    expect(issues.map(({ code, where }) => [code, where])).toEqual([['weights-taken', path.slice(5)]]);
    // A killed tab leaves nothing that opens as a MAPS.
    expect(written.filter((file) => file.startsWith('model/')).at(-1)).toBe('model/maps.json');
    expect(await study.text('model/model_card.md')).toContain('or some that are no numbers');
    const ask = { path: 'model', method: 'get_model', arguments: {} } as const;
    expect(await askMaps(ask, testContext(study.workspace).context)).toMatchObject({ architecture: 'Conv4_FC3', epoch: null });
    await study.must('clinicadl export-onnx model model.onnx');
  });

  it('a group that is called after a participant is not told of', async () => {
    const study = await copyOf(trained);
    await study.must(predictTest('maps').replace(' new ', ' sub-P10 '));
    const before = await contentOf(study.workspace);
    expect((await study.run('clinicadl export-model maps model')).error?.code).toBe('export-names');
    expect(await contentOf(study.workspace)).toEqual(before);
  });
});

describe('slices that vote', () => {
  it('vote as in the MAPS, without the table of the validation group', async () => {
    const study = await namedRoad();
    await study.must(named(tinyTraining('maps')).replace(' image_sub-P02 ', ' slices '));
    await study.must(predictTest('maps'));
    await study.must('clinicadl export-model maps model');
    expect(await secretsIn(study, 'model')).toEqual([]);
    await study.must(predictTest('model'));
    for (const level of ['slice', 'image']) {
      const path = `split-0/best-loss/new/new_${level}_level_prediction.tsv`;
      expect(await study.text(`model/${path}`)).toBe(await study.text(`maps/${path}`));
    }
    // The owner may hand over the tables themselves, which ClinicaDL in Python asks for.
    await study.must('clinicadl export-model maps named --include_identifiers');
    const table = 'split-0/best-loss/validation/validation_slice_level_prediction.tsv';
    expect(await study.text(`named/${table}`)).toBe(await study.text(`maps/${table}`));
    await study.must(predictTest('named'));
    const voted = 'split-0/best-loss/new/new_image_level_prediction.tsv';
    expect(await study.text(`named/${voted}`)).toBe(await study.text(`maps/${voted}`));
    await writeText(study.workspace, 'model/split-0/best-loss/voting_elements.tsv', 'slice_id\tright\tall\n0\t5\t4\n');
    expect((await study.run(predictTest('model', '--overwrite'))).error?.code).toBe('predict-only-value');
    // Without either there is no vote, and whoever gets the model could do nothing about it.
    await study.workspace.remove('maps/split-0/best-loss/validation');
    for (const more of ['', '--include_identifiers']) {
      const { error, written } = await study.run(`clinicadl export-model maps more ${more}`);
      expect([error?.code, written]).toEqual(['prediction-missing', []]);
    }
  });
});

describe('a MAPS of 1.0.4 whose splits are called fold-0', () => {
  it('is handed over under the names of today, and predicts the same', async () => {
    const study = await goldenRoad();
    const older = memoryFolder('older');
    await copyIntoFolder(older, 'test/golden/older/maps_1.0.4');
    for (const path of await filesBelow(older, ''))
      await study.workspace.write(`maps/${path.replace('split-', 'fold-')}`, await older.read(path));
    await study.must('clinicadl export-model maps model');
    const json = await study.text('model/maps.json');
    expect(json).toContain('"architecture": "Conv4_FC3"');
    expect(json).not.toMatch(/"(model|use_cpu|minmaxnormalization)"|\/(home|tmp|study|work)/);
    expect(await study.text('model/model_card.md')).toContain('A summary of the training images was not stored');
    for (const maps of ['maps', 'model'])
      await study.must(`clinicadl predict ${maps} new --caps_directory caps --participants_tsv tsv/split/test_baseline.tsv`);
    const table = 'best-loss/new/new_image_level_prediction.tsv';
    expect(await study.text(`model/split-0/${table}`)).toBe(await study.text(`maps/fold-0/${table}`));
  });
});
