/** @file The files of an epoch are written while the next one is computed, and are whole when the command is over. */
import { expect, it } from 'vitest';
import type { Folder } from '../src/folders/folder';
import { road } from './road';
import { contentOf } from './road-files';
import { goldenRoad, goldenTraining } from './road-study';

/** A folder in which a file is written when `free` resolves. */
function held(folder: Folder, name: string, free: Promise<void>): Folder {
  return {
    ...folder,
    write: async (path, bytes) => {
      if (path.endsWith(name)) await free;
      return folder.write(path, bytes);
    },
    sub: (path) => held(folder.sub(path), name, free),
  };
}

/** All but the log and events, which tell the time. */
const timeless = async (folder: Folder): Promise<[string, unknown][]> =>
  Object.entries(await contentOf(folder)).filter(([path]) => !path.includes('/training_logs/'));

const line = goldenTraining('maps', '-lr 0.001 --epochs 3 -s 0');

it.each(['tmp/checkpoint.pth.tar', 'best-loss/model.pth.tar'])(
  'batches of the next epoch are reported while %s is being written, and the files are the same',
  async (name) => {
    const study = await goldenRoad();
    await study.must(line);
    const expected = await timeless(study.workspace);
    const again = await goldenRoad();
    let free: () => void = () => {};
    const slow = held(again.workspace, name, new Promise((resolve) => (free = resolve)));
    const done: number[] = [];
    await (await road(slow, 'wasm')).must(line, {
      report: (progress) => {
        if (progress.stage !== 'train split 0') return;
        done.push(progress.done);
        // Three epochs: a batch of the second.
        if (3 * progress.done > progress.total) free();
      },
    });
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(await timeless(again.workspace)).toEqual(expected);
  },
);
