/** @file Checkpoints of trainings: what resuming needs, kept in the browser beside what is on disk. */
import { appError } from '../base/errors';
import type { HandleSource } from '../folders/source';
import { type CheckpointTables, clear, commit, newestWhole, type Parts, type Pointer } from './commit';
import { database } from './schema';
import { indexedDbTables, memoryTables } from './tables';

/** What a run is, for the list of runs that can be continued. */
export interface RunRecord {
  /** The `clinicadl …` line that started it. */
  readonly command: string;
  /** The folder that paths are relative to; null when it cannot be opened again (a folder in memory). */
  readonly workspace: HandleSource | null;
  /** Path of the MAPS in the workspace. */
  readonly maps: string;
  readonly split: number;
  /** Of several networks of the split the one that is trained; null or absent: it has one. */
  readonly network?: number | null;
  /** Epoch that the run goes on with, from 0, of `epochs`. */
  readonly epoch?: number;
  readonly epochs?: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly updatedAt: number;
  /** One line for people. */
  readonly title: string;
}

export interface SavedRun {
  readonly runId: string;
  readonly record: RunRecord;
  /** Of the newest checkpoint. */
  readonly sizeBytes: number;
}

export interface Checkpoint {
  readonly runId: string;
  readonly record: RunRecord;
  /** By the names they were saved under: `weights`, `optimizer`, … */
  readonly parts: Parts;
}

export interface CheckpointStore {
  /** Replaces the run's checkpoint; until this resolves, and when it rejects, the one before stays. Throws `disk-full`, `checkpoint-unsaved`. */
  save(runId: string, record: RunRecord, parts: Parts): Promise<void>;
  /** The newest whole checkpoint; undefined when the run has none. Throws `checkpoint-damaged` when none is whole. */
  load(runId: string): Promise<Checkpoint | undefined>;
  /** Runs with a checkpoint, the one saved last first. */
  list(): Promise<readonly SavedRun[]>;
  /** Deletes all that is kept of a run; nothing happens when there is none. */
  forget(runId: string): Promise<void>;
}

/** Checkpoints in the browser's database; they outlive tab and browser. `name` is the database's. */
export function indexedDbCheckpoints(name?: string): CheckpointStore {
  return checkpointStore(indexedDbTables(name));
}

/** Checkpoints in the browser's database; with the page, where the browser gives it none. */
export function browserCheckpoints(): CheckpointStore {
  let chosen: Promise<CheckpointStore> | undefined;
  const store = (): Promise<CheckpointStore> => {
    chosen ??= database().then(() => indexedDbCheckpoints(), memoryCheckpoints);
    return chosen;
  };
  return {
    save: async (...call) => (await store()).save(...call),
    load: async (...call) => (await store()).load(...call),
    list: async () => (await store()).list(),
    forget: async (...call) => (await store()).forget(...call),
  };
}

/** Checkpoints that go with the page. */
export function memoryCheckpoints(): CheckpointStore {
  return checkpointStore(memoryTables());
}

function sizeOf(pointer: Pointer): number {
  return pointer.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
}

/** The store over any place for parts and pointers. */
export function checkpointStore(tables: CheckpointTables): CheckpointStore {
  return {
    async save(runId, record, parts) {
      try {
        await commit(tables, runId, record, parts);
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        const details = { where: runId, cause: error };
        if (error.name !== 'QuotaExceededError') {
          // An abandoned transaction is an AbortError: taken as it is, the training would seem stopped by the person.
          throw appError('checkpoint-unsaved', { maps: record.maps, reason: error.message || error.name }, details);
        }
        const values = { path: `checkpoint of ${record.maps}`, folder: 'the storage of this browser' };
        throw appError('disk-full', values, details);
      }
    },

    async load(runId) {
      const found = await newestWhole(tables, runId);
      if (found === 'damaged') throw appError('checkpoint-damaged', { run: runId }, { where: runId });
      return found && { runId, record: found.pointer.record, parts: found.parts };
    },

    async list() {
      const newest = new Map<string, Pointer>();
      for (const pointer of await tables.pointers()) {
        const known = newest.get(pointer.runId);
        if (known === undefined || known.generation < pointer.generation) newest.set(pointer.runId, pointer);
      }
      return [...newest.values()]
        .map((pointer) => ({ runId: pointer.runId, record: pointer.record, sizeBytes: sizeOf(pointer) }))
        .sort((a, b) => b.record.updatedAt - a.record.updatedAt);
    },

    async forget(runId) {
      await clear(tables, runId, () => true);
    },
  };
}
