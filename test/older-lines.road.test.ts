/** @file Lines of ClinicaDL 0.2 run whole: what was typed is told with what runs in its place, and each extraction is made once. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Road } from './road';
import { tinyRoad } from './road-study';

let study: Road;
beforeAll(async () => {
  study = await tinyRoad();
});

const old = 'clinicadl train image cnn caps t1-linear tsv/single';
const usual = 'Conv4_FC3 --epochs 1 --nproc 0 -cpu';

describe('a training of 0.2', () => {
  it('prepares and trains; the output tells both lines of today', async () => {
    const { output, written } = await study.must(`${old} maps_a ${usual}`);
    expect(output[0]).toBe('"train image cnn" is of ClinicaDL 0.2. Today\'s lines:');
    expect(output.slice(1, 3)).toEqual([
      'clinicadl prepare-data image caps t1-linear --extract_json image_t1-linear',
      'clinicadl train classification caps image_t1-linear tsv/single maps_a --architecture Conv4_FC3 --selection_metrics loss --selection_metrics BA --batch_size 2 --epochs 1 --n_proc 0 --no-gpu',
    ]);
    expect(written).toContain('caps/tensor_extraction/image_t1-linear.json');
    expect(written).toContain('maps_a/split-0/best-BA/model.pth.tar');
    expect(JSON.parse(await study.text('maps_a/maps.json'))).toMatchObject({ batch_size: 2, gpu: false, n_proc: 0 });
  });

  it('a second one uses the extraction of the first', async () => {
    const { output, written } = await study.must(`${old} maps_b ${usual}`);
    expect(output.filter((text) => text.endsWith(': has been done.'))).toEqual([
      'clinicadl prepare-data image caps t1-linear --extract_json image_t1-linear: has been done.',
    ]);
    expect(written.filter((path) => path.startsWith('caps/'))).toEqual([]);
    expect(written).toContain('maps_b/maps.json');
  });

  it('an extraction of that name with other settings is not taken for it', async () => {
    const path = 'caps/tensor_extraction/image_t1-linear.json';
    const text = await study.text(path);
    await study.workspace.write(
      path,
      new TextEncoder().encode(text.replace('"use_uncropped_image": false', '"use_uncropped_image": true')),
    );
    const { error, written } = await study.run(`${old} maps_c ${usual}`);
    expect(error?.code).toBe('extraction-exists');
    expect(written).toEqual([]);
    await study.workspace.write(path, new TextEncoder().encode(text));
  });

  it('its classify predicts', async () => {
    const { output } = await study.must('clinicadl classify caps tsv/test.tsv maps_a DB-TEST -cpu');
    expect(output.slice(0, 2)).toEqual([
      '"classify" is of ClinicaDL 0.2. Today\'s line:',
      'clinicadl predict maps_a DB-TEST --caps_directory caps --participants_tsv tsv/test.tsv --no-gpu',
    ]);
    expect(await study.text('maps_a/split-0/best-BA/DB-TEST/DB-TEST_image_level_prediction.tsv')).toContain('sub-P10');
  });

  it('in a folder, its paths begin there', async () => {
    const { output, error } = await study.run('train image cnn no_caps t1-linear tsv m Conv4_FC3', { folder: 'elsewhere' });
    expect(output).toContain('clinicadl prepare-data image elsewhere/no_caps t1-linear --extract_json image_t1-linear');
    expect(error?.code).toBe('caps-missing');
  });

  it('nothing is written for a line that has lost a part of its meaning', async () => {
    const { error, written } = await study.run(`${old} maps_d ${usual} --vmax 1`);
    expect(error?.code).toBe('command-older-lost');
    expect(written).toEqual([]);
  });
});
