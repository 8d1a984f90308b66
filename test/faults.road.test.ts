/** @file Folders that fail in the middle of a command: full, forbidden, unplugged. The command goes on, and its files are those of an undisturbed one. */
import { beforeAll, describe, expect, it } from 'vitest';
import { type AppError, appError } from '../src/base/errors';
import type { Trouble } from '../src/base/job';
import { memoryCheckpoints } from '../src/checkpoints/store';
import type { Folder } from '../src/folders/folder';
import { memoryFolder } from '../src/folders/memory-folder';
import type { UnwrittenFile } from '../src/jobs/held-writes';
import { Patience } from '../src/jobs/patience';
import { type Road, road } from './road';
import { contentOf, filesBelow } from './road-files';
import { tinyRoad, tinyTraining } from './road-study';

type Action = 'read' | 'write' | 'remove';

/** The folder, but `fault` is asked before each call; what it gives is thrown. */
function failing(folder: Folder, fault: (action: Action, path: string) => Error | undefined, prefix = ''): Folder {
  const asked = async <T>(action: Action, path: string, work: () => Promise<T>): Promise<T> => {
    const error = fault(action, prefix + path);
    if (error !== undefined) throw error;
    return work();
  };
  return {
    ...folder,
    read: (path) => asked('read', path, () => folder.read(path)),
    file: (path) => asked('read', path, () => folder.file(path)),
    write: (path, bytes) => asked('write', path, () => folder.write(path, bytes)),
    remove: (path) => asked('remove', path, () => folder.remove(path)),
    sub: (path) => failing(folder.sub(path), fault, `${prefix}${path}/`),
  };
}

const full = (path: string): AppError => appError('disk-full', { path, folder: 'study' }, { where: path });
const withdrawn = (path: string, action: string): AppError =>
  appError('permission-withdrawn', { action, path, folder: 'study' }, { where: path });
const gone = (path: string): AppError => appError('folder-gone', { path, folder: 'study' }, { where: path });

/** What a page would see and do: `onWait` is called at each pause instead of waiting. */
function watched(
  onWait: (pauses: number) => void,
  { trials = Number.POSITIVE_INFINITY, signal = new AbortController().signal } = {},
) {
  const told: (Trouble | null)[] = [];
  let pauses = 0;
  const patience = new Patience({
    signal,
    trials,
    tell: (trouble) => void told.push(trouble),
    pause: async () => onWait(++pauses),
  });
  return { patience, told };
}

let prepared: Road;
beforeAll(async () => {
  prepared = await tinyRoad();
});

async function copy(): Promise<Folder> {
  const workspace = memoryFolder('study');
  for (const path of await filesBelow(prepared.workspace)) await workspace.write(path, await prepared.workspace.read(path));
  return workspace;
}

const training = tinyTraining('maps', '--dropout 0.5 -sm loss -sm BA --evaluation_steps 1');
const prediction = 'clinicadl predict maps test --caps_directory caps --participants_tsv tsv/test.tsv --batch_size 1';
const preparing = 'clinicadl prepare-data patch caps t1-linear --extract_json p --patch_size 3 --stride_size 3 --save_features';

/** Content of all files, without what tells the time. */
async function results(folder: Folder): Promise<Record<string, string>> {
  const all = await contentOf(folder);
  return Object.fromEntries(Object.entries(all).filter(([path]) => !/training\.tsv$|events\.out|run\.json$/.test(path)));
}

describe('a disk that is full from the middle of a training on', () => {
  let undisturbed: Record<string, string>;
  beforeAll(async () => {
    const study = await road(await copy(), 'wasm');
    await study.must(training);
    undisturbed = await results(study.workspace);
  });

  it('and has space again two epochs later: the training goes on, tells it, and all is written', async () => {
    const disk = await copy();
    let isFull = false;
    const { patience, told } = watched(() => {});
    const study = await road(
      failing(disk, (action, path) => (isFull && action === 'write' ? full(path) : undefined)),
      'wasm',
    );
    let before: Record<string, string> | undefined;
    let during: Record<string, string> | undefined;
    const epochs = new Set<number>();
    const outcome = await study.must(training, {
      patience,
      report: ({ live }) => {
        if (live !== undefined) epochs.add(live.epoch);
        if (epochs.size >= 1) isFull = epochs.size < 2;
        void contentOf(disk).then((content) => {
          if (isFull) before ??= content;
          if (isFull) during = content;
        });
      },
    });
    expect(await results(disk)).toEqual(undisturbed);
    expect(told.some((trouble) => trouble?.code === 'disk-full' && !trouble.waits && trouble.unwritten.files > 0)).toBe(true);
    expect(told.at(-1)).toBeNull();
    expect(told.every((trouble) => trouble?.waits !== true)).toBe(true);
    expect(Object.keys(during ?? {})).toEqual(Object.keys(before ?? {}));
    expect(outcome.written).toContain('maps/split-0/best-loss/model.pth.tar');
  });

  it('to its end: the training waits there until there is space, with all its results in memory', async () => {
    const disk = await copy();
    let isFull = false;
    const { patience, told } = watched((pauses) => {
      isFull = pauses < 3;
    });
    const study = await road(
      failing(disk, (action, path) => (isFull && action === 'write' ? full(path) : undefined)),
      'wasm',
    );
    await study.must(training, {
      patience,
      report: ({ live }) => {
        if (live?.epoch === 0 && told.length === 0) isFull = true;
      },
    });
    expect(told.filter((trouble) => trouble?.waits === true).length).toBeGreaterThan(0);
    expect(told.at(-1)).toBeNull();
    expect(await results(disk)).toEqual(undisturbed);
  });

  it('and nobody helps: the command fails, says how many files are not written, and they can be had', async () => {
    const disk = await copy();
    let isFull = false;
    const { patience } = watched(() => {}, { trials: 2 });
    const study = await road(
      failing(disk, (action, path) => (isFull && action === 'write' ? full(path) : undefined)),
      'wasm',
    );
    let job: { readonly unwritten: readonly UnwrittenFile[] } | undefined;
    const outcome = await study.run(training, {
      patience,
      watch: (folder) => {
        job = folder;
      },
      report: ({ live }) => {
        if (live?.epoch === 0) isFull = true;
      },
    });
    expect([outcome.status, outcome.error?.code]).toEqual(['failed', 'disk-full']);
    const files = job?.unwritten ?? [];
    expect(files.map(({ path }) => path)).toContain('maps/split-0/best-loss/validation/validation_image_level_metrics.tsv');
    expect(outcome.issues.find(({ code }) => code === 'files-unwritten')?.message).toContain(`${files.length} finished files`);
    for (const { path } of files)
      expect(outcome.written.includes(path) && (await disk.kindOf(path)) === undefined, path).toBe(false);
    for (const { path, bytes } of files) await disk.write(path, bytes);
    const written = await results(disk);
    for (const [path, content] of Object.entries(undisturbed)) expect(written[path], path).toBe(content);
  });
});

describe('a training whose browser cannot keep checkpoints', () => {
  it('goes on, and tells for how long', async () => {
    const store = memoryCheckpoints();
    let saves = 0;
    const study = await road(await copy(), 'wasm', {
      ...store,
      save: async (...call) => {
        if (++saves < 2) throw full('checkpoint of maps');
        return store.save(...call);
      },
    });
    const { patience, told } = watched(() => {});
    await study.must(training, { patience });
    expect(saves).toBeGreaterThan(1);
    expect(told.map((trouble) => trouble?.code)).toEqual(['disk-full', undefined]);
  });
});

describe.each([
  ['a permission that is withdrawn', withdrawn],
  ['a drive that is unplugged', gone],
])('%s', (_, fault) => {
  it.each([
    ['training', training],
    ['prediction', prediction],
    ['prepare-data', preparing],
  ])('in mid-%s: the command waits, goes on where it was, and ends with the same files', async (name, line) => {
    const [whole, disk] = [await road(await copy(), 'wasm'), await copy()];
    let isBroken = false;
    const { patience, told } = watched((pauses) => {
      isBroken = pauses < 4;
    });
    const study = await road(
      failing(disk, (action, path) => (isBroken ? fault(path, action) : undefined)),
      'wasm',
    );
    if (name === 'prediction') for (const one of [whole, study]) await one.must(training);
    const [expected, reports]: string[][] = [[], []];
    await whole.must(line, { report: ({ stage, done }) => expected.push(`${stage} ${done}`) });
    const outcome = await study.must(line, {
      patience,
      report: ({ stage, done }) => {
        reports.push(`${stage} ${done}`);
        if (reports.length === 2) isBroken = true;
      },
    });
    expect(outcome.status).toBe('done');
    expect(told.filter((trouble) => trouble?.waits).length).toBeGreaterThan(0);
    expect(told.at(-1)).toBeNull();
    expect(reports, 'no step is done twice').toEqual(expected);
    expect(await results(disk)).toEqual(await results(whole.workspace));
  });
});

it('a command that waits can be stopped', async () => {
  const stop = new AbortController();
  const { patience } = watched(() => stop.abort(), { signal: stop.signal });
  let isBroken = false;
  const study = await road(
    failing(await copy(), (_, path) => (isBroken ? gone(path) : undefined)),
    'wasm',
  );
  const outcome = await study.run(training, {
    patience,
    signal: stop.signal,
    report: () => {
      isBroken = true;
    },
  });
  expect(outcome.status).toBe('stopped');
});

it('a script is told after some trials', async () => {
  const { patience } = watched(() => {}, { trials: 4 });
  let isBroken = false;
  let tried = 0;
  const study = await road(
    failing(await copy(), (action, path) => {
      if (!isBroken || action !== 'write') return undefined;
      tried++;
      return withdrawn(path, action);
    }),
    'wasm',
  );
  const outcome = await study.run(training, {
    patience,
    report: () => {
      isBroken = true;
    },
  });
  expect([outcome.status, outcome.error?.code, tried]).toEqual(['failed', 'permission-withdrawn', 5]);
});
