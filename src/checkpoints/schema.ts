/**
 * @file The database of this page in the browser: checkpoints of running trainings, folders that were opened before, claims, and the
 * kernels that a device was found to compute with fastest.
 */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Claim } from './claims';
import type { Pointer } from './commit';
import type { KernelRecord } from './kernel-choices';
import type { RecentFolder } from './recent-folders';

export interface Database extends DBSchema {
  /** Key: run, generation, name of the part. */
  parts: { key: [string, number, string]; value: Uint8Array<ArrayBuffer> };
  /** Key: run, generation. */
  pointers: { key: [string, number]; value: Pointer };
  /** Key: `id` of the folder. */
  folders: { key: string; value: RecentFolder };
  /** Key: `id` of the claim. */
  claims: { key: string; value: Claim };
  /** Key: device, key. */
  kernels: { key: [string, string]; value: KernelRecord };
}

const version = 3;

/** Opens a database of this form, making it when there is none. `onClosed` is called when the browser closes it later. */
async function openDatabase(name: string, onClosed: () => void): Promise<IDBPDatabase<Database>> {
  return openDB<Database>(name, version, {
    upgrade(database, oldVersion) {
      if (oldVersion < 1) {
        database.createObjectStore('parts');
        database.createObjectStore('pointers');
        database.createObjectStore('folders', { keyPath: 'id' });
      }
      if (oldVersion < 2) database.createObjectStore('claims', { keyPath: 'id' });
      database.createObjectStore('kernels', { keyPath: ['device', 'key'] });
    },
    blocking(_current, _blocked, event) {
      // Another tab has a newer version of this page; holding on would stop it.
      (event.target as IDBDatabase).close();
      onClosed();
    },
    terminated: onClosed,
  });
}

const opened = new Map<string, Promise<IDBPDatabase<Database>>>();

/** The name of the app's own database. */
const databaseName = 'clinicadl';

/** The open database of that name; opened at the first call, and again after the browser closed it. */
export function database(name: string = databaseName): Promise<IDBPDatabase<Database>> {
  let pending = opened.get(name);
  if (pending === undefined) {
    pending = openDatabase(name, () => opened.delete(name));
    pending.catch(() => opened.delete(name));
    opened.set(name, pending);
  }
  return pending;
}
