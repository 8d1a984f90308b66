/** @file A result folder of ClinicaDL 0.2.2 becomes a MAPS: read, and predicting what 0.2.2 predicted. Its study is a formula. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { findStudies } from '../src/jobs/find-studies';
import { importResultsJob } from '../src/jobs/import-results';
import { resultView } from '../src/jobs/result-view';
import { trainingCurves } from '../src/jobs/training-curves';
import { readParameters } from '../src/maps/maps';
import { copyIntoFolder } from './disk-folder';
import { testContext } from './job-context';
import { type Road, road } from './road';
import { cells, contentOf, goldenText } from './road-files';
import { niftiFile, writeText } from './road-study';

const old = 'older/results_0.2.2';
const participant = (i: number): string => `sub-P0${i}`;

/** 100 × 50 × 50, last axis fastest. */
function voxels(i: number): Float32Array {
  const bright = i % 2 === 0 ? 1.5 : 0;
  return Float32Array.from({ length: 100 * 50 * 50 }, (_, v) => Math.sin(1 + ((v * (i + 2)) % 977)) + (v % 50 < 20 ? bright : 0));
}

let study: Road;
let before: Record<string, string>;
let output: readonly string[];

beforeAll(async () => {
  const workspace = memoryFolder('study');
  await copyIntoFolder(workspace, `test/golden/${old}`, 'results');
  for (const i of [6, 7]) {
    const name = `${participant(i)}_ses-M00_T1w_space-MNI152NLin2009cSym_desc-Crop_res-1x1x1_T1w.nii.gz`;
    await workspace.write(`caps/subjects/${participant(i)}/ses-M00/t1_linear/${name}`, niftiFile([100, 50, 50], voxels(i)));
  }
  await writeText(workspace, 'test.tsv', 'participant_id\tsession_id\tdiagnosis\nsub-P06\tses-M00\tAD\nsub-P07\tses-M00\tCN\n');
  study = await road(workspace, 'wasm');
  before = await contentOf(workspace, 'results');
  ({ output } = await study.must('clinicadl import-results results maps'));
});

describe('import-results', () => {
  it('leaves the old folder as it is, and tells what it does not know', async () => {
    expect(await contentOf(study.workspace, 'results')).toEqual(before);
    const told = output.join('\n');
    expect(told).toMatch(/positive class, 1 before, is node 0/);
    expect(told).toMatch(/does not tell it: seed and loss/);
  });

  it('has the parameters of the training, and none that it did not have', async () => {
    const parameters = await readParameters(study.workspace.sub('maps'));
    expect(parameters).toMatchObject({
      architecture: 'network.json',
      label_code: { AD: 0, CN: 1 },
      learning_rate: 0.001,
      gpu: false,
      mode: 'patch',
      preprocessing_dict: { preprocessing: 't1-linear', mode: 'patch', patch_size: 50, stride_size: 50, prepare_dl: false },
      num_networks: 2,
      input_size: [1, 50, 50, 50],
      output_size: 2,
    });
    for (const key of ['seed', 'loss', 'batch_size', 'deterministic']) expect(parameters, key).not.toHaveProperty(key);
  });

  it('shows predictions and metrics of 0.2.2; its probability of class 1 is that of AD', async () => {
    const place = { path: 'maps', split: 0, metric: 'BA', group: 'validation', level: 'patch' as const };
    const view = await resultView(study.workspace, place);
    const file = `${old}/fold-0/cnn_classification/best_balanced_accuracy/validation_patch_level`;
    const [, ...theirs] = cells(goldenText(`${file}_prediction.tsv`));
    expect(view.classes).toEqual(['AD', 'CN']);
    expect(view.rows.map(({ true_label }) => true_label)).toEqual(theirs.map((row) => 1 - Number(row[3])));
    view.rows.forEach(({ probabilities }, r) => {
      expect(probabilities[0]).toBeCloseTo(Number(theirs[r][6]), 12);
      expect(probabilities[1]).toBeCloseTo(Number(theirs[r][5]), 12);
    });
    const names = (view.metrics ?? []).map(({ name }) => name);
    expect(names).toEqual(['accuracy', 'BA', 'sensitivity', 'specificity', 'PPV', 'NPV']);
    const train = await resultView(study.workspace, { ...place, metric: 'loss', group: 'train', level: 'image' });
    expect(train.task).toBe('classification');
    // the file of 0.2.2: sensitivity 1, specificity 0.5 with AD as positive
    expect(train.confusion).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect(train.metrics?.map(({ name, value }) => [name, value])).toContainEqual(['specificity', 0.5]);
    expect(train.rocs).toEqual([]);
  });

  it('shows the curves, whose losses are means already', async () => {
    const { columns, rows, batches } = await trainingCurves(study.workspace, { path: 'maps', split: 0 });
    expect(columns).toEqual(['epoch', 'iteration', 'time', 'BA_train', 'loss_train', 'BA_valid', 'loss_valid']);
    expect(rows[0][4]).toBe(0.6904404759407043);
    expect(batches).toEqual({ train: null, valid: null });
  });

  it('predicts what 0.2.2 predicted, to 1e-5', async () => {
    await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
    await study.must('clinicadl predict maps test2 --caps_directory caps --participants_tsv test.tsv');
    for (const [metric, name] of [
      ['loss', 'best_loss'],
      ['BA', 'best_balanced_accuracy'],
    ]) {
      const [, ...ours] = cells(await study.text(`maps/split-0/best-${metric}/test2/test2_patch_level_prediction.tsv`));
      const [, ...theirs] = cells(goldenText(`${old}/fold-0/cnn_classification/${name}/test_patch_level_prediction.tsv`));
      expect(ours.map((row) => [row[0], row[2], row[4]])).toEqual(theirs.map((row) => [row[0], row[2], `${1 - Number(row[4])}`]));
      ours.forEach((row, r) => {
        expect(Math.abs(Number(row[5]) - Number(theirs[r][6]))).toBeLessThan(1e-5);
        expect(Math.abs(Number(row[6]) - Number(theirs[r][5]))).toBeLessThan(1e-5);
      });
    }
  });

  it('knows who was trained on, so that a leak is found', async () => {
    expect(cells(await study.text('maps/groups/train+validation.tsv')).slice(1)).toEqual(
      [0, 1, 2, 3, 4, 5].map((i) => [participant(i), 'ses-M00']),
    );
    await writeText(study.workspace, 'leak.tsv', 'participant_id\tsession_id\tdiagnosis\nsub-P00\tses-M00\tAD\n');
    const { error } = await study.run('clinicadl predict maps leak --caps_directory caps --participants_tsv leak.tsv');
    expect(error?.code).toBe('data-leakage');
  });

  it('what cannot be imported is refused before anything is written', async () => {
    const { workspace } = study;
    const table = 'results/fold-0/cnn_classification/best_loss/test_patch_level_prediction.tsv';
    const json = await study.text('results/commandline.json');
    const text = await study.text(table);
    const refused = async (line: string, code: string): Promise<void> => {
      expect((await study.run(line)).error?.code).toBe(code);
      expect(await workspace.kindOf('other')).toBeUndefined();
    };
    await refused('clinicadl import-results caps other', 'older-results-missing');
    await writeText(workspace, table, text.replace('true_label', 'truth'));
    await refused('clinicadl import-results results other', 'older-table');
    await writeText(workspace, table, text);
    // Cut off: in a number, in a row, after the header; and metrics of another program.
    const metrics = table.replace('prediction', 'metrics');
    const ofMetrics = await study.text(metrics);
    for (const [path, whole, part, code] of [
      [table, text, text.trimEnd(), 'older-table-damaged'],
      [table, text, `${text.slice(0, text.lastIndexOf('\t'))}\n`, 'older-table-damaged'],
      [table, text, text.replace('sub-P07', ''), 'older-table-damaged'],
      [metrics, ofMetrics, ofMetrics.slice(0, ofMetrics.indexOf('\n') + 1), 'older-table-damaged'],
      [metrics, ofMetrics, 'a\tb\n1\t2\n', 'older-table'],
      [metrics, ofMetrics, ofMetrics.replace('1.0', 'one'), 'older-table-damaged'],
    ] as const) {
      expect(part).not.toBe(whole);
      await writeText(workspace, path, part);
      await refused('clinicadl import-results results other', code);
      await writeText(workspace, path, whole);
    }
    await writeText(workspace, 'results/commandline.json', json.replace('"Conv4_FC3"', '"Conv6_FC3"'));
    await refused('clinicadl import-results results other', 'older-weights');
    await writeText(workspace, 'results/commandline.json', json);
    await refused('clinicadl import-results results maps', 'folder-not-empty');
  });

  it('tells of networks whose results are there alone', async () => {
    const { workspace } = study;
    const model = 'results/fold-0/models/best_balanced_accuracy/model_best.pth.tar';
    const bytes = await workspace.read(model);
    await workspace.remove(model);
    const { output: told } = await study.must('clinicadl import-results results maps_part');
    expect(told).toContain('Split 0 has no network best by BA in results: nothing can be predicted with it.');
    expect(output.join('\n')).not.toContain('has no network');
    await workspace.remove('maps_part');
    await workspace.write(model, new Uint8Array(bytes));
  });

  it('is found for the page, and its tables are not taken for those of the study', async () => {
    const found = await findStudies(study.workspace, new AbortController().signal);
    expect([found.older, found.maps]).toEqual([['results'], ['maps']]);
    expect(found.tables.filter((path) => path.startsWith('results/'))).toEqual([]);
  });

  it('that fails on the way leaves nothing, and one that was killed begins again', async () => {
    const { workspace } = study;
    let writes = 0;
    const failing: Folder = {
      ...workspace,
      sub: (path) => {
        const inner = workspace.sub(path);
        const write: Folder['write'] = (at, bytes) => {
          if (writes++ === 5) return Promise.reject(new Error('the disk is gone'));
          return inner.write(at, bytes);
        };
        return path === 'maps_cut' ? { ...inner, write } : inner;
      },
    };
    const { context } = testContext(failing);
    const options = { results_directory: 'results', output_maps_directory: 'maps_cut', input_size: null };
    await expect(importResultsJob(options, context)).rejects.toThrow('the disk is gone');
    expect(writes).toBeGreaterThan(5);
    expect(await workspace.kindOf('maps_cut')).toBeUndefined();
    await writeText(workspace, 'maps_cut/unfinished.txt', 'cut off');
    await writeText(workspace, 'maps_cut/split-0/best-BA/half.tsv', '');
    await study.must('clinicadl import-results results maps_cut');
    const [whole, again] = [await contentOf(workspace.sub('maps')), await contentOf(workspace.sub('maps_cut'))];
    expect(Object.keys(again)).toContain('maps.json');
    for (const [path, bytes] of Object.entries(again)) expect(bytes, path).toBe(whole[path]);
    await writeText(workspace, 'maps_own/unfinished.txt', 'cut off');
    await writeText(workspace, 'maps_own/mine.txt', '');
    expect((await study.run('clinicadl import-results results maps_own')).error?.code).toBe('folder-not-empty');
    await workspace.remove('maps_own');
    await workspace.remove('maps_cut');
  });

  it('an old folder itself is named as one, with the way to a MAPS', async () => {
    const { error } = await study.run('clinicadl predict results test2');
    expect(error).toMatchObject({ code: 'older-results' });
    expect(error?.hint).toContain('clinicadl import-results results results_maps');
  });
});
