/** @file MapsManager's methods on a whole MAPS: the lines that run, and what models and interpretations give. */
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../src/engine/choose-backend';
import { readTensorFile } from '../src/formats/torch';
import { askMaps, type MapsQuestion } from '../src/jobs/maps-manager';
import { testContext } from './job-context';
import type { Road } from './road';
import { tinyRoad, tinyShape, tinyTraining, tinyVoxels } from './road-study';

let study: Road;

async function ask(method: MapsQuestion['method'], args: Record<string, unknown> = {}, tensor?: MapsQuestion['tensor']) {
  const { createExecutor } = await chooseBackend('wasm');
  const context = { ...testContext(study.workspace).context, createExecutor };
  return askMaps({ path: 'maps', method, arguments: args, ...(tensor === undefined ? {} : { tensor }) }, context);
}
const call = async (method: MapsQuestion['method'], args: Record<string, unknown> = {}) =>
  study.must(String(await ask(method, args)));

beforeAll(async () => {
  study = await tinyRoad();
  await study.must(tinyTraining('maps', '--epochs 1 --n_splits 2 --split 0 --batch_size 4').replace('tsv/single', 'tsv/2_fold'));
});

describe('train', () => {
  it('refuses splits that are there, trains others alone, and replaces those that are there with overwrite', async () => {
    await expect(ask('train')).rejects.toMatchObject({ code: 'splits-exist' });
    await expect(ask('train', { split_list: [1, 0] })).rejects.toMatchObject({ code: 'splits-exist' });
    expect(await ask('train', { split_list: [1] })).toBe('clinicadl train resume maps --split 1 --anew');
    const before = await study.workspace.read('maps/split-0/best-loss/model.pth.tar');
    const trained = await call('train', { split_list: [1] });
    expect(trained.result).toMatchObject({ splits: [{ split: 1, epochs: 1 }] });
    expect(await study.workspace.read('maps/split-0/best-loss/model.pth.tar')).toEqual(before);
    await study.workspace.write('maps/split-0/best-loss/old/old.tsv', new Uint8Array(1));
    const anew = await call('train', { split_list: [0], overwrite: true });
    expect(anew.result).toMatchObject({ splits: [{ split: 0, epochs: 1 }] });
    expect(await study.workspace.kindOf('maps/split-0/best-loss/old')).toBeUndefined();
    // The same seed: the same weights.
    expect(await study.workspace.read('maps/split-0/best-loss/model.pth.tar')).toEqual(before);
  });

  it('leaves an interrupted split beside it alone, with what the browser keeps of it', async () => {
    const stop = new AbortController();
    const line = tinyTraining('maps_two', '--epochs 3 --n_splits 2 --batch_size 2').replace('tsv/single', 'tsv/2_fold');
    let epochs = 0;
    await study.run(line, { signal: stop.signal, report: ({ live }) => live?.epoch === 1 && epochs++ === 0 && stop.abort() });
    const kept = (await study.checkpoints.list()).map(({ runId, record }) => [runId, record.split]);
    expect(kept).toMatchObject([[expect.any(String), 0]]);
    const mark = await study.text('maps_two/split-0/tmp/run.json');
    const { result } = await study.must('clinicadl train resume maps_two --split 1 --anew');
    expect(result).toMatchObject({ splits: [{ split: 1 }] });
    expect(await study.text('maps_two/split-0/tmp/run.json')).toBe(mark);
    expect((await study.checkpoints.list()).map(({ runId, record }) => [runId, record.split])).toEqual(kept);
    const anew = await study.must('clinicadl train resume maps_two --split 0 --anew');
    expect(anew.result).toMatchObject({ splits: [{ split: 0, epochs: 3 }] });
    expect(await study.checkpoints.list()).toEqual([]);
  });
});

describe('resume', () => {
  it('takes splits that were interrupted only', async () => {
    await expect(ask('resume', { split_list: [0, 1] })).rejects.toMatchObject({ code: 'split-not-begun' });
    expect(await ask('resume')).toBe('clinicadl train resume maps');
  });
});

describe('predict and interpret', () => {
  it('take batch size and best models of the training where Python does, and what was given otherwise', async () => {
    const group = { data_group: 'new', caps_directory: 'caps', tsv_path: 'tsv/test.tsv' };
    expect(await ask('predict', { ...group, split_list: [0], use_labels: false, gpu: false })).toBe(
      'clinicadl predict maps new --caps_directory caps --participants_tsv tsv/test.tsv --no_labels --split 0 --no-gpu --batch_size 4',
    );
    await call('predict', { ...group, split_list: [0] });
    expect(await ask('interpret', { data_group: 'new', name: 'seen', method: 'gradients' })).toMatch(
      / seen gradients --batch_size 4$/,
    );
    await expect(ask('interpret', { data_group: 'new', name: 'seen', method: 'saliency' })).rejects.toMatchObject({
      code: 'option-value',
    });
  });

  it('interpretations of one split, read again: the mean, one element, and one id alone refused', async () => {
    const call_ = { data_group: 'new', name: 'seen', method: 'gradients', split_list: [0], selection_metrics: ['loss'] };
    const { written } = await call('interpret', { ...call_, save_individual: true });
    expect(written.filter((path) => path.includes('split-1'))).toEqual([]);
    const of = { data_group: 'new', name: 'seen', selection_metric: 'loss' };
    const mean = (await ask('get_interpretation', of)) as { shape: number[]; data: Float32Array };
    const folder = 'maps/split-0/best-loss/new/interpret-seen';
    const file = async (name: string) => readTensorFile(await study.workspace.read(`${folder}/${name}.pt`), name).toFloat32();
    expect([mean.shape, mean.data]).toEqual([[1, ...tinyShape], await file('mean_image-0_map')]);
    const one = { ...of, participant_id: 'sub-P10', session_id: 'ses-M000' };
    expect(await ask('get_interpretation', one)).toMatchObject({ data: await file('sub-P10_ses-M000_image-0_map') });
    await expect(ask('get_interpretation', { ...of, session_id: 'ses-M000' })).rejects.toMatchObject({
      code: 'option-needed',
      message: 'participant_id is missing, but session_id asks for the map of one element.',
    });
    for (const wrong of [
      { ...of, name: 'other' },
      { ...of, mode_id: 1 },
      { ...one, participant_id: 'sub-P00' },
    ])
      await expect(ask('get_interpretation', wrong)).rejects.toMatchObject({ code: 'interpretation-missing' });
  });
});

describe('get_model', () => {
  it('gives for an image the logits whose softmax predict has written', async () => {
    const model = await ask('get_model', { selection_metric: 'loss' });
    expect(model).toMatchObject({ architecture: 'Conv4_FC3', input_size: [1, ...tinyShape], outputs: ['output'], epoch: 0 });
    const images = [10, 11].map((i) => {
      const voxels = tinyVoxels(i);
      const [low, high] = [Math.min(...voxels), Math.max(...voxels)];
      return voxels.map((voxel) => (voxel - low) / (high - low));
    });
    const data = Float32Array.from(images.flatMap((image) => [...image]));
    const { output } = (await ask('outputs', { selection_metric: 'loss' }, { shape: [2, 1, ...tinyShape], data })) as {
      output: { shape: number[]; data: Float32Array };
    };
    expect(output.shape).toEqual([2, 2]);
    const rows = (await ask('get_prediction', { data_group: 'new', selection_metric: 'loss' })) as {
      participant_id: string;
      probabilities: number[];
    }[];
    expect(rows.map((row) => row.participant_id)).toEqual(['sub-P10', 'sub-P11']);
    for (const [n, { probabilities }] of rows.entries()) {
      const [a, b] = output.data.subarray(2 * n, 2 * n + 2);
      expect(1 / (1 + Math.exp(b! - a!))).toBeCloseTo(probabilities[0]!, 5);
    }
    const single = await ask('outputs', { selection_metric: 'loss' }, { shape: [1, ...tinyShape], data: images[0]! });
    expect(single).toMatchObject({ output: { shape: [1, 2] } });
  });

  it('refuses tensors of another shape', async () => {
    for (const tensor of [
      undefined,
      { shape: [1, 2, 3, 4], data: new Float32Array(24) },
      { shape: [1, ...tinyShape], data: new Float32Array(3) },
      'a text' as unknown as { shape: number[]; data: Float32Array<ArrayBuffer> },
      { shape: '1' as unknown as number[], data: new Float32Array(3) },
    ])
      await expect(ask('outputs', { selection_metric: 'loss' }, tensor)).rejects.toMatchObject({ code: 'option-value' });
  });
});

it('get_group_info of a group of the training needs a split', async () => {
  await expect(ask('get_group_info', { data_group: 'train' })).rejects.toMatchObject({ code: 'option-needed', where: 'split' });
  await expect(ask('get_group_info', { data_group: 'train', split: 9 })).rejects.toMatchObject({
    code: 'split-number',
    message: 'Split 9 was asked for, and the splits are 0 to 1.',
  });
  expect(await ask('get_group_info', { data_group: 'train', split: 1 })).toMatchObject({
    caps_directory: 'caps',
    multi_cohort: false,
  });
});
