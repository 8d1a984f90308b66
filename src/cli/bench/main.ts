/** @file The benchmark itself, wherever it runs: check, measure the peaks, then row by row. */

import { estimateMemory } from '../../engine/webgpu/buffers';
import { layoutLimits } from '../../engine/webgpu/limits';
import type { GpuDevice } from '../../gpu/device';
import { gate } from './gate';
import type { BenchHost } from './host';
import { brainCases, lossOf, networkOf, optimizer } from './networks';
import { arithmeticPeak, copyBandwidth } from './peaks';
import type { Gpu, Report, Row, TableName } from './report';
import { openBoth } from './run';
import { tasksOf } from './tasks';
import { headerLines, headLines, rowLines } from './text';

export interface BenchOptions {
  readonly rounds: number;
  /** Regular expression; rows with such a name. */
  readonly only: string;
  readonly full: boolean;
  /** Print names only. */
  readonly list: boolean;
}

async function measureGpu(gpu: GpuDevice): Promise<Gpu> {
  const { adapter, software, limits, half } = gpu;
  const { description, device } = gpu.device.adapterInfo;
  const driver = [description, device].filter((word) => word !== '').join(', ') || 'not told';
  return { adapter, software, driver, limits, half, peak: await arithmeticPeak(gpu), copy: await copyBandwidth(gpu) };
}

/** Runs it; null after a list of names. Rejects when the gate finds a wrong number; a row that fails is among the failures. */
export async function bench(host: BenchHost, { rounds, only, full, list }: BenchOptions): Promise<Report | null> {
  const device = await openBoth();
  const wanted = new RegExp(only, 'i');
  const tasks = tasksOf(device, full).filter(({ name }) => wanted.test(name));
  if (list) {
    for (const { name } of tasks) host.print(name);
    return null;
  }
  if (tasks.length === 0) throw new Error(`No row's name matches "${only}": --list shows them.`);
  const checked = await gate(device);
  const gpu = await measureGpu(device);
  const request = { network: networkOf(brainCases[0]), loss: lossOf(brainCases[0]), optimizer, batchSize: 1 };
  const { bytes } = estimateMemory(request, layoutLimits(device, { largestBinding: 128 * 2 ** 20 }));
  const head = { machine: await host.machine(), gpu, gate: checked, wholeBrainBytes: bytes };
  for (const line of headerLines(head)) host.print(line);

  const rows: Row[] = [];
  const failures: { name: string; message: string }[] = [];
  let table: TableName | undefined;
  for (const { name, run } of tasks) {
    try {
      const row: Row = { name, ...(await run({ host, gpu: device, peak: gpu.peak, copy: gpu.copy, rounds })) };
      rows.push(row);
      const lines = row.table === table ? [] : headLines(row.table);
      for (const line of [...lines, ...rowLines(row)]) host.print(line);
      table = row.table;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push({ name, message });
      host.print(`${name} failed: ${message}`);
      if (device.failed) break;
    }
  }
  return { ...head, rounds, rows, failures };
}
