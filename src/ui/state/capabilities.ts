/** @file What this browser can do for the app, found by asking, not by its name. */

import { threadsHere } from '../../base/threads';
import type { BackendInfo } from '../../engine/executor';
import { fileSize } from '../parts/words';
import { privateRoot } from './session';

export interface Capability {
  readonly name: 'gpu' | 'processor' | 'folders' | 'storage';
  readonly title: string;
  readonly icon: string;
  /** `less`: works, with a limit. */
  readonly level: 'full' | 'less' | 'none';
  readonly text: string;
}

/** Adapter of the GPU, threads of the processor, folders on the disk, space in the browser. `opened`: what the commands so far were computed with. */
export async function findCapabilities(opened: BackendInfo | null): Promise<readonly Capability[]> {
  return [await gpu(opened), processor(), folders(), await storage()];
}

async function gpu(opened: BackendInfo | null): Promise<Capability> {
  const common = { name: 'gpu', title: 'Graphics processor', icon: 'chip' } as const;
  if (!('gpu' in navigator)) {
    return {
      ...common,
      level: 'none',
      text: 'This browser has no WebGPU: networks are trained on the processor, which is slow. Chrome or Edge have it.',
    };
  }
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (adapter === null) {
    return {
      ...common,
      level: 'none',
      text: 'WebGPU is there, but no graphics processor answers: networks are trained on the processor, which is slow. Hardware acceleration may be off in the settings of the browser.',
    };
  }
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const device = description || [vendor, architecture].filter((part) => part !== '').join(' ') || 'unnamed adapter';
  if (isFallbackAdapter === true || /swiftshader|llvmpipe/i.test(`${vendor} ${architecture} ${description}`)) {
    return {
      ...common,
      level: 'less',
      text: `A software adapter (${device}) stands in for a graphics processor: small networks only.`,
    };
  }
  if (opened !== null && opened.name !== 'webgpu') return { ...common, level: 'less', text: opened.reason };
  return { ...common, level: 'full', text: `WebGPU on ${device}: networks are trained there.` };
}

function processor(): Capability {
  const common = { name: 'processor', title: 'Processor', icon: 'chip' } as const;
  const [threads, cores] = [threadsHere(), navigator.hardwareConcurrency];
  if (threads > 1)
    return { ...common, level: 'full', text: `${threads} threads share the work where no graphics processor does it.` };
  if (cores === 1) return { ...common, level: 'full', text: 'It has one core, so one thread does the work.' };
  return {
    ...common,
    level: 'less',
    text: `Networks are computed by one thread, though there are ${cores} cores: this page is not isolated from others. Its server lacks two headers: see "Hosting" in the guide.`,
  };
}

function folders(): Capability {
  const common = { name: 'folders', title: 'Your folders', icon: 'folder' } as const;
  if ('showDirectoryPicker' in window) {
    return { ...common, level: 'full', text: 'Folders are opened where they are, and results are written into them.' };
  }
  return {
    ...common,
    level: 'less',
    text: 'This browser cannot write into your folders: they are copied into its private storage, and results are downloaded as a zip file.',
  };
}

async function storage(): Promise<Capability> {
  const common = { name: 'storage', title: 'Private storage', icon: 'disk' } as const;
  if ((await privateRoot()) === undefined) {
    return {
      ...common,
      level: 'none',
      text: 'The browser gives this page no storage: the sample study and copies of your folders are kept in memory and are gone when this tab is closed, and no training can be resumed. Allow this site to keep data, or open a folder of your disk.',
    };
  }
  const { quota = 0, usage = 0 } = await navigator.storage.estimate().catch((): StorageEstimate => ({}));
  const kept = await navigator.storage.persisted().catch(() => false);
  return {
    ...common,
    level: kept ? 'full' : 'less',
    text: `${fileSize(Math.max(0, quota - usage))} free, ${fileSize(usage)} used. ${kept ? 'The browser keeps it.' : 'The browser may clear it when the disk is full.'}`,
  };
}

/** All of them in one sentence. How to get what is missing is told beside each. */
export function summaryOf(found: readonly Pick<Capability, 'name' | 'level'>[]): string {
  const level = (name: Capability['name']): Capability['level'] | undefined => found.find((one) => one.name === name)?.level;
  if (level('storage') === 'none')
    return 'Everything but keeping data in this browser: what is not saved on your disk goes with this tab.';
  if (level('gpu') === 'none')
    return 'Everything but training on the graphics processor: keep to small networks and small images.';
  if (level('folders') !== 'full') return 'Everything but writing into your folders: results are downloaded as a zip file.';
  return level('gpu') === 'full'
    ? 'All that this app needs.'
    : 'All that this app needs, though without a real graphics processor.';
}

/** Asks the browser never to clear the private storage by itself. */
export async function keepStorage(): Promise<boolean> {
  return (await navigator.storage?.persist?.()) ?? false;
}
