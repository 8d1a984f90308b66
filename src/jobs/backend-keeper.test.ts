/** @file Who wakes the graphics device, and what takes its place when it cannot be had. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { copyIntoFolder } from '../../test/disk-folder';
import { appError } from '../base/errors';
import { inlineReaders } from '../batches/inline-readers';
import { memoryKernelChoices } from '../checkpoints/kernel-choices';
import { memoryCheckpoints } from '../checkpoints/store';
import { type ChosenBackend, chooseBackend } from '../engine/choose-backend';
import { fakeDisk } from '../folders/fake-handles';
import { pickedFolder } from '../folders/picked-folder';
import { alone } from '../wasm/crew';
import { backendKeeper } from './backend-keeper';
import { computeService } from './compute-service';

/** A `navigator.gpu` with a real-looking adapter, whose device cannot be had; counts what it is asked. */
function brokenGpu() {
  const asked = { adapters: 0, devices: 0 };
  const limits = { maxBufferSize: 2 ** 28, maxStorageBufferBindingSize: 2 ** 27, maxComputeWorkgroupsPerDimension: 65535 };
  const info = { vendor: 'nvidia', architecture: 'ada', device: '', description: '' };
  const requestDevice = async (): Promise<never> => {
    asked.devices++;
    throw new DOMException('too many devices', 'OperationError');
  };
  const requestAdapter = async () => {
    asked.adapters++;
    return { info, limits, features: new Set(), requestDevice };
  };
  vi.stubGlobal('navigator', { gpu: { requestAdapter } });
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

async function service() {
  const disk = fakeDisk('study');
  await copyIntoFolder(pickedFolder(disk.handle), 'test/golden/study');
  const compute = computeService({
    readers: inlineReaders(),
    checkpoints: memoryCheckpoints(),
    kernelChoices: memoryKernelChoices(),
    crew: alone,
    asset: () => Promise.reject(new Error('no asset')),
  });
  const workspace = { kind: 'handle', handle: disk.handle, path: '' } as const;
  const events = { report: () => {}, issue: () => {}, log: () => {}, trouble: () => {} };
  return {
    compute,
    run: (line: string) => compute.run({ line, attended: false }, workspace, new AbortController().signal, events),
    workspace,
  };
}

const prepare = 'clinicadl prepare-data image caps t1-linear --extract_json image';
const train = (maps: string): string =>
  `clinicadl train classification caps image tsv/split/2_fold ${maps} --architecture Conv4_FC3 --epochs 1 --n_splits 2 --split 0 --batch_size 8`;

describe('a graphics adapter that gives no device', () => {
  it('is not even asked for by what runs no network', async () => {
    const asked = brokenGpu();
    const { compute, run, workspace } = await service();
    for (const line of [
      'clinicadl --help',
      'clinicadl train --help',
      prepare,
      'clinicadl tsvtools split tsv/labels_initial.tsv --n_test 4 --seed 0',
      'clinicadl train classification caps nowhere tsv/split/2_fold maps --n_splits 2',
    ])
      await run(line);
    const signal = new AbortController().signal;
    await compute.query('find-studies', {}, workspace, signal);
    await compute.query('inspect-caps', { caps_directory: 'caps' }, workspace, signal);
    expect(asked).toEqual({ adapters: 0, devices: 0 });
    expect(await compute.openedBackend()).toBeNull();
  });

  it('is replaced by the processor, which says why, and asked again by the next command', async () => {
    const asked = brokenGpu();
    const { compute, run } = await service();
    await run(prepare);
    for (const [i, maps] of ['first', 'second'].entries()) {
      const outcome = await run(train(maps));
      expect(outcome.status, outcome.error?.message).toBe('done');
      expect(outcome.output.join('\n')).toMatch(/Backend: wasm .*too many devices/);
      expect(asked.devices).toBe(i + 1);
    }
    expect(await compute.openedBackend()).toMatchObject({ name: 'wasm', reason: expect.stringContaining('too many devices') });
    await expect(compute.backend('webgpu')).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringContaining('too many devices'),
    });
    expect(await compute.backend(null)).toMatchObject({ name: 'wasm' });
  });
});

const wasm: Promise<ChosenBackend> = chooseBackend('wasm');

describe('the kept backend', () => {
  it('is opened once for all commands', async () => {
    let opened = 0;
    const counted = async (): Promise<ChosenBackend> => {
      opened++;
      return wasm;
    };
    const keeper = backendKeeper(alone, counted);
    expect(await keeper.opened()).toBeNull();
    for (let command = 0; command < 3; command++) {
      await keeper.begin();
      await keeper.info();
    }
    expect(opened).toBe(1);
  });

  it('stays when another that is asked for by name cannot be had', async () => {
    const keeper = backendKeeper(alone, (choice) =>
      choice === 'webgpu' ? Promise.reject(appError('backend-unavailable', { backend: choice, reason: 'none' })) : wasm,
    );
    const before = await keeper.info();
    await expect(keeper.use('webgpu')).rejects.toMatchObject({ code: 'backend-unavailable' });
    expect(await keeper.info()).toEqual(before);
  });

  it('is the processor after the graphics device was lost again and again, until another is asked for', async () => {
    let opened = 0;
    const counted = async (): Promise<ChosenBackend> => {
      opened++;
      return wasm;
    };
    const keeper = backendKeeper(alone, counted);
    await keeper.info();
    keeper.giveUpGpu();
    await keeper.begin();
    expect((await keeper.info()).reason).toContain('again and again');
    await keeper.use('auto');
    expect((await keeper.info()).reason).not.toContain('again and again');
    expect(opened).toBe(2);
  });
});
