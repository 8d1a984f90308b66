/** @file A MAPS that a random search of ClinicaDL made: predicted with, and trained on. */
import { beforeAll, describe, expect, it } from 'vitest';
import { copyIntoFolder } from './disk-folder';
import type { Road } from './road';
import { expectTablesToAgree, goldenText } from './road-files';
import { goldenRoad, writeText } from './road-study';

describe('the MAPS of a random search', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/random_search/job', 'job');
    await study.workspace.remove('job/split-1');
  });

  it('gives the predictions of ClinicaDL', async () => {
    await study.must('clinicadl predict job te2 --caps_directory caps --participants_tsv tsv/split/test_baseline.tsv');
    const table = (group: string): string => `job/split-0/best-loss/${group}/${group}_image_level_prediction.tsv`;
    expectTablesToAgree(await study.text(table('te2')), goldenText(`random_search/${table('te')}`), 1e-5);
  });

  it('trains the split that it lacks as ClinicaDL trained it', async () => {
    const before = await study.text('job/maps.json');
    await study.must('clinicadl train resume job');
    for (const group of ['train', 'validation']) {
      const table = `job/split-1/best-loss/${group}/${group}_image_level_prediction.tsv`;
      expectTablesToAgree(await study.text(table), goldenText(`random_search/${table}`), 1e-4);
    }
    expect(await study.text('job/maps.json')).toBe(before);
  });

  it('with a damaged design says which value it is', async () => {
    const text = await study.text('job/maps.json');
    await writeText(study.workspace, 'job/maps.json', text.replace('"d_reduction": "stride"', '"d_reduction": "none"'));
    const { status, error } = await study.run('clinicadl predict job te2');
    expect([status, error?.code]).toEqual(['failed', 'maps-value']);
    expect(error?.message).toContain('convolutions_dict.conv0.d_reduction');
  });

  it('is nothing that a training can ask for', async () => {
    const { error } = await study.run('clinicadl train classification caps image tsv/split/2_fold new -a RandomArchitecture');
    expect(error?.code).toBe('option-not-available');
  });
});
