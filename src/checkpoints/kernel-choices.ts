/** @file Which kernels were found to be the fastest, by device, row and shape; kept so that runs on one device compute alike. */
import { database } from './schema';

export interface KernelRecord {
  /** Adapter and browser. */
  readonly device: string;
  /** Row and shape, or what else was measured on the device. */
  readonly key: string;
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface KernelChoices {
  /** All that is kept of a device, by key. */
  of(device: string): Promise<ReadonlyMap<string, KernelRecord>>;
  /** Replaces what was kept under these keys. */
  keep(device: string, values: Readonly<Record<string, string>>, at: number): Promise<void>;
  /** Those keys of a device; all of it without. */
  forget(device: string, keys?: readonly string[]): Promise<void>;
}

/** In the browser's database. `name` is the database's. */
export function indexedDbKernelChoices(name?: string): KernelChoices {
  const ofDevice = (device: string): IDBKeyRange => IDBKeyRange.bound([device], [device, []]);
  return {
    async of(device) {
      const records = await (await database(name)).getAll('kernels', ofDevice(device));
      return new Map(records.map((record) => [record.key, record]));
    },
    async keep(device, values, at) {
      const transaction = (await database(name)).transaction('kernels', 'readwrite');
      const puts = Object.entries(values).map(([key, value]) => transaction.store.put({ device, key, value, at }));
      await Promise.all([...puts, transaction.done]);
    },
    async forget(device, keys) {
      const transaction = (await database(name)).transaction('kernels', 'readwrite');
      const gone =
        keys === undefined
          ? [transaction.store.delete(ofDevice(device))]
          : keys.map((key) => transaction.store.delete([device, key]));
      await Promise.all([...gone, transaction.done]);
    },
  };
}

/** Goes with the page. */
export function memoryKernelChoices(): KernelChoices {
  const records = new Map<string, KernelRecord>();
  const id = (device: string, key: string): string => JSON.stringify([device, key]);
  return {
    async of(device) {
      return new Map([...records.values()].filter((one) => one.device === device).map((one) => [one.key, one]));
    },
    async keep(device, values, at) {
      for (const [key, value] of Object.entries(values)) records.set(id(device, key), { device, key, value, at });
    },
    async forget(device, keys) {
      for (const [at, record] of records)
        if (record.device === device && (keys === undefined || keys.includes(record.key))) records.delete(at);
    },
  };
}

/** In the browser's database; with the page, where the browser gives it none. */
export function browserKernelChoices(): KernelChoices {
  let chosen: Promise<KernelChoices> | undefined;
  const choices = (): Promise<KernelChoices> => {
    chosen ??= database().then(() => indexedDbKernelChoices(), memoryKernelChoices);
    return chosen;
  };
  return {
    of: async (device) => (await choices()).of(device),
    keep: async (...call) => (await choices()).keep(...call),
    forget: async (...call) => (await choices()).forget(...call),
  };
}
