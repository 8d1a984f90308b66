/** @file A network of one's own, from a file: trained, resumed, predicted, opened by plain PyTorch; wrong files name the layer. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pytorch } from './pytorch';
import type { Road } from './road';
import { cells } from './road-files';
import { tinyRoad, tinyTraining, writeText } from './road-study';
import { skips } from './skips';

const layers = [
  { name: 'first', op: 'conv', outChannels: 4, kernel: 3, padding: 1 },
  { name: 'active', op: 'activation', kind: 'relu' },
  { name: 'second', op: 'conv', outChannels: 4, kernel: 3, padding: 1 },
  { name: 'sum', op: 'add', from: ['second', 'active'] },
  { op: 'pad-max-pool' },
  { op: 'mean' },
  { name: 'classes', op: 'linear', outFeatures: 'outputs' },
];
const training = tinyTraining('maps').replace('Conv4_FC3', 'nets/mine.json');

let study: Road;
beforeAll(async () => {
  study = await tinyRoad();
  await writeText(study.workspace, 'nets/mine.json', JSON.stringify({ layers }));
  await study.must(training);
});

describe('a network file with a skip', () => {
  it('is kept in the MAPS, which says what it is', async () => {
    expect(JSON.parse(await study.text('maps/network.json'))).toEqual({ layers });
    expect(JSON.parse(await study.text('maps/maps.json'))).toMatchObject({ architecture: 'network.json', output_size: 2 });
    expect(await study.text('maps/information.log')).toContain('(first): Conv3d(1, 4, kernel_size=(3, 3, 3)');
  });

  it('goes on and predicts without the file that it came from', async () => {
    await study.workspace.remove('maps/split-0/best-loss');
    await study.workspace.remove('nets');
    await study.must('clinicadl train resume maps');
    await study.must('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv');
    const [, ...rows] = cells(await study.text('maps/split-0/best-loss/test/test_image_level_prediction.tsv'));
    expect(rows).toHaveLength(2);
  });

  it('has weights that plain PyTorch runs to the same probabilities', async ({ skip }) => {
    if (pytorch === undefined) return skip(skips.noPytorch);
    const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-own-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const copy = async (file: string): Promise<string> => {
      const to = path.join(folder, file.replaceAll('/', '_'));
      writeFileSync(to, await study.workspace.read(file));
      return to;
    };
    const [header, ...rows] = cells(await study.text('maps/split-0/best-loss/test/test_image_level_prediction.tsv'));
    const tensors: string[] = [];
    for (const [participant, session] of rows) {
      const place = `caps/subjects/${participant}/${session}/deeplearning_prepare_data/image_based/t1_linear`;
      tensors.push(await copy(`${place}/${(await study.workspace.list(place))[0].name}`));
    }
    const script = ['-W', 'ignore', 'test/python/predict_own.py', await copy('maps/split-0/best-loss/model.pth.tar'), ...tensors];
    const { stdout, stderr } = spawnSync(pytorch.python, script, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const theirs = stdout
      .trimEnd()
      .split('\n')
      .flatMap((line) => JSON.parse(line) as number[]);
    const ours = rows.flatMap((row) => row.slice(header.indexOf('proba0')).map(Number));
    expect(theirs).toHaveLength(ours.length);
    for (const [i, value] of ours.entries()) expect(Math.abs(value - theirs[i])).toBeLessThan(1e-5);
  });

  it.each<[string, string, string[]]>([
    ['is no JSON', '{', ['json-damaged']],
    [
      'has an unknown operation',
      JSON.stringify({ layers: [{ op: 'convolution' }] }),
      ['network-layer', 'Layer 1', 'convolution'],
    ],
    ['reads a layer that comes later', JSON.stringify({ layers: [{ op: 'mean', from: 'end' }] }), ['network-layer', 'end']],
    [
      'ends in the wrong number of outputs',
      JSON.stringify({ layers: layers.slice(0, -2) }),
      ['network-layer', 'Layer 5', 'needs 2'],
    ],
    [
      'is larger inside than its image',
      JSON.stringify({ layers: [{ op: 'conv', outChannels: 1, kernel: 9 }] }),
      ['Layer 1', 'larger'],
    ],
  ])('that %s is refused by name, and nothing is written', async (_, content, parts) => {
    await writeText(study.workspace, 'nets/wrong.json', content);
    const { status, error, written } = await study.run(training.replace('mine', 'wrong').replace(' maps ', ' other '));
    expect(status).toBe('failed');
    for (const part of ['nets/wrong.json', ...parts]) expect(`${error?.code} ${error?.where} ${error?.message}`).toContain(part);
    expect(written).toEqual([]);
  });
});
