/** @file Trainings that are stopped and go on: with the checkpoint of the browser, with the files in `tmp`, with nothing. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkpointStore, memoryCheckpoints } from '../src/checkpoints/store';
import { memoryTables } from '../src/checkpoints/tables';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import { readCheckpoint, writeCheckpoint } from '../src/maps/weights';
import { copyIntoFolder } from './disk-folder';
import { type Road, road } from './road';
import { cells, expectTablesToAgree, filesBelow, goldenText, joined } from './road-files';
import { at, copyOf, hurryClock, reopened, stopAt, withoutClock } from './road-stops';
import { fillTinyStudy, goldenRoad, goldenTraining, tinyRoad, tinyTraining } from './road-study';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a training with dropout, inner evaluations and early stopping', () => {
  const line = tinyTraining(
    'maps',
    '--epochs 3 --dropout 0.5 --evaluation_steps 2 -sm loss -sm BA --save_all_models --seed 3 --patience 5 -da Noise -da CropPad -da Erasing',
  );
  let prepared: Road;
  let expected: Record<string, string>;
  beforeAll(async () => {
    prepared = await tinyRoad();
    const whole = await copyOf(prepared);
    await whole.must(line);
    expected = await withoutClock(whole.workspace, 'maps');
    expect(Object.keys(expected).filter((path) => path.includes('all_models'))).toHaveLength(6);
  });

  describe.each([
    ['at each batch', hurryClock],
    ['at the ends of epochs', () => {}],
  ])('with a checkpoint %s', (_, clock) => {
    it.each([
      ['train split 0', 1],
      ['train split 0', 2],
      ['train split 0', 4],
      ['train split 0', 6],
      ['train split 0', 8],
      ['train split 0', 9],
      ['evaluate split 0', 3],
    ])('and stopped in "%s" %i goes on bit for bit', async (stage, done) => {
      clock();
      const study = await copyOf(prepared);
      await stopAt(study, line, at(stage, done));
      expect(await study.workspace.kindOf('maps/split-0/tmp')).toBe('folder');
      const other = await reopened(study);
      const { output } = await other.must('clinicadl train resume maps');
      // The very first stop comes before anything is kept: the training begins again.
      if (done > 3 || (clock === hurryClock && done > 1)) expect(output.join('\n')).toMatch(/goes on from epoch \d/);
      expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
      expect(await study.checkpoints.list()).toEqual([]);
    });
  });

  it('stopped in the final evaluation goes on there', async () => {
    const study = await copyOf(prepared);
    let epochs = 0;
    await stopAt(study, line, ({ stage, total, done }) => {
      if (stage === 'train split 0' && done === total) epochs++;
      return epochs > 0 && stage === 'evaluate split 0' && total === 10 && done === 4;
    });
    expect(await study.workspace.kindOf('maps/split-0/best-loss/train')).toBe('folder');
    const { output } = await (await reopened(study)).must('clinicadl train resume maps');
    expect(output.join('\n')).toContain('goes on from epoch 4, batch 1');
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
  });

  it('stopped three times ends as if it had not been', async () => {
    const study = await copyOf(prepared);
    await stopAt(study, line, at('train split 0', 4));
    await stopAt(await reopened(study), 'clinicadl train resume maps', at('train split 0', 5));
    await stopAt(await reopened(study), 'clinicadl train resume maps', at('train split 0', 8));
    await (await reopened(study)).must('clinicadl train resume maps');
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
  });

  it('goes on from the files in tmp when the browser has forgotten it, or what it keeps is damaged', async () => {
    for (const damage of ['forgotten', 'damaged']) {
      const study = await copyOf(prepared);
      await stopAt(study, line, at('train split 0', 8));
      const [run] = await study.checkpoints.list();
      const checkpoints = damage === 'forgotten' ? memoryCheckpoints() : study.checkpoints;
      if (damage === 'damaged') await checkpoints.save(run.runId, run.record, { part: Uint8Array.of(1) });
      const other = await road(study.workspace, 'wasm', checkpoints);
      const { output, issues } = await other.must('clinicadl train resume maps');
      expect(issues.map((issue) => issue.code)).toEqual(damage === 'forgotten' ? [] : ['checkpoint-unreadable']);
      expect(output.join('\n')).toContain('goes on after epoch 2 of the files in tmp');
      // Dropout masks, too: what the epochs before drew is drawn again.
      expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
    }
  });

  it('goes on although the browser has no space for checkpoints, and says so once', async () => {
    const study = await copyOf(prepared);
    const full = (): Promise<never> => Promise.reject(new DOMException('', 'QuotaExceededError'));
    const store = checkpointStore({ ...memoryTables(), putPart: full });
    const { issues } = await (await road(study.workspace, 'wasm', store)).must(line);
    expect(issues.map(({ code, severity }) => [code, severity])).toEqual([['disk-full', 'warning']]);
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
  });
});

it('a training with the weighted sampler goes on bit for bit from the files in tmp', async () => {
  const line = tinyTraining('maps', '--epochs 3 --dropout 0.2 --sampler weighted --evaluation_steps 1 -asteps 2 --seed 4');
  const study = await tinyRoad();
  const whole = await copyOf(study);
  await whole.must(line);
  await stopAt(study, line, at('train split 0', 8));
  const { output } = await (await road(study.workspace, 'wasm', memoryCheckpoints())).must('clinicadl train resume maps');
  expect(output.join('\n')).toContain('goes on after epoch 2 of the files in tmp');
  expect(await withoutClock(study.workspace, 'maps')).toEqual(await withoutClock(whole.workspace, 'maps'));
});

describe('a training of two splits', () => {
  const line = tinyTraining('maps', '--n_splits 2').replace('tsv/single', 'tsv/2_fold');
  let prepared: Road;
  let expected: Record<string, string>;
  beforeAll(async () => {
    prepared = await tinyRoad();
    const whole = await copyOf(prepared);
    await whole.must(line);
    expected = await withoutClock(whole.workspace, 'maps');
  });

  it.each([
    ['train split 0', 2],
    ['evaluate split 0', 1],
    ['train split 1', 0],
    ['train split 1', 1],
    ['train split 1', 4],
  ])('stopped in "%s" %i goes on bit for bit, and its tmp folders go', async (stage, done) => {
    const study = await copyOf(prepared);
    await stopAt(study, line, at(stage, done));
    await (await reopened(study)).must('clinicadl train resume maps');
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
    expect(Object.keys(expected).some((path) => path.includes('/tmp/'))).toBe(false);
    expect(await study.checkpoints.list()).toEqual([]);
  });

  it('stopped between the splits trains the second one', async () => {
    const study = await copyOf(prepared);
    const stop = new AbortController();
    // The tmp folder of split 0 goes last.
    const watching: Folder = watchRemovals(study.workspace, (path) => {
      if (path === 'maps/split-0/tmp') stop.abort();
    });
    const outcome = await (await road(watching, 'wasm', study.checkpoints)).run(line, { signal: stop.signal });
    expect(outcome.status).toBe('stopped');
    expect(await study.workspace.kindOf('maps/split-0/tmp')).toBeUndefined();
    await (await reopened(study)).must('clinicadl train resume maps');
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
  });

  it('of which one was wanted trains the other when resume asks for it', async () => {
    const study = await copyOf(prepared);
    await study.must(`${line} -s 1`);
    const { result } = await study.must('clinicadl train resume maps -s 0');
    expect(result).toMatchObject({ splits: [{ split: 0 }] });
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
    const wrong = await study.run('clinicadl train resume maps -s 2');
    expect(wrong.error).toMatchObject({ code: 'split-number' });
  });

  it('of which one was wanted and stopped does not train the other', async () => {
    const study = await copyOf(prepared);
    await stopAt(study, `${line} -s 1`, at('train split 1', 2));
    await (await reopened(study)).must('clinicadl train resume maps');
    expect(await study.workspace.kindOf('maps/split-0')).toBeUndefined();
  });

  it('that ended has nothing to resume', async () => {
    const study = await copyOf(prepared);
    await study.must(line);
    const before = await withoutClock(study.workspace, 'maps');
    const { status, error } = await study.run('clinicadl train resume maps');
    expect([status, error?.code, error?.where]).toEqual(['failed', 'resume-nothing', 'maps']);
    expect(await withoutClock(study.workspace, 'maps')).toEqual(before);
  });

  it('of which only some files were written is completed', async () => {
    const study = await copyOf(prepared);
    await study.must(line);
    for (const path of ['split-0', 'split-1', 'groups', 'information.log', 'environment.txt'])
      await study.workspace.remove(`maps/${path}`);
    await (await reopened(study)).must('clinicadl train resume maps');
    expect(await withoutClock(study.workspace, 'maps')).toEqual(expected);
  });
});

/** A folder that tells which paths are removed, at any depth, after they were. */
function watchRemovals(folder: Folder, told: (path: string) => void, prefix = ''): Folder {
  return {
    ...folder,
    remove: async (path) => {
      await folder.remove(path);
      told(prefix + path);
    },
    sub: (path) => watchRemovals(folder.sub(path), told, `${prefix}${path}/`),
  };
}

describe('a training that ClinicaDL began', () => {
  it('ends here, along the curve that it had there', async () => {
    const study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_resume_before', 'maps');
    await study.must('clinicadl train resume maps');
    const folder = 'maps/split-0';
    const log = await study.text(`${folder}/training_logs/training.tsv`);
    const golden = goldenText('maps/maps_resume_before/split-0/training_logs/training.tsv');
    expectTablesToAgree(log, golden, 1e-4, ['time']);
    // As there, the split that was not begun is trained, too.
    for (const split of [0, 1]) {
      expect(await study.workspace.kindOf(`maps/split-${split}/tmp`)).toBeUndefined();
      expect(await study.workspace.kindOf(`maps/split-${split}/best-loss/model.pth.tar`)).toBe('file');
    }
    const ofGroup = (group: string): string[] => [
      `${folder}/best-loss/${group}/description.log`,
      `${folder}/best-loss/${group}/${group}_image_level_metrics.tsv`,
      `${folder}/best-loss/${group}/${group}_image_level_prediction.tsv`,
    ];
    expect(await filesBelow(study.workspace, `${folder}/best-loss`)).toEqual([
      `${folder}/best-loss/model.pth.tar`,
      ...ofGroup('train'),
      `${folder}/best-loss/training_summary.json`,
      ...ofGroup('validation'),
    ]);
    await study.must('clinicadl predict maps test --caps_directory caps --participants_tsv tsv/split/test_baseline.tsv');
  });

  it('ends as the same run never interrupted here: one row for each step, weights as close as rounding and Adam leave them', async () => {
    const study = await goldenRoad();
    await study.must(goldenTraining('whole', '-lr 0.001 --dropout 0 --evaluation_steps 1 -s 0'));
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_resume_before', 'maps');
    await study.must('clinicadl train resume maps -s 0');
    const rows = async (maps: string): Promise<string> => {
      const log = cells(await study.text(`${maps}/split-0/training_logs/training.tsv`));
      return joined(log.map((row) => row.slice(0, 2)));
    };
    expect(await rows('maps')).toBe(await rows('whole'));
    for (const group of ['train', 'validation']) {
      const table = `split-0/best-loss/${group}/${group}_image_level_prediction.tsv`;
      expectTablesToAgree(await study.text(`maps/${table}`), await study.text(`whole/${table}`), 1e-5);
    }
    const weights = async (maps: string) => {
      const path = `${maps}/split-0/best-loss/model.pth.tar`;
      return readCheckpoint(await study.workspace.read(path), path).model;
    };
    const [resumed, whole] = [await weights('maps'), await weights('whole')];
    for (const [name, { data }] of whole) {
      const own = Array.from<number | bigint, number>(resumed.get(name)!.data, Number);
      const worst = Array.from<number | bigint, number>(data, Number).reduce(
        (most, value, i) => Math.max(most, Math.abs(own[i] - value)),
        0,
      );
      // The epoch before was computed by PyTorch; a run that is begun and stopped here is equal bit for bit, above.
      // Biases before a norm, and the means that follow them, are rounding noise (test/golden/networks/README.md).
      if (!/^convolutions\.\d+\.(bias|running_mean)$/.test(name)) expect(worst, name).toBeLessThanOrEqual(1e-4);
    }
  });

  it('trained from its checkpoint for both epochs, as ClinicaDL repeats them, has the losses that it has there', async () => {
    const study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_resume_before', 'maps');
    const path = 'maps/split-0/tmp/checkpoint.pth.tar';
    const { model, name } = readCheckpoint(await study.workspace.read(path), path);
    await study.workspace.write(path, writeCheckpoint({ model, name, epoch: -1, modules: new Map() }));
    await study.must('clinicadl train resume maps -s 0');
    const golden = cells(goldenText('maps/maps_resume/split-0/training_logs/training.tsv'));
    const [header, ...found] = cells(await study.text('maps/split-0/training_logs/training.tsv'));
    // There the rows of the first run stay in front of those of the second.
    expectTablesToAgree(joined([header, ...found]), joined([header, ...golden.slice(4)]), 1e-4, ['time']);
  });
});

describe('a folder that is no MAPS, or whose files do not fit', () => {
  let study: Road;
  beforeAll(async () => {
    study = await tinyRoad();
    await stopAt(study, tinyTraining(), at('train split 0', 4));
  });

  it.each([
    ['maps.json is missing', 'caps', 'maps-missing'],
    ['nothing is there', 'nowhere', 'maps-missing'],
  ])('is refused when %s', async (_, path, code) => {
    const { status, error } = await study.run(`clinicadl train resume ${path}`);
    expect([status, error?.code]).toEqual(['failed', code]);
  });

  it('is refused when the weights in tmp are those of another network, or cut short', async () => {
    const { workspace } = study;
    const path = 'maps/split-0/tmp/checkpoint.pth.tar';
    const good = await workspace.read(path);
    const other = await road(workspace, 'wasm', memoryCheckpoints());
    await workspace.write(path, good.slice(0, good.length / 2));
    expect((await other.run('clinicadl train resume maps')).error?.code).toBe('torch-damaged');
    await workspace.write(path, await workspace.read('maps/split-0/tmp/optimizer.pth.tar'));
    expect((await other.run('clinicadl train resume maps')).error?.code).toBe('checkpoint-content');
    await workspace.write(path, good);
    await other.must('clinicadl train resume maps');
  });
});

it('a training on the reference backend goes on bit for bit, too', async () => {
  hurryClock();
  const line = tinyTraining('maps', '--epochs 1 --dropout 0.5');
  const results: Record<string, string>[] = [];
  for (const stopped of [false, true]) {
    const workspace = memoryFolder('tiny');
    await fillTinyStudy(workspace);
    const study = await road(workspace, 'cpu', memoryCheckpoints());
    await study.must('clinicadl prepare-data image caps t1-linear --extract_json image');
    if (stopped) await stopAt(study, line, at('train split 0', 2));
    await study.must(stopped ? 'clinicadl train resume maps' : line);
    results.push(await withoutClock(workspace, 'maps'));
  }
  expect(results[1]).toEqual(results[0]);
  expect(joined(cells(results[0]['/split-0/training_logs/training.tsv']))).not.toContain('NaN');
});
