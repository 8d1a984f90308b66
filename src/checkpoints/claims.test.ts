import { describe, expect, it } from 'vitest';
import { type Claim, Claims, type ClaimTable, type Locks } from './claims';

/** The part of the Web Locks API that claims use. `killTab` ends the locks of a tab without running anything of it. */
function fakeBrowser() {
  const held = new Map<string, { readonly tab: string; free(): void }>();
  const waiting: { readonly name: string; grant(): void }[] = [];
  const next = (): void => {
    const i = waiting.findIndex(({ name }) => !held.has(name));
    if (i >= 0) waiting.splice(i, 1)[0]!.grant();
  };
  const locksOf = (tab: string): Locks =>
    ({
      query: async () => ({ held: [...held.keys()].map((name) => ({ name })), pending: [] }),
      request: async (name: string, ...rest: unknown[]) => {
        const work = rest.at(-1) as () => unknown;
        const { signal } = (rest.length > 1 ? rest[0] : {}) as { signal?: AbortSignal };
        await new Promise<void>((grant, reject) => {
          waiting.push({ name, grant });
          signal?.addEventListener('abort', () => reject(signal.reason));
          next();
        });
        const free = (): void => {
          held.delete(name);
          next();
        };
        held.set(name, { tab, free });
        try {
          return await work();
        } finally {
          if (held.has(name)) free();
        }
      },
    }) as Locks;
  const rows = new Map<string, Claim>();
  const table: ClaimTable = {
    put: async (claim) => void rows.set(claim.id, claim),
    all: async () => [...rows.values()],
    delete: async (id) => void rows.delete(id),
  };
  return {
    rows,
    table,
    tab: (name: string, place = table) => new Claims(place, locksOf(name)),
    killTab: (name: string): void => {
      for (const { tab, free } of held.values()) if (tab === name) free();
    },
  };
}

/** A handle that knows where it lies; its name says less than that. */
function handle(disk: string, path: string): FileSystemDirectoryHandle {
  const at = path.split('/').filter((name) => name !== '');
  const own = {
    disk,
    at,
    name: at.at(-1) ?? '',
    resolve: async (other: { readonly disk: string; readonly at: readonly string[] }) =>
      other.disk === disk && at.every((name, i) => other.at[i] === name) ? other.at.slice(at.length) : null,
  };
  return own as unknown as FileSystemDirectoryHandle;
}
const place = (path: string, inside = '', disk = 'home') => ({ handle: handle(disk, path), path: inside });

/** Work that is under way until it is ended. */
async function working(claims: Claims, ...[where, kind]: [ReturnType<typeof place>, ('command' | 'edit' | 'copy')?]) {
  let end: () => void = () => {};
  let begun: () => void = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const done = claims.alone(where, kind ?? 'command', () => {
    begun();
    return new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  await Promise.race([started, done]);
  const over = async (): Promise<void> => {
    end();
    await done;
  };
  return { end: over };
}

describe('a folder that a command works in', () => {
  const ways: readonly (readonly [string, ReturnType<typeof place>])[] = [
    ['the folder itself', place('a/study')],
    ['the folder around it', place('a')],
    ['a folder in it', place('a/study/maps')],
    ['a path in the folder around it', place('a', 'study')],
    ['a path in it', place('a/study', 'maps')],
  ];
  it.each(ways)('is refused to another tab that opened %s', async (_, where) => {
    const browser = fakeBrowser();
    const first = await working(browser.tab('one'), place('a/study'));
    for (const kind of ['command', 'edit', 'copy'] as const) {
      const refused = browser.tab('two').alone(where, kind, async () => 'written');
      await expect(refused, kind).rejects.toMatchObject({ code: 'folder-busy', where: 'study' });
    }
    expect((await browser.tab('two').look(where)).busy).toBe(true);
    await first.end();
    expect(await browser.tab('two').alone(where, 'command', async () => 'written')).toBe('written');
    expect(browser.rows.size).toBe(0);
  });

  const others: readonly (readonly [string, ReturnType<typeof place>])[] = [
    ['another folder of the same name', place('b/study')],
    ['a folder beside it', place('a/study2')],
    ['a folder of the same path on another disk', place('a/study', '', 'stick')],
    ['a path beside it', place('a', 'study2')],
  ];
  it.each(others)('does not keep another tab from %s', async (_, where) => {
    const browser = fakeBrowser();
    await working(browser.tab('one'), place('a/study'));
    expect(await browser.tab('two').alone(where, 'command', async () => 'written')).toBe('written');
  });

  it('is free when its tab was killed, and known as dead until that is forgotten', async () => {
    const browser = fakeBrowser();
    await working(browser.tab('one'), place('a/study'));
    await working(browser.tab('one'), place('b/study'), 'copy');
    browser.killTab('one');
    const claims = browser.tab('two');
    const { busy, dead } = await claims.look(place('a'));
    expect([busy, dead.map(({ kind }) => kind)]).toEqual([false, ['command']]);
    expect((await claims.cutCopies()).map(({ handle: { name } }) => name)).toEqual(['study']);
    expect(await claims.alone(place('a/study'), 'command', async () => 'written')).toBe('written');
    await claims.forget(dead);
    expect((await claims.look(place('a'))).dead).toEqual([]);
  });

  it('is told by its name when the database is full', async () => {
    const browser = fakeBrowser();
    const full = { ...browser.table, put: () => Promise.reject(new DOMException('full', 'QuotaExceededError')) };
    await working(browser.tab('one', full), place('a/my study'));
    const two = browser.tab('two', full);
    await expect(two.alone(place('b/my study'), 'command', async () => {})).rejects.toMatchObject({ code: 'folder-busy' });
    expect(await two.alone(place('b/other'), 'command', async () => 'written')).toBe('written');
  });
});

describe('claims', () => {
  it('edits meet each other, but no command', async () => {
    const browser = fakeBrowser();
    const edit = await working(browser.tab('one'), place('a'), 'edit');
    expect(await browser.tab('two').alone(place('a'), 'edit', async () => 'written')).toBe('written');
    await expect(browser.tab('two').alone(place('a'), 'command', async () => {})).rejects.toMatchObject({ code: 'folder-busy' });
    await edit.end();
  });

  it('of two that ask at the same moment, one gets the folder', async () => {
    const browser = fakeBrowser();
    const ends = await Promise.allSettled(
      ['one', 'two', 'three'].map((tab) => browser.tab(tab).alone(place('a'), 'command', () => Promise.resolve(tab))),
    );
    const forever = await working(browser.tab('one'), place('a'));
    const late = await Promise.allSettled(
      ['two', 'three'].map((tab) => browser.tab(tab).alone(place('a'), 'command', () => Promise.resolve(tab))),
    );
    expect(ends.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(late.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await forever.end();
  });

  it('what work throws comes through, and the folder is free again', async () => {
    const browser = fakeBrowser();
    const claims = browser.tab('one');
    await expect(claims.alone(place('a'), 'command', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await claims.alone(place('a'), 'command', async () => 'again')).toBe('again');
  });

  it('tell when the next of them ends', async () => {
    const browser = fakeBrowser();
    const first = await working(browser.tab('one'), place('a'));
    await working(browser.tab('one'), place('b'));
    let told = false;
    const end = browser
      .tab('two')
      .nextEnd(new AbortController().signal)
      .then(() => {
        told = true;
      });
    await new Promise((resolve) => setTimeout(resolve));
    expect(told).toBe(false);
    await first.end();
    await end;
    expect(told).toBe(true);
  });

  it('where the browser forbids locks, nothing is refused and nothing fails', async () => {
    const { table } = fakeBrowser();
    const forbid = () => Promise.reject(new DOMException('no', 'SecurityError'));
    const claims = new Claims(table, { request: forbid, query: forbid } as unknown as Locks);
    expect(await claims.alone(place('a'), 'command', async () => 'written')).toBe('written');
    await expect(claims.alone(place('a'), 'command', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect((await claims.look(place('a'))).busy).toBe(false);
    await claims.nextEnd(new AbortController().signal);
  });

  it('without locks in the browser nothing is refused', async () => {
    const { table } = fakeBrowser();
    const claims = new Claims(table, undefined);
    await working(claims, place('a'));
    expect(await claims.alone(place('a'), 'command', async () => 'written')).toBe('written');
  });
});
