/** @file Where parts and pointers of checkpoints lie: the browser's database, and memory; and where claims lie. */
import type { ClaimTable } from './claims';
import type { CheckpointTables, PartKey, Pointer } from './commit';
import { database } from './schema';

/** On disk when a call resolves: browsers answer earlier unless asked for this. */
const strict = { durability: 'strict' } as const;

/** All keys that begin with the run: an array is above every number and text. */
function runRange(runId: string): IDBKeyRange {
  return IDBKeyRange.bound([runId], [runId, []]);
}

/** Tables in the database `name`, by default the app's own. */
export function indexedDbTables(name?: string): CheckpointTables {
  const writing = async <Store extends 'parts' | 'pointers'>(store: Store) =>
    (await database(name)).transaction(store, 'readwrite', strict);
  return {
    async putPart(key, bytes) {
      const transaction = await writing('parts');
      await Promise.all([transaction.store.put(bytes, [key.runId, key.generation, key.name]), transaction.done]);
    },
    async getPart(key) {
      return (await database(name)).get('parts', [key.runId, key.generation, key.name]);
    },
    async partKeys(runId) {
      const keys = await (await database(name)).getAllKeys('parts', runRange(runId));
      return keys.map(([run, generation, part]) => ({ runId: run, generation, name: part }));
    },
    async deletePart(key) {
      const transaction = await writing('parts');
      await Promise.all([transaction.store.delete([key.runId, key.generation, key.name]), transaction.done]);
    },
    async putPointer(pointer) {
      const transaction = await writing('pointers');
      await Promise.all([transaction.store.put(pointer, [pointer.runId, pointer.generation]), transaction.done]);
    },
    async pointers(runId) {
      return (await database(name)).getAll('pointers', runId === undefined ? undefined : runRange(runId));
    },
    async deletePointer(runId, generation) {
      const transaction = await writing('pointers');
      await Promise.all([transaction.store.delete([runId, generation]), transaction.done]);
    },
  };
}

/** Tables in memory; what is put in and taken out are copies. */
export function memoryTables(): CheckpointTables {
  const parts = new Map<string, { readonly key: PartKey; readonly bytes: Uint8Array<ArrayBuffer> }>();
  const pointers = new Map<string, Pointer>();
  const id = (key: PartKey): string => JSON.stringify([key.runId, key.generation, key.name]);
  return {
    async putPart(key, bytes) {
      parts.set(id(key), { key, bytes: bytes.slice() });
    },
    async getPart(key) {
      return parts.get(id(key))?.bytes.slice();
    },
    async partKeys(runId) {
      return [...parts.values()].map(({ key }) => key).filter((key) => key.runId === runId);
    },
    async deletePart(key) {
      parts.delete(id(key));
    },
    async putPointer(pointer) {
      pointers.set(JSON.stringify([pointer.runId, pointer.generation]), pointer);
    },
    async pointers(runId) {
      return [...pointers.values()].filter((pointer) => runId === undefined || pointer.runId === runId);
    },
    async deletePointer(runId, generation) {
      pointers.delete(JSON.stringify([runId, generation]));
    },
  };
}

/** Claims in the database `name`, by default the app's own. */
export function indexedDbClaims(name?: string): ClaimTable {
  return {
    async put(claim) {
      await (await database(name)).put('claims', claim);
    },
    async all() {
      return (await database(name)).getAll('claims');
    },
    async delete(id) {
      await (await database(name)).delete('claims', id);
    },
  };
}
