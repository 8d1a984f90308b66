/** @file PyTorch in a process of its own, which answers one training step per line. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { layerNames } from '../../networks/graph';
import type { PytorchRequest, PytorchSession, PytorchStep } from './host';
import { initialStateOf, inputOf, labelsOf, lossOf, networkOf, optimizer } from './networks';

const script = path.join(path.dirname(fileURLToPath(import.meta.url)), 'pytorch-step.py');

const wanted = process.env.PYTHON || '/usr/bin/python3';

/** Writes what the script reads. */
function writeCase(folder: string, { network, device, threads }: PytorchRequest): void {
  const state = [...initialStateOf(network)].filter(([, { data }]) => data instanceof Float32Array);
  const tensors = [...state.map(([name, tensor]) => ({ name, ...tensor })), { name: 'input', ...inputOf(network) }];
  const shapes = tensors.map(({ name, shape }) => [name, shape]);
  const floats = tensors.reduce((sum, tensor) => sum + tensor.data.length, 0);
  const { learning_rate, weight_decay } = optimizer;
  const whole = networkOf(network);
  const names = layerNames(whole);
  const nodes = whole.graph.nodes.map(({ layer, ...node }) => ({ ...node, layer: layer === null ? null : names.get(layer) }));
  const graph = { nodes, outputs: whole.graph.outputs, loss: lossOf(network) };
  const facts = { device, threads: threads ?? null, tensors: shapes, floats, labels: [...labelsOf(network.batch)], graph };
  writeFileSync(path.join(folder, 'case.json'), JSON.stringify({ ...facts, learning_rate, weight_decay }));
  const weights = new Float32Array(floats);
  let place = 0;
  for (const tensor of tensors) {
    weights.set(tensor.data as Float32Array, place);
    place += tensor.data.length;
  }
  writeFileSync(path.join(folder, 'weights.bin'), weights);
}

/** As `BenchHost.openPytorch` says, with the Python that PYTHON names. */
export async function openPytorch(request: PytorchRequest, python = wanted): Promise<PytorchSession | string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'clinicadl-bench-'));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  writeCase(folder, request);
  const child = spawn(python, [script, folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  // A process that is gone is told by its missing answer.
  child.stdin.on('error', () => {});
  const started = new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<Record<string, unknown>> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`${python} ended: ${complaint.trim().split('\n').at(-1) || 'it said nothing'}`);
    return JSON.parse(value) as Record<string, unknown>;
  };
  const close = async (): Promise<void> => {
    child.kill();
    clean();
  };
  try {
    await started;
    const ready = await answer();
    if (typeof ready.absent === 'string') {
      await close();
      return ready.absent;
    }
    return {
      version: String(ready.version),
      device: String(ready.device),
      threads: Number(ready.threads),
      step: async () => {
        child.stdin.write('\n');
        return (await answer()) as unknown as PytorchStep;
      },
      close,
    };
  } catch (error) {
    await close();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return `no ${python} (PYTHON names another)`;
    throw error;
  }
}
