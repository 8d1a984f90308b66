/** @file `random-search`: what is drawn and written, against ClinicaDL's own runs and Python's generator. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { goldenRoad, writeText } from './road-study';

const golden = (path: string): string => readFileSync(`test/golden/random_search/${path}`, 'utf8').replaceAll('/study/', '');
const seeds = [0, 1, 2, 3, 4, 5, 6, 7];

/** ClinicaDL writes the name of the file as it found it. */
const parametersOf = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

describe('a random search', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    await writeText(study.workspace, 'random_search.toml', golden('draws/random_search.toml'));
  });

  it.each(seeds)('of seed %i draws what ClinicaDL draws, and writes it as it does', async (seed) => {
    await study.must(`clinicadl random-search . job-${seed} --seed ${seed}`);
    const [ours, theirs] = [await study.text(`job-${seed}/maps.json`), golden(`draws/seed-${seed}.json`)].map(parametersOf);
    expect(ours).toEqual(theirs);
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
  });

  it('keeps its file, its seed and what was drawn, and a table of all runs', async () => {
    expect(await study.text('job-3/random_search.toml')).toBe(golden('draws/random_search.toml'));
    const note = JSON.parse(await study.text('job-3/random_search.json')) as { seed: number; drawn: Record<string, unknown> };
    const { learning_rate, optimizer, dropout } = parametersOf(golden('draws/seed-3.json'));
    expect(note).toMatchObject({ seed: 3, drawn: { learning_rate, optimizer, dropout } });
    const [header, ...rows] = (await study.text('random_search.tsv'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    expect(rows.map(([name, seed]) => [name, seed])).toEqual(seeds.map((seed) => [`job-${seed}`, String(seed)]));
    expect(header.slice(-3)).toEqual(['splits', 'validation_BA', 'validation_loss']);
    const [, values] = (await study.text('job-3/split-1/best-loss/validation/validation_image_level_metrics.tsv')).split('\n');
    expect(Number(rows[3].at(-1))).toBeCloseTo(Number(values.split('\t').at(-1)), 9);
  });

  it('without a seed tells the one that it took, which draws the same again', async () => {
    const { output } = await study.must('clinicadl random-search . any');
    const seed = /Drawn with seed (\d+)/.exec(output.join('\n'))?.[1];
    await study.must(`clinicadl random-search . again --seed ${seed}`);
    expect(await study.text('again/maps.json')).toBe(await study.text('any/maps.json'));
  });

  it('can be repeated from its maps.json', async () => {
    await study.must('clinicadl train from_json job-5/maps.json repeated -s 1');
    expect(await study.text('repeated/maps.json')).toBe(await study.text('job-5/maps.json'));
    const table = 'split-1/best-loss/validation/validation_image_level_prediction.tsv';
    expect(await study.text(`repeated/${table}`)).toBe(await study.text(`job-5/${table}`));
  });

  it.each([
    ['n_convblocks = [1, 3]', 'n_convblocks = [3, 1]', 'option-value', 'Random_Search.n_convblocks'],
    ['n_fcblocks = [1, 3]\n', '', 'option-needed', 'Random_Search.n_fcblocks'],
    ['["MaxPooling", "stride"]', '["MaxPooling", "none"]', 'option-value', 'Random_Search.d_reduction'],
    ['channels_limit', 'channel_limit', 'config-key-unknown', 'Random_Search'],
    ['[Optimization]', '[Optimisation]', 'config-section-unknown', 'Optimisation'],
    ['[Random_Search]', '[Search]', 'option-needed', 'Random_Search'],
    ['"classification"', '"reconstruction"', 'option-value', 'network_task'],
  ])('with %j made %j is refused with %s, and writes nothing', async (from, to, code, told) => {
    await writeText(study.workspace, 'wrong/random_search.toml', golden('draws/random_search.toml').replace(from, to));
    const { status, error } = await study.run('clinicadl random-search wrong job --seed 0');
    expect([status, error?.code]).toEqual(['failed', code]);
    expect(`${error?.where} ${error?.message}`).toContain(told);
    expect(await study.workspace.kindOf('wrong/job')).toBeUndefined();
  });

  it('takes a key of a training from [Random_Search], too, and tells when it stands twice', async () => {
    const text = golden('draws/random_search.toml')
      .replace('[Random_Search]', '[Random_Search]\nevaluation_steps = 1\nbatch_size = 2\nloss = "MultiMarginLoss"')
      .replace('learning_rate = [3, 6]\n', '')
      .replace('["BatchNorm", "InstanceNorm"]', '"None"');
    await writeText(study.workspace, 'more/random_search.toml', text);
    const { output } = await study.must('clinicadl random-search more job --seed 0');
    expect(parametersOf(await study.text('more/job/maps.json'))).toMatchObject({
      evaluation_steps: 1,
      batch_size: 4,
      loss: 'MultiMarginLoss',
      learning_rate: 1e-4,
      network_normalization: null,
    });
    expect(output.join('\n')).toContain('batch_size stands twice');
  });
});
