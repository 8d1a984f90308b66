/** @file `export-job`: the folder holds what ClinicaDL 1.6.1 reads and no more, its scripts run, and what comes back opens. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askMaps } from '../src/jobs/maps-manager';
import { readConfigFile } from '../src/options/derive/config';
import { copyIntoFolder } from './disk-folder';
import { testContext } from './job-context';
import type { Road } from './road';
import { contentOf, filesBelow, goldenText } from './road-files';
import { goldenRoad, tensorPath, tinyParticipant, tinyRoad, tinyTraining, writeText } from './road-study';

const exportJob = (line: string, more = ''): string =>
  `clinicadl export-job job --line '${line.replace('clinicadl ', '')}' ${more}`;

/** What of a job stands in its folder itself, for a training from the beginning. */
const programs = [
  ...['README.txt', 'config.toml', 'go-on.txt', 'job-several-gpus.sbatch', 'job.sbatch', 'prepare.txt', 'requirements.txt'],
];

const places: string[] = [];
afterAll(() => {
  for (const place of places) rmSync(place, { recursive: true });
});

/** The folder of a job on disk, beside programs that stand for ClinicaDL and its Python: they tell how they were called. */
async function onDisk(
  study: Road,
  gpus: number,
  version = '1.6.1',
): Promise<{ readonly job: string; readonly env: NodeJS.ProcessEnv }> {
  const place = mkdtempSync(path.join(tmpdir(), 'job-'));
  places.push(place);
  for (const file of await filesBelow(study.workspace, 'job')) {
    mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
    writeFileSync(path.join(place, file), await study.workspace.read(file));
  }
  const bin = path.join(place, 'bin');
  mkdirSync(bin);
  const program = (name: string, text: string): void => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  program('clinicadl', `if [ "$1" = --version ]; then echo "clinicadl, version ${version}"; else echo "clinicadl $*"; fi`);
  program('python', `case "$2" in *cuda*) echo ${gpus};; *) if [ "$1" != -c ]; then echo "python $*"; fi;; esac`);
  program('torchrun', 'echo "torchrun $*"');
  return { job: path.join(place, 'job'), env: { PATH: `${bin}:${process.env.PATH}` } };
}

/** What plain bash prints when it runs a script of the job from another folder. */
function bash({ job, env }: Awaited<ReturnType<typeof onDisk>>, script: string, more: NodeJS.ProcessEnv = {}): string[] {
  const { stdout, stderr, error } = spawnSync('bash', [path.join(job, script)], { env: { ...env, ...more }, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return `${stdout}${stderr}`.trim().split('\n');
}

describe('a training from the beginning', () => {
  let study: Road;
  const line = tinyTraining('results/maps', '--seed 3 -sm loss -sm BA --label diagnosis');
  beforeAll(async () => {
    study = await tinyRoad();
    await study.must(exportJob(line));
  });

  it('holds the tensors of its sessions, its tables and its programs, and nothing else', async () => {
    const tensors = Array.from({ length: 10 }, (_, i) => `job/${tensorPath(tinyParticipant(i))}`);
    const tables = ['train.tsv', 'splits/train.tsv', 'splits/validation_baseline.tsv'].map((name) => `job/tsv/${name}`);
    const own = [...programs, 'caps/tensor_extraction/image.json'].map((name) => `job/${name}`);
    expect(await filesBelow(study.workspace, 'job')).toEqual([...tensors, ...tables, ...own].sort());
    for (const tensor of tensors)
      expect(await study.workspace.read(tensor)).toEqual(await study.workspace.read(tensor.slice('job/'.length)));
    expect(await study.text('job/caps/tensor_extraction/image.json')).toBe(await study.text('caps/tensor_extraction/image.json'));
  });

  it('has tables without the columns that it does not read', async () => {
    const [header, first] = (await study.text('job/tsv/splits/train.tsv')).split('\n');
    expect([header, first]).toEqual(['participant_id\tsession_id\tdiagnosis', 'sub-P00\tses-M000\tAD']);
    // Of the table above the splits: the test group was taken out of it, as tsvtools does.
    expect((await study.text('job/tsv/train.tsv')).trimEnd().split('\n')).toHaveLength(11);
  });

  it('has its options as 1.6.1 reads them', async () => {
    const options = readConfigFile('train classification', 'config.toml', await study.workspace.read('job/config.toml'));
    expect(options).toMatchObject({
      architecture: 'Conv4_FC3',
      seed: 3,
      epochs: 2,
      selection_metrics: ['loss', 'BA'],
      batch_size: 2,
    });
    expect(await study.text('job/requirements.txt')).toContain('clinicadl==1.6.1\n');
  });

  it('is run by plain bash from anywhere, with the device that is there', async () => {
    const command = 'clinicadl train classification caps image.json tsv/splits maps -c config.toml';
    expect(await study.text('job/README.txt')).toContain(`\n  ${command}\n`);
    expect(bash(await onDisk(study, 0), 'job.sbatch')).toEqual([`${command} --no-gpu`]);
    expect(bash(await onDisk(study, 1), 'job.sbatch')).toEqual([`${command} --gpu`]);
  });

  it('runs as a copy in another place, as sbatch does', async () => {
    const place = await onDisk(study, 1);
    const copy = path.join(path.dirname(place.job), 'slurm_script');
    execFileSync('cp', [path.join(place.job, 'job.sbatch'), copy]);
    expect(bash({ ...place, job: path.dirname(place.job) }, 'slurm_script', { SLURM_SUBMIT_DIR: place.job })[0]).toMatch(
      /^clinicadl train/,
    );
  });

  it('goes on with the MAPS that an earlier run of it began', async () => {
    const place = await onDisk(study, 0);
    mkdirSync(path.join(place.job, 'maps'));
    writeFileSync(path.join(place.job, 'maps/maps.json'), '{}');
    expect(bash(place, 'job.sbatch')).toEqual(['python go-on.txt maps --no-gpu', 'clinicadl train resume maps']);
  });

  it('starts a process for each of several cards', async () => {
    const several = await onDisk(study, 3);
    const start = 'torchrun --standalone --nproc_per_node 3 --no-python clinicadl train classification caps image.json';
    expect(bash(several, 'job-several-gpus.sbatch')).toEqual([`${start} tsv/splits maps -c config.toml --gpu`]);
    expect(bash(several, 'job-several-gpus.sbatch', { FSDP: 'yes' })[0]).toMatch(/--gpu --fully_sharded_data_parallel$/);
    expect(bash(await onDisk(study, 1), 'job-several-gpus.sbatch')[0]).toContain('run job.sbatch');
  });

  it('does not run with another version', async () => {
    expect(bash(await onDisk(study, 0, '1.5.0'), 'job.sbatch')).toEqual([expect.stringContaining('1.5.0')]);
  });

  it('asks for the CAPS where the images do not come along', async () => {
    const other = await tinyRoad();
    await other.must(exportJob(line, '--images paths'));
    expect((await filesBelow(other.workspace, 'job')).filter((file) => file.startsWith('job/caps'))).toEqual([]);
    const place = await onDisk(other, 0);
    expect(bash(place, 'job.sbatch')).toEqual([expect.stringContaining('FILL IN')]);
    const caps = path.join(path.dirname(place.job), 'their caps');
    mkdirSync(path.join(caps, 'subjects'), { recursive: true });
    expect(bash(place, 'job.sbatch', { CAPS: caps })).toEqual([expect.stringContaining('copy extraction/image.json into')]);
    mkdirSync(path.join(caps, 'tensor_extraction'));
    writeFileSync(path.join(caps, 'tensor_extraction/image.json'), '{}');
    expect(bash(place, 'job.sbatch', { CAPS: caps })).toEqual([expect.stringMatching(/^clinicadl train .*--no-gpu$/)]);
  });
});

describe('options that 1.6.1 takes from the command line alone', () => {
  it('stand on the line; amp only where there is a graphics card', async () => {
    const study = await tinyRoad();
    await study.must(exportJob(tinyTraining('maps', '--amp -alr --save_all_models').replace('--no-gpu', '')));
    const options = '-c config.toml --adaptive_learning_rate --save_all_models';
    expect(bash(await onDisk(study, 1), 'job.sbatch')).toEqual([expect.stringMatching(new RegExp(`${options} --gpu --amp$`))]);
    expect(bash(await onDisk(study, 0), 'job.sbatch').slice(-2)).toEqual([
      'There is no graphics card here: --amp is left out.',
      expect.stringMatching(new RegExp(`${options} --no-gpu$`)),
    ]);
    expect(await study.text('job/requirements.txt')).toContain('torch==2.2.0');
  });
});

describe('an interrupted training', () => {
  it('goes along with its checkpoint, and with paths that fit the folder', async () => {
    const study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_resume_before', 'before');
    await study.must('clinicadl export-job job --maps before');
    const read = async (file: string): Promise<Record<string, unknown>> => JSON.parse(await study.text(`job/maps/${file}`));
    const golden = JSON.parse(goldenText('maps/maps_resume_before/maps.json'));
    expect(await read('maps.json')).toEqual({ ...golden, caps_directory: 'caps', tsv_path: 'tsv/splits' });
    // Floats stay floats, as Python wrote them.
    expect(await study.text('job/maps/maps.json')).toContain('"tolerance": 0.0,');
    expect(await read('groups/validation/split-1/maps.json')).toMatchObject({ caps_directory: 'caps' });
    for (const file of ['checkpoint', 'optimizer']) {
      const [from, to] = ['before', 'job/maps'].map((maps) => study.workspace.read(`${maps}/split-0/tmp/${file}.pth.tar`));
      expect(Buffer.from((await from)!).equals((await to)!), file).toBe(true);
    }
    expect((await filesBelow(study.workspace, 'job/tsv')).length).toBe(5);
    expect((await study.text('job/README.txt')).replace(/\s+/g, ' ')).toContain(
      'split 0 goes on after epoch 1 (number 0 in the files)',
    );
    expect(bash(await onDisk(study, 0), 'job.sbatch')).toEqual(['python go-on.txt maps --no-gpu', 'clinicadl train resume maps']);
  });

  it('of this program has no marks of it, and trains the splits of its run only', async () => {
    const study = await tinyRoad();
    const stop = new AbortController();
    let epochs = 0;
    const line = tinyTraining('maps', '--n_splits 2 --split 1').replace('tsv/single', 'tsv/2_fold');
    const report = ({ stage, done, total }: { stage: string; done: number; total: number }): void => {
      if (stage === 'train split 1' && done === total && ++epochs === 2) stop.abort();
    };
    expect((await study.run(line, { signal: stop.signal, report })).status).toBe('stopped');
    expect(await study.workspace.kindOf('maps/split-1/tmp/run.json')).toBe('file');
    await study.must('clinicadl export-job job --maps maps --images paths');
    expect((await filesBelow(study.workspace, 'job/maps')).filter((file) => file.includes('run.json'))).toEqual([]);
    expect(await study.workspace.kindOf('job/maps/split-1/tmp/checkpoint.pth.tar')).toBe('file');
    expect(await study.text('job/job.sbatch')).toContain('\nclinicadl train resume maps -s 1\n');
    expect(await study.text('job/maps/information.log')).toContain('- Path :\tmaps\n');
    // The exported one opens here as well, and goes on from its own files.
    await study.must('clinicadl train resume job/maps');
    expect(await study.workspace.kindOf('job/maps/split-1/best-loss/validation')).toBe('folder');
  });

  it('that has ended is refused', async () => {
    const study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_cls', 'ended');
    expect((await study.run('clinicadl export-job job --maps ended')).error?.code).toBe('resume-nothing');
    expect(await study.workspace.kindOf('job')).toBeUndefined();
  });
});

describe('regions', () => {
  it('come with the masks that they are cut by', async () => {
    const study = await goldenRoad();
    await study.must('clinicadl prepare-data roi caps t1-linear --extract_json big --roi_list leftBig --roi_list rightBig');
    const line = 'train classification caps big tsv/split/2_fold maps -a Conv4_FC3 --n_splits 2 --split 1';
    await study.must(exportJob(line));
    const files = await filesBelow(study.workspace, 'job/caps/masks');
    expect(files.map((file) => /roi-(\w+)_mask/.exec(file)?.[1])).toEqual(['leftBig', 'rightBig']);
    expect((await readConfigFile('train classification', 'c.toml', await study.workspace.read('job/config.toml'))).split).toEqual(
      [1],
    );
  });
});

describe('what 1.6.1 cannot do', () => {
  let study: Road;
  beforeAll(async () => {
    study = await tinyRoad();
    await study.must(
      'clinicadl prepare-data patch caps t1-linear --extract_json saved --patch_size 3 --stride_size 3 --save_features',
    );
    const rows = [...Array(10).keys()].map(
      (i) => `${tinyParticipant(i)}\tses-M000\t${i % 2 === 0 ? 'AD' : 'CN'}\t${1 + (i % 2)}`,
    );
    const table = (some: readonly string[]): string => ['participant_id\tsession_id\tdiagnosis\tsite', ...some, ''].join('\n');
    await writeText(study.workspace, 'tsv/sites/train.tsv', table(rows.slice(0, 6)));
    await writeText(study.workspace, 'tsv/sites/validation_baseline.tsv', table(rows.slice(6)));
    const layers = [{ op: 'mean' }, { name: 'classes', op: 'linear', outFeatures: 'outputs' }];
    await writeText(study.workspace, 'net.json', JSON.stringify({ layers }));
  });

  it.each([
    ['a metric that it has no best value of', '-sm MCC', 'MCC'],
    ['a network of one’s own', '-a net.json', 'network of one’s own'],
    ['labels that are numbers', '--label site', '"site"', 'tsv/sites'],
    ['names that are one class', '--label_code AD=0 --label_code CN=1 --label_code MCI=2', 'one output for each of the 2 labels'],
  ])('%s is refused by name, with nothing written', async (_, more, told, tables = 'tsv/single') => {
    const before = await contentOf(study.workspace);
    const { status, error } = await study.run(exportJob(tinyTraining('maps', more).replace('tsv/single', tables)));
    expect([status, error?.code]).toEqual(['failed', 'job-impossible']);
    expect(error?.message).toContain(told);
    expect(await contentOf(study.workspace)).toEqual(before);
  });

  it('another command than a training is refused', async () => {
    expect((await study.run('clinicadl export-job job --line "predict maps test"')).error?.code).toBe('job-command');
    expect((await study.run('clinicadl export-job job')).error?.code).toBe('option-needed');
    expect((await study.run(`${exportJob(tinyTraining())} --maps maps`)).error?.code).toBe('job-twice');
  });
});

describe('the MAPS that comes back', () => {
  it('opens and predicts, with the paths and the pattern that ClinicaDL noted there', async () => {
    const study = await goldenRoad();
    await copyIntoFolder(study.workspace, 'test/golden/maps/maps_cls', 'job/maps');
    const there = (await study.text('job/maps/maps.json'))
      .replace('"/study/caps"', '"caps"')
      .replace('"/study/tsv/split/2_fold"', '"tsv/splits"')
      .replace('res-1x1x1_T1w.nii.gz"', 'res-1x1x1_T1w.pt"');
    expect(there).toMatch(/"caps_directory": "caps"[\s\S]*T1w\.pt"/);
    await writeText(study.workspace, 'job/maps/maps.json', there);
    const arguments_ = { data_group: 'validation', split: 1, selection_metric: 'BA' };
    const metrics = await askMaps(
      { path: 'job/maps', method: 'get_metrics', arguments: arguments_ },
      testContext(study.workspace).context,
    );
    const [header, values] = goldenText('maps/maps_cls/split-1/best-BA/validation/validation_image_level_metrics.tsv')
      .split('\n')
      .map((row) => row.split('\t'));
    expect(metrics).toMatchObject({ BA: Number(values![header!.indexOf('BA')]) });
    const test = 'tsv/split/test_baseline.tsv';
    await study.must(`clinicadl predict job/maps back --caps_directory caps --participants_tsv ${test} -sm BA -s 0`);
    const rows = (await study.text('job/maps/split-0/best-BA/back/back_image_level_prediction.tsv')).split('\n');
    const golden = goldenText('maps/maps_cls/split-0/best-BA/test/test_image_level_prediction.tsv').split('\n');
    expect(rows.map((row) => row.split('\t').slice(0, 5))).toEqual(golden.map((row) => row.split('\t').slice(0, 5)));
  });
});
