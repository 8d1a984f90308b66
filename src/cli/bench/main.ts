/**
 * @file The benchmark: TensorFlow.js on WebGPU and our kernels in turns on one device, in Node on any Vulkan driver.
 *
 * Options: `--rounds N` (5), `--only TEXT` (comparisons whose name contains it), `--full` (true sizes on a software adapter too).
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import type { GpuDevice } from '../../gpu/device';
import { buildNetwork } from '../../networks/registry';
import { openTfjsBackend } from '../../networks/tfjs-backend';
import { estimateMemory } from '../../networks/webgpu-buffers';
import { layoutLimits } from '../../networks/webgpu-executor';
import { gate } from './gate';
import { compareNetwork, nameOf, networkCases } from './networks';
import { layersOf, operationRuns } from './operations';
import { arithmeticPeak, copyBandwidth } from './peaks';
import { openBoth } from './run';
import type { Comparison } from './timing';

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function line({ name, stock, ours, ratio }: Comparison, share = ''): string {
  const spread = `${digits(ratio.low)}–${digits(ratio.high)}`;
  return `${name.padEnd(48)} ${digits(stock).padStart(8)} ${digits(ours).padStart(8)} ${`×${digits(ratio.median)}`.padStart(8)}  ${spread.padEnd(12)} ${share}`;
}

function wholeBrainBytes(gpu: GpuDevice, largestBuffer: number): number {
  const spec = buildNetwork('Conv5_FC3', { inputSize: [1, 169, 208, 179], outputSize: 2, dropout: 0.5 });
  return estimateMemory(spec, 1, layoutLimits(gpu, { largestBuffer })).bytes;
}

export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      full: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds);
  const wanted = (name: string): boolean => name.includes(values.only);
  const gpu = await openBoth();
  const reduced = gpu.software && !values.full;

  console.log(`adapter    ${gpu.adapter}${gpu.software ? ' (software)' : ''}`);
  console.log(`limits     ${JSON.stringify(gpu.limits)}`);
  console.log(`load       ${os.loadavg().map(digits).join(' ')} on ${os.availableParallelism()} cores`);
  const checked = await gate(gpu);
  console.log(
    `correct    kernels to ${checked.kernels.toExponential(1)}, gradients of a network to ${checked.ours.toExponential(1)} (stock: ${checked.stock.toExponential(1)})`,
  );
  const peak = await arithmeticPeak(gpu);
  const copy = await copyBandwidth(gpu);
  console.log(`peak       ${digits(peak)} GFLOP/s, copy ${digits(copy)} GB/s`);
  console.log(
    `whole      ${digits(wholeBrainBytes(gpu, 128 * 2 ** 20) / 1e6)} MB for a step of Conv5_FC3 at 169×208×179, batch 1, with 128 MiB bindings`,
  );
  console.log(
    `\n${'median ms'.padEnd(48)} ${'stock'.padStart(8)} ${'ours'.padStart(8)} ${'ratio'.padStart(8)}  min–max of ${rounds} rounds`,
  );

  await (await openTfjsBackend('webgpu', { gpu })).run(() => undefined);
  for (const [name, { run, flops, bytes }] of operationRuns(gpu, layersOf(reduced))) {
    if (!wanted(name)) continue;
    const result = await run(name, rounds);
    const share = flops === undefined ? bytes! / result.ours / 1e6 / copy : flops / result.ours / 1e6 / peak;
    console.log(line(result, `${digits(share * 100)} % of ${flops === undefined ? 'copy' : 'peak'}`));
  }
  for (const one of networkCases(reduced)) {
    if (!wanted(nameOf(one))) continue;
    const { comparisons, bytes } = await compareNetwork(gpu, one, rounds);
    for (const comparison of comparisons) console.log(line(comparison));
    console.log(`${' '.repeat(49)}${digits(bytes / 1e6)} MB held by ours`);
  }
}
