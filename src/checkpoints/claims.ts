/**
 * @file Which folders are being worked in, in all tabs of this browser.
 *
 * Work claims a place. A claim has two parts: a lock of the browser, which ends with the tab however that ends, and a row of the
 * database with the folder's handle, by which other tabs find out whether their folder is the same, lies in it or around it. Names
 * say nothing: two folders may share one, and one folder may be opened in several ways.
 */
import { appError } from '../base/errors';
import type { HandlePlace } from '../folders/picked-folder';

/**
 * `command`: alone in its folder. `edit`: whole files written or removed by a script, which may meet each other. `copy`: fills a new
 * folder of the private file system, which is whole only when it ends.
 */
export type ClaimKind = 'command' | 'edit' | 'copy';

export interface Claim extends HandlePlace {
  readonly id: string;
  readonly kind: ClaimKind;
}

/** Where the rows lie. */
export interface ClaimTable {
  put(claim: Claim): Promise<void>;
  all(): Promise<readonly Claim[]>;
  delete(id: string): Promise<void>;
}

export type Locks = Pick<LockManager, 'request' | 'query'>;

const registry = 'clinicadl-claims';
const prefix = 'clinicadl-claim';
/** The name is told for claims whose row could not be written: then it is all there is to compare. */
const lockName = ({ kind, id, handle }: Claim): string => `${prefix} ${kind} ${id} ${handle.name}`;

/** True when one place is the other, or lies in it. */
export async function meet(a: HandlePlace, b: HandlePlace): Promise<boolean> {
  const names = ({ path }: HandlePlace): string[] => path.split('/').filter((name) => name !== '');
  const oneInOther = (first: readonly string[], second: readonly string[]): boolean =>
    first.slice(0, second.length).every((name, i) => name === second[i]);
  try {
    const down = await a.handle.resolve(b.handle);
    if (down !== null) return oneInOther(names(a), [...down, ...names(b)]);
    const up = await b.handle.resolve(a.handle);
    return up !== null && oneInOther([...up, ...names(a)], names(b));
  } catch {
    return a.handle.name === b.handle.name; // a folder that is gone cannot be compared otherwise
  }
}

interface Standing {
  readonly living: readonly Claim[];
  /** Of tabs that ended in the middle of their work. */
  readonly dead: readonly Claim[];
  /** Kind and folder of living claims without a row. */
  readonly unknown: readonly { readonly kind: string; readonly name: string }[];
}

export class Claims {
  readonly #table: ClaimTable;
  readonly #locks: Locks | undefined;

  /** @param locks undefined in browsers that have none: then nothing is claimed, and nothing refused. */
  constructor(table: ClaimTable, locks: Locks | undefined) {
    this.#table = table;
    this.#locks = locks;
  }

  /** Runs work while nobody else works there. Throws `folder-busy` before it begins. */
  async alone<T>(place: HandlePlace, kind: ClaimKind, work: () => Promise<T>): Promise<T> {
    const release = await this.#claim(place, kind);
    try {
      return await work();
    } finally {
      await release();
    }
  }

  /** Whether someone works at a place, and the claims there of tabs that ended in the middle of their work. */
  async look(place: HandlePlace): Promise<{ readonly busy: boolean; readonly dead: readonly Claim[] }> {
    const { living, dead, unknown } = await this.#standing();
    const here: Claim[] = [];
    for (const claim of dead) if (await meet(place, claim)) here.push(claim);
    const busy = unknown.some(({ name }) => name === place.handle.name) || (await this.#first(place, living)) !== undefined;
    return { busy, dead: here };
  }

  /** Copies into the private file system that were not finished: the folders lack files. */
  async cutCopies(): Promise<readonly Claim[]> {
    return (await this.#standing()).dead.filter(({ kind }) => kind === 'copy');
  }

  async forget(claims: readonly Claim[]): Promise<void> {
    await Promise.all(claims.map(({ id }) => this.#table.delete(id)));
  }

  /** Resolves when one of the claims that live now has ended; at once when there is none. */
  async nextEnd(signal: AbortSignal): Promise<void> {
    const locks = this.#locks;
    if (locks === undefined) return;
    const names = await heldNames(locks);
    if (names.length === 0) return;
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    await Promise.race(names.map((name) => locks.request(name, { mode: 'shared', signal: either }, () => undefined)));
    over.abort();
  }

  async #first(place: HandlePlace, claims: readonly Claim[]): Promise<Claim | undefined> {
    for (const claim of claims) if (await meet(place, claim)) return claim;
    return undefined;
  }

  async #standing(): Promise<Standing> {
    if (this.#locks === undefined) return { living: [], dead: [], unknown: [] };
    const held = new Map(
      (await heldNames(this.#locks)).map((name) => {
        const [, kind, id, ...folder] = name.split(' ');
        return [id, { kind, name: folder.join(' ') }];
      }),
    );
    const rows = await this.#table.all().catch((): readonly Claim[] => []); // without the database, names must do
    const living = rows.filter(({ id }) => held.has(id));
    for (const { id } of living) held.delete(id);
    return { living, dead: rows.filter((row) => !living.includes(row)), unknown: [...held.values()] };
  }

  /** One at a time in all tabs; a browser that forbids locks with the site's data lets it pass. */
  async #underRegistry<T>(locks: Locks, work: () => Promise<T>): Promise<T> {
    let begun = false;
    try {
      return (await locks.request(registry, () => {
        begun = true;
        return work();
      })) as T;
    } catch (error) {
      if (begun) throw error;
      return work();
    }
  }

  /** Resolves, once the place is claimed, to what gives it free. */
  async #claim(place: HandlePlace, kind: ClaimKind): Promise<() => Promise<void>> {
    const locks = this.#locks;
    if (locks === undefined) return async () => {};
    return this.#underRegistry(locks, async () => {
      const { living, unknown } = await this.#standing();
      const mayMeet = (other: string): boolean => kind === 'edit' && other === 'edit';
      const other = await this.#first(
        place,
        living.filter((claim) => !mayMeet(claim.kind)),
      );
      const nameless = unknown.find((claim) => !mayMeet(claim.kind) && claim.name === place.handle.name);
      if (other !== undefined || nameless !== undefined) throw busy(other?.handle.name ?? place.handle.name);
      const claim: Claim = { id: crypto.randomUUID(), kind, handle: place.handle, path: place.path };
      await this.#table.put(claim).catch(() => undefined); // a full disk: the lock's name must do
      const lock = await hold(locks, lockName(claim)).catch(() => ({ release: () => {} }));
      return () =>
        // Row and lock go together, as seen by whoever looks.
        this.#underRegistry(locks, async () => {
          await this.#table.delete(claim.id).catch(() => undefined);
          lock.release();
        });
    });
  }
}

function busy(folder: string): Error {
  return appError('folder-busy', { folder }, { where: folder });
}

async function heldNames(locks: Locks): Promise<string[]> {
  const { held = [] } = await locks.query().catch((): LockManagerSnapshot => ({})); // forbidden with the site's data
  return held.flatMap(({ name }) => (name?.startsWith(`${prefix} `) ? [name] : []));
}

async function hold(locks: Locks, name: string): Promise<{ release(): void }> {
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await new Promise<void>((resolve, reject) => {
    const held = locks.request(name, () => {
      resolve();
      return released;
    });
    held.catch(reject);
  });
  return { release };
}
