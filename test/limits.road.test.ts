/** @file Trainings that cannot end well are refused by name: before the first weight is drawn where that can be known. */
import { beforeAll, describe, expect, it } from 'vitest';
import { inlineReaders } from '../src/batches/inline-readers';
import type { MemoryRequest } from '../src/engine/executor';
import { wasmMemory } from '../src/engine/wasm/memory-need';
import { describeNetwork } from '../src/jobs/describe-network';
import { testContext } from './job-context';
import type { Road } from './road';
import { tinyRoad, tinyTraining, writeText } from './road-study';

let study: Road;
beforeAll(async () => {
  study = await tinyRoad();
});

const line = (task: string, maps: string, network: string, more = ''): string =>
  tinyTraining(maps, more).replace('train classification', `train ${task}`).replace('Conv4_FC3', network);

it.each([
  ['classification', 'Conv4_FC3'],
  ['regression', 'Conv4_FC3'],
  ['reconstruction', 'AE_Conv4_FC3'],
])('a %s whose validation loss is never a number has no best epoch, and says so', async (task, network) => {
  const oneBatch = line(task, `nan_${task}`, network)
    .replace('--batch_size 2', '--batch_size 20')
    .replace('--epochs 2', '--epochs 1');
  const { error } = await study.run(oneBatch.replace('-lr 0.001', '-lr 1e20'));
  expect(error).toMatchObject({ code: 'no-best-epoch', message: expect.stringContaining('No epoch of 1 is the best by loss') });
  await study.must(oneBatch.replace(`nan_${task}`, `calm_${task}`));
});

describe('what does not fit is refused before anything is written', () => {
  const vae = (maps: string, latent: number): string => line('reconstruction', maps, 'CVAE_3D_half', `-c latent-${latent}.toml`);
  const told = async (latent: number) => {
    await writeText(study.workspace, `latent-${latent}.toml`, `[Architecture]\nlatent_space_size = ${latent}\n`);
    const { error } = await study.run(vae('vast', latent));
    expect(await study.workspace.kindOf('vast')).toBeUndefined();
    return error;
  };

  it('with the largest latent space that fits', async () => {
    const error = await told(50_000_000);
    expect(error).toMatchObject({
      code: 'latent-too-large',
      message: expect.stringMatching(/latent_space_size = 50000000 .* MB/),
    });
    const largest = Number(/to (\d+) or less, with a batch size of 2/.exec(error!.hint)![1]);
    expect(largest).toBeGreaterThan(1);
    // One more would need smaller batches.
    expect(await told(largest + 1)).toMatchObject({ code: 'heap-batch' });
    // Would it fit? The form asks the same without training.
    await writeText(study.workspace, `latent-${largest}.toml`, `[Architecture]\nlatent_space_size = ${largest}\n`);
    const form = {
      ...testContext(study.workspace).context,
      readers: inlineReaders(),
      memoryOf: async (request: MemoryRequest) => wasmMemory(request, 1),
    };
    const description = await describeNetwork({ line: vae('vast', largest) }, form);
    expect(description?.memoryBytes).toBeLessThanOrEqual(2 ** 32);
  });

  it('with the file that weights would need', async () => {
    const wide = { op: 'conv', outChannels: 20_000, kernel: 3, padding: 1 };
    const layers = [wide, wide, { op: 'mean' }, { op: 'linear', outFeatures: 'outputs' }];
    await writeText(study.workspace, 'wide.json', JSON.stringify({ layers }));
    const { error } = await study.run(line('classification', 'wide', 'wide.json'));
    // 20 000 · 27 + 20 000, 20 000² · 27 + 20 000 and 40 002 parameters; Adam keeps two numbers of each.
    const parameters = 540_000 + 20_000 + 10_800_000_000 + 20_000 + 40_002;
    expect(error).toMatchObject({
      code: 'weights-too-large',
      message: expect.stringMatching(
        `${parameters.toLocaleString('en')} parameters: .* Adam .* ${Math.ceil((parameters * 8) / 2 ** 20).toLocaleString('en')} MB`,
      ),
    });
    expect(await study.workspace.kindOf('wide')).toBeUndefined();
  });
});

describe('the labels of a training', () => {
  const header = 'participant_id\tsession_id\tdiagnosis\tage\n';

  it.each([
    ['AD = 0', ['no output for "CN"', 'sub-P01']],
    ['AD = 0\nCN = 0', ['all labels have the output 0']],
    ['AD = 0\nCN = 100000000', ['the output 100000000', '999']],
  ])('with the label_code %j are refused by its name', async (code, parts) => {
    await writeText(study.workspace, 'code.toml', `[Classification.label_code]\n${code}\n`);
    const { error } = await study.run(line('classification', 'coded', 'Conv4_FC3', '-c code.toml'));
    expect(error?.code).toBe('label-code');
    for (const part of parts) expect(error?.message).toContain(part);
  });

  it.each(['inf', '1e39', '-1e300', `6${'0'.repeat(3000)}`, '60,5'])('of a regression cannot be %.20s', async (age) => {
    for (const name of ['train', 'validation_baseline'])
      await writeText(study.workspace, `odd/${name}.tsv`, `${header}sub-P00\tses-M000\tAD\t${age}\nsub-P01\tses-M000\tCN\t61\n`);
    const { error } = await study.run(line('regression', 'odd-maps', 'Conv4_FC3').replace('tsv/single', 'odd'));
    expect(error).toMatchObject({ code: 'label-not-number', message: expect.stringContaining('finite') });
    expect(error!.where).toMatch(/\.tsv: sub-\w+ \| ses-\w+$/);
    expect(error!.message.length).toBeLessThan(200);
  });

  it('cannot be missing because a table has no rows', async () => {
    await writeText(study.workspace, 'bare/train.tsv', await study.text('tsv/single/train.tsv'));
    await writeText(study.workspace, 'bare/validation_baseline.tsv', header);
    const { error } = await study.run(line('regression', 'bare-maps', 'Conv4_FC3').replace('tsv/single', 'bare'));
    expect(error).toMatchObject({ code: 'group-rowless', where: 'bare/validation_baseline.tsv' });
  });
});
