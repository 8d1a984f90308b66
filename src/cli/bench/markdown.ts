/** @file The tables of RESULTS.md, from one run. */
import { digits, type Report, type Row, type Share, type TableName } from './report';
import type { Ratio } from './timing';

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

const spread = ({ median, low, high }: Ratio): string => `**${digits(median)}** (${digits(low)}–${digits(high)})`;
const megabytes = (bytes: number | undefined): string => (bytes === undefined ? '–' : digits(bytes / 1e6));
const percent = (share: Share | undefined): string => (share === undefined ? '' : `, ${digits(share.percent)} %`);

/** What a row's name starts with → what it is called. */
const operations: Readonly<Record<string, string>> = {
  conv: 'convolution',
  'filter gradient': 'filter gradient',
  'input gradient': 'input gradient',
  'norm-relu-pool': 'BatchNorm + ReLU + pool, forward',
  'norm-relu-pool and gradient': 'BatchNorm + ReLU + pool, forward and backward',
};

function operationTable(rows: readonly Row[]): string {
  const layers = [...new Set(rows.map(({ name }) => name.split(' ').at(-1)!))].sort();
  const cell = (operation: string, layer: string): string => {
    const row = rows.find(({ name }) => name === `${operation} ${layer}`);
    return row === undefined ? '–' : `${spread(row.peers[0].ratio)}${percent(row.share)}`;
  };
  const present = Object.keys(operations).filter((operation) => layers.some((layer) => cell(operation, layer) !== '–'));
  const body = present.map((operation) => [operations[operation], ...layers.map((layer) => cell(operation, layer))]);
  return table(['', ...layers], body);
}

function networkTable(rows: readonly Row[]): string {
  const body = rows.map(({ name, ours, peers, bytes }) => {
    const [{ ms, ratio }] = peers;
    return [name, digits(ms), digits(ours), spread(ratio), megabytes(bytes)];
  });
  return table(['', 'TensorFlow.js, ms', 'ours, ms', 'its time over ours', 'ours holds, MB'], body);
}

/** One line per PyTorch; what is ours stands on the first only. */
function pytorchTable(rows: readonly Row[]): string {
  const body = rows.flatMap(({ name, ours, peers, share, bytes, note }) => {
    const own = [
      name.replace(' beside PyTorch', ''),
      digits(ours),
      share === undefined ? '–' : `${digits(share.percent)} %`,
      megabytes(bytes),
    ];
    if (peers.length === 0) return [[...own, `– (${note})`, '–', '–']];
    return peers.map((peer, k) => [...(k === 0 ? own : own.map(() => '')), peer.name, digits(peer.ms), spread(peer.ratio)]);
  });
  return table(['', 'ours, ms', 'of the roofline', 'ours holds, MB', 'beside', 'its ms', 'our time over its'], body);
}

const tables: Readonly<Record<TableName, { readonly title: string; readonly render: (rows: readonly Row[]) => string }>> = {
  operations: {
    title:
      'Operations: time of TensorFlow.js over ours (minimum–maximum), and our percent of the FMA peak or, for BatchNorm + ReLU + pool, of the copy bandwidth',
    render: operationTable,
  },
  networks: { title: 'Whole networks', render: networkTable },
  processor: { title: 'Without a GPU (goal: at most 6 times the time of PyTorch)', render: pytorchTable },
  brain: { title: 'Whole brains (goals on a GPU: 30 % of the roofline, at most the time of PyTorch)', render: pytorchTable },
};

/** A sentence about the run, then a table for each kind of row that it has. */
export function markdownOf({ machine, gpu, gate, rounds, rows, failures }: Report): string {
  const load = machine.load.length === 0 ? '' : ` under load ${digits(machine.load[0])}`;
  const limits = Object.entries(gpu.limits).map(
    ([name, value]) => `${name} ${/Size$/.test(name) ? `${Math.round(value / 2 ** 20)} MiB` : value}`,
  );
  const gradients = gate.gradients.map(({ name, difference }) => `${name} within ${difference.toExponential(0)}`);
  const about = [
    `**${gpu.adapter}${gpu.software ? ' (software)' : ''}, in ${machine.runtime}**, ${machine.cores} cores${load}, ${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`}.`,
    `Driver: ${gpu.driver}; limits: ${limits.join(', ')}; ${gpu.half ? 'with' : 'without'} f16.`,
    `Measured peaks: ${digits(gpu.peak)} GFLOP/s, ${digits(gpu.copy)} GB/s copied.`,
    `Before timing: kernels within ${gate.kernels.toExponential(0)} of their references, gradients of a network of plain JavaScript's (${gradients.join(', ')}).`,
    ...(gate.unchecked.length === 0 ? [] : [`Kernels that this device cannot run: ${gate.unchecked.join(', ')}.`]),
  ].join('\n');
  const parts = Object.entries(tables).flatMap(([name, { title, render }]) => {
    const own = rows.filter((row) => row.table === name);
    return own.length === 0 ? [] : [`${title}:`, render(own)];
  });
  const failed = failures.map(({ name, message }) => `Failed: ${name}: ${message}`);
  return [about, ...parts, ...failed].join('\n\n');
}
