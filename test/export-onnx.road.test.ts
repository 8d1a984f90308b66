/** @file `export-onnx`: the file predicts what `predict` does, says how to use it, and tells of no person. */
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { cells } from './road-files';
import { tinyParticipant, tinyRoad, tinyShape, tinyTraining, tinyVoxels } from './road-study';

describe('a network as an ONNX file', () => {
  let study: Road;
  beforeAll(async () => {
    study = await tinyRoad();
    await study.must(tinyTraining('maps', '--epochs 2 -sm loss -sm BA'));
  });

  it('gives the probabilities of predict', async () => {
    await study.must('clinicadl export-onnx maps model.onnx -sm BA');
    await study.must('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv');
    const session = await InferenceSession.create(await study.workspace.read('model.onnx'));
    const table = await study.text('maps/split-0/best-BA/test/test_image_level_prediction.tsv');
    const [header, ...rows] = cells(table);
    expect(rows.map(([participant]) => participant)).toEqual([tinyParticipant(10), tinyParticipant(11)]);
    for (const [row, i] of [10, 11].entries()) {
      const voxels = tinyVoxels(i);
      const [least, most] = [Math.min(...voxels), Math.max(...voxels)];
      const input = voxels.map((value) => (value - least) / (most - least));
      const { output } = await session.run({ input: new Tensor('float32', input, [1, 1, ...tinyShape]) });
      const [a, b] = output.data as Float32Array;
      expect(1 / (1 + Math.exp(b - a))).toBeCloseTo(Number(rows[row][header.indexOf('proba0')]), 5);
    }
  });

  it('names labels, scaling and choice, and no person', async () => {
    const text = new TextDecoder('latin1').decode(await study.workspace.read('model.onnx'));
    for (const told of ['["AD","CN"]', '(x \u00e2', 'best BA', 'Not a medical device', 'Conv4_FC3']) expect(text).toContain(told);
    expect(text).not.toMatch(/sub-|ses-|caps|tsv\//);
  });

  it('needs to know which network', async () => {
    expect((await study.run('clinicadl export-onnx maps other.onnx')).error?.code).toBe('metric-unclear');
    expect((await study.run('clinicadl export-onnx maps other.onnx -sm BA -s 1')).error?.code).toBe('split-untrained');
    expect((await study.run('clinicadl export-onnx maps other.onnx -sm MAE')).error?.code).toBe('metric-untrained');
    expect(await study.workspace.kindOf('other.onnx')).toBeUndefined();
  });
});
