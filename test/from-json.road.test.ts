/** @file `train from_json`: the trainings of ClinicaDL are repeated from their maps.json alone. */
import { beforeAll, describe, expect, it } from 'vitest';
import { copyIntoFolder } from './disk-folder';
import type { Road } from './road';
import { expectTablesToAgree, goldenText } from './road-files';
import { goldenRoad, goldenTraining, writeText } from './road-study';

describe('a training that is repeated from its maps.json', () => {
  let study: Road;
  beforeAll(async () => {
    study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_cls', 'python');
  });

  it('gives the results of ClinicaDL, and its maps.json', async () => {
    await study.must('clinicadl train from_json python/maps.json repeated -s 0');
    for (const group of ['train', 'validation']) {
      const table = `split-0/best-loss/${group}/${group}_image_level_prediction.tsv`;
      expectTablesToAgree(await study.text(`repeated/${table}`), goldenText(`maps/maps_cls/${table}`), 1e-4);
    }
    // But for the paths, which are those of this folder.
    expect(await study.text('repeated/maps.json')).toBe((await study.text('python/maps.json')).replaceAll('"/study/', '"'));
    expect(await study.workspace.kindOf('repeated/split-1')).toBeUndefined();
  });

  it('is bit for bit that of the line, for a regression, too', async () => {
    const line = goldenTraining('first', '--epochs 1')
      .replace('classification', 'regression')
      .replace('--seed 0', '--seed 3 --split 1');
    await study.must(line);
    await study.must('clinicadl train from_json first/maps.json second --split 1');
    for (const file of ['maps.json', 'split-1/best-loss/validation/validation_image_level_prediction.tsv'])
      expect(await study.text(`second/${file}`)).toBe(await study.text(`first/${file}`));
  });

  it.each([
    ['"dropout"', '"dropuot"', 'config-json-key', 'dropuot'],
    ['"epochs": 1', '"epochs": 0', 'option-value', 'epochs'],
    ['"network_task": "regression"', '"network_task": "segmentation"', 'option-value', 'network_task'],
    ['"input_size"', '"input"', 'config-json-key', 'input'],
    ['"caps_directory": "caps"', '"caps_directory": ""', 'maps-value', 'caps_directory'],
    [/"tsv_path": .*,/, '', 'maps-value', 'tsv_path'],
    ['"prepare_dl": false', '"prepare_dl": 5', 'maps-extraction', 'wrong.json": the value of prepare_dl'],
    [/^ {4}"mode": "image"/m, '    "mode": "patch"', 'maps-value', 'mode is "patch"; "image", as in preprocessing_dict'],
  ])('with %s made %s is refused with %s', async (from, to, code, told) => {
    const text = await study.text('first/maps.json');
    expect(text.replace(from, to)).not.toBe(text);
    await writeText(study.workspace, 'wrong.json', text.replace(from, to));
    const { status, error } = await study.run('clinicadl train from_json wrong.json third');
    expect([status, error?.code]).toEqual(['failed', code]);
    expect(`${error?.where} ${error?.message}`).toContain(told);
    expect(await study.workspace.kindOf('third')).toBeUndefined();
  });

  it('does not go into a MAPS that is there, nor train folds that are not', async () => {
    expect((await study.run('clinicadl train from_json first/maps.json first')).error?.code).toMatch(/^maps-/);
    expect((await study.run('clinicadl train from_json first/maps.json new -s 2')).error?.code).toBe('option-value');
    expect((await study.run('clinicadl train from_json none.json new')).error?.code).toBe('file-missing');
  });
});
