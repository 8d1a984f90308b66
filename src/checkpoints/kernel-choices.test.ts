import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { indexedDbKernelChoices, memoryKernelChoices } from './kernel-choices';
import { database } from './schema';

let databases = 0;
const stores = {
  'in memory': memoryKernelChoices,
  'in IndexedDB': () => indexedDbKernelChoices(`kernels-${databases++}`),
};

describe.each(Object.entries(stores))('choices of kernels %s', (_, make) => {
  it('are kept by device and row, and replaced', async () => {
    const choices = make();
    await choices.keep('a', { x: 'one', y: 'two' }, 1);
    await choices.keep('b', { x: 'three' }, 2);
    await choices.keep('a', { y: 'four' }, 3);
    expect([...(await choices.of('a')).values()]).toEqual([
      { device: 'a', key: 'x', value: 'one', at: 1 },
      { device: 'a', key: 'y', value: 'four', at: 3 },
    ]);
    expect((await choices.of('c')).size).toBe(0);
  });

  it('are forgotten by row, or all of a device; those of others stay', async () => {
    const choices = make();
    await choices.keep('a', { x: 'one', y: 'two' }, 1);
    await choices.keep('ab', { x: 'three' }, 2);
    await choices.forget('a', ['x']);
    expect([...(await choices.of('a')).keys()]).toEqual(['y']);
    await choices.forget('a');
    expect((await choices.of('a')).size).toBe(0);
    expect((await choices.of('ab')).size).toBe(1);
  });
});

it('a database of the version before gets a place for them, and keeps what it has', async () => {
  const claim = { id: 'claim' };
  const opening = indexedDB.open('kernels-before', 2);
  opening.onupgradeneeded = () => {
    for (const name of ['parts', 'pointers']) opening.result.createObjectStore(name);
    for (const name of ['folders', 'claims']) opening.result.createObjectStore(name, { keyPath: 'id' });
  };
  await new Promise((resolve) => (opening.onsuccess = resolve));
  const writing = opening.result.transaction('claims', 'readwrite');
  writing.objectStore('claims').put(claim);
  await new Promise((resolve) => (writing.oncomplete = resolve));
  opening.result.close();
  const now = await database('kernels-before');
  expect(await now.getAll('claims')).toEqual([claim]);
  expect(now.objectStoreNames).toContain('kernels');
});
