import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CheckpointTables, Parts } from './commit';
import { checkpointStore, indexedDbCheckpoints, memoryCheckpoints, type RunRecord } from './store';
import { indexedDbTables, memoryTables } from './tables';

const record = (updatedAt: number): RunRecord => ({
  command: 'clinicadl train classification caps image tsv maps',
  workspace: null,
  maps: 'maps',
  split: 0,
  startedAt: 1,
  updatedAt,
  title: 'maps, split 0',
});

const partsOf = (n: number): Parts => ({
  weights: new Uint8Array(1000).fill(n),
  optimizer: new Uint8Array(500).fill(n + 100),
  loop: new TextEncoder().encode(`{"epoch": ${n}}`),
});

let databases = 0;
const stores = {
  'in memory': () => memoryTables(),
  'in IndexedDB': () => indexedDbTables(`checkpoints-${databases++}`),
};

for (const [kind, makeTables] of Object.entries(stores)) {
  describe(`checkpoints ${kind}`, () => {
    let tables: CheckpointTables;
    beforeEach(() => {
      tables = makeTables();
    });

    it('the newest of several saves is loaded, with its own record', async () => {
      const store = checkpointStore(tables);
      for (let n = 1; n <= 4; n++) await store.save('run', record(n), partsOf(n));
      expect(await store.load('run')).toEqual({ runId: 'run', record: record(4), parts: partsOf(4) });
      expect(await store.load('other')).toBeUndefined();
    });

    it('two generations are kept and no more', async () => {
      const store = checkpointStore(tables);
      for (let n = 1; n <= 4; n++) await store.save('run', record(n), partsOf(n));
      expect((await tables.pointers('run')).map((pointer) => pointer.generation)).toEqual([3, 4]);
      expect((await tables.partKeys('run')).map((key) => `${key.generation} ${key.name}`).sort()).toEqual(
        [3, 4].flatMap((generation) => ['loop', 'optimizer', 'weights'].map((name) => `${generation} ${name}`)),
      );
    });

    it('a part that changed on disk makes the one before count', async () => {
      const store = checkpointStore(tables);
      for (let n = 1; n <= 2; n++) await store.save('run', record(n), partsOf(n));
      const damaged = (await tables.getPart({ runId: 'run', generation: 2, name: 'optimizer' }))!;
      damaged[17] ^= 1;
      await tables.putPart({ runId: 'run', generation: 2, name: 'optimizer' }, damaged);
      expect((await store.load('run'))?.record.updatedAt).toBe(1);
      await tables.deletePart({ runId: 'run', generation: 1, name: 'loop' });
      await expect(store.load('run')).rejects.toMatchObject({ code: 'checkpoint-damaged', where: 'run' });
    });

    it('runs are listed once each, the last saved first, and forgotten one by one', async () => {
      const store = checkpointStore(tables);
      await store.save('a', record(10), partsOf(1));
      await store.save('b', record(20), partsOf(1));
      await store.save('a', record(30), partsOf(2));
      await store.save('ab', record(5), {});
      expect((await store.list()).map((run) => [run.runId, run.record.updatedAt, run.sizeBytes])).toEqual([
        ['a', 30, 1512],
        ['b', 20, 1512],
        ['ab', 5, 0],
      ]);
      await store.forget('a');
      await store.forget('a');
      expect((await store.list()).map((run) => run.runId)).toEqual(['b', 'ab']);
      expect(await tables.partKeys('a')).toEqual([]);
    });
  });
}

/** Tables that write down every change, as a list of functions that make the same change elsewhere. */
function recording(tables: CheckpointTables): { tables: CheckpointTables; log: ((to: CheckpointTables) => Promise<void>)[] } {
  const log: ((to: CheckpointTables) => Promise<void>)[] = [];
  const note = async (change: (to: CheckpointTables) => Promise<void>): Promise<void> => {
    log.push(change);
    await change(tables);
  };
  return {
    log,
    tables: {
      ...tables,
      putPart: (key, bytes) => note((to) => to.putPart(key, bytes)),
      deletePart: (key) => note((to) => to.deletePart(key)),
      putPointer: (pointer) => note((to) => to.putPointer(pointer)),
      deletePointer: (runId, generation) => note((to) => to.deletePointer(runId, generation)),
    },
  };
}

describe('a save that is cut short', () => {
  it('every prefix of the writes opens to a whole checkpoint, never older than the last that was saved', async () => {
    const source = memoryTables();
    const { tables, log } = recording(source);
    const store = checkpointStore(tables);
    const savedAfter: number[] = []; // number of writes when save n was done
    for (let n = 1; n <= 5; n++) {
      await store.save('run', record(n), partsOf(n));
      savedAfter.push(log.length);
    }
    expect(log.length).toBeGreaterThan(20);
    for (let length = 0; length <= log.length; length++) {
      const disk = memoryTables();
      for (const change of log.slice(0, length)) await change(disk);
      const reopened = checkpointStore(disk);
      const found = await reopened.load('run');
      const n = found?.record.updatedAt ?? 0;
      expect(n).toBeGreaterThanOrEqual(savedAfter.filter((writes) => writes <= length).length);
      if (found !== undefined) expect(found.parts).toEqual(partsOf(n));
      await reopened.save('run', record(9), partsOf(9));
      expect((await reopened.load('run'))?.parts).toEqual(partsOf(9));
      const kept = new Set((await disk.pointers('run')).map((pointer) => pointer.generation));
      expect((await disk.partKeys('run')).every((key) => kept.has(key.generation))).toBe(true);
    }
  });

  it('a writer that loses part of its bytes is noticed', async () => {
    const source = memoryTables();
    const torn: CheckpointTables = {
      ...source,
      putPart: (key, bytes) => source.putPart(key, key.generation === 2 ? bytes.slice(0, 400) : bytes),
    };
    const store = checkpointStore(torn);
    for (let n = 1; n <= 2; n++) await store.save('run', record(n), partsOf(n));
    expect((await store.load('run'))?.parts).toEqual(partsOf(1));
  });

  it('a full disk is told as such, keeps the last checkpoint and leaves no part behind', async () => {
    const source = memoryTables();
    let full = false;
    const store = checkpointStore({
      ...source,
      async putPart(key, bytes) {
        if (full && key.name === 'optimizer') throw new DOMException('full', 'QuotaExceededError');
        await source.putPart(key, bytes);
      },
    });
    await store.save('run', record(1), partsOf(1));
    full = true;
    await expect(store.save('run', record(2), partsOf(2))).rejects.toMatchObject({
      code: 'disk-full',
      cause: { name: 'QuotaExceededError' },
    });
    expect((await store.load('run'))?.parts).toEqual(partsOf(1));
    expect((await source.partKeys('run')).every((key) => key.generation === 1)).toBe(true);
    full = false;
    await store.save('run', record(3), partsOf(3));
    expect((await store.load('run'))?.parts).toEqual(partsOf(3));
  });
});

describe('the stores', () => {
  it('one in the database is found by another with the same name, one in memory is not', async () => {
    await indexedDbCheckpoints('shared').save('run', record(1), partsOf(1));
    expect(await indexedDbCheckpoints('shared').load('run')).toMatchObject({ record: { updatedAt: 1 } });
    await memoryCheckpoints().save('run', record(1), partsOf(1));
    expect(await memoryCheckpoints().list()).toEqual([]);
  });

  it('the transactions that write ask for the disk', async () => {
    const asked: (string | undefined)[] = [];
    const original = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (names, mode, options) {
      if (mode === 'readwrite') asked.push(options?.durability);
      return original.call(this, names, mode, options);
    };
    try {
      await indexedDbCheckpoints('durable').save('run', record(1), partsOf(1));
    } finally {
      IDBDatabase.prototype.transaction = original;
    }
    expect(asked).toEqual(['strict', 'strict', 'strict', 'strict']);
  });
});
