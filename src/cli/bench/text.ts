/** @file The lines that a run prints while it goes on. */
import { digits, type Report, type Row, type TableName } from './report';

/** Column heads, by table. */
const heads: Readonly<Record<TableName, { readonly title: string; readonly ratio: string }>> = {
  operations: { title: 'Operations beside stock TensorFlow.js', ratio: 'its ÷ ours' },
  networks: { title: 'Networks beside stock TensorFlow.js', ratio: 'its ÷ ours' },
  processor: { title: 'Without a GPU, beside PyTorch (goal: at most 6 times its time)', ratio: 'ours ÷ its' },
  brain: { title: "Whole brains (goal: 30 % of the roofline, at most PyTorch's time)", ratio: 'ours ÷ its' },
};

const cells = (name: string, other: string, ours: string, ratio: string, spread: string, rest: string): string =>
  `${name.padEnd(80)} ${other.padStart(9)} ${ours.padStart(9)} ${ratio.padStart(10)}  ${spread.padEnd(14)} ${rest}`.trimEnd();

/** Title and column heads of a table. */
export function headLines(table: TableName): string[] {
  const { title, ratio } = heads[table];
  return ['', title, cells('median ms', 'other', 'ours', ratio, 'min–max', '')];
}

/** One line per peer, or one that says why there is none. */
export function rowLines({ name, ours, peers, share, bytes, note, table }: Row): string[] {
  const rest = [
    share === undefined ? '' : `${digits(share.percent)} % of ${share.of}`,
    bytes === undefined ? '' : `${digits(bytes / 1e6)} MB held`,
    note ?? '',
  ];
  const tail = rest.filter((part) => part !== '').join(', ');
  if (peers.length === 0) return [cells(name, '–', digits(ours), '–', '', tail)];
  return peers.map(({ name: peer, ms, ratio }, k) => {
    const spread = `${digits(ratio.low)}–${digits(ratio.high)}`;
    const named = table === 'processor' || table === 'brain' ? [peer] : [];
    return cells(
      k === 0 ? name : '',
      digits(ms),
      digits(ours),
      `×${digits(ratio.median)}`,
      spread,
      [...named, ...(k === 0 && tail !== '' ? [tail] : [])].join(', '),
    );
  });
}

/** What stands above the tables. */
export function headerLines({ machine, gpu, gate, wholeBrainBytes }: Omit<Report, 'rows' | 'failures' | 'rounds'>): string[] {
  const load = machine.load.length === 0 ? 'unknown load' : `load ${machine.load.map(digits).join(' ')}`;
  return [
    `runtime    ${machine.runtime}, ${load} on ${machine.cores} cores`,
    `adapter    ${gpu.adapter}${gpu.software ? ' (software)' : ''}${gpu.half ? ', f16' : ''}`,
    `driver     ${gpu.driver}`,
    `limits     ${JSON.stringify(gpu.limits)}`,
    `correct    kernels to ${gate.kernels.toExponential(1)}; gradients of a network: ${gate.gradients.map(({ name, difference }) => `${name} to ${difference.toExponential(1)}`).join(', ')}`,
    ...(gate.unchecked.length === 0 ? [] : [`unchecked  not for this device: ${gate.unchecked.join(', ')}`]),
    `peak       ${digits(gpu.peak)} GFLOP/s, copy ${digits(gpu.copy)} GB/s`,
    `whole      ${digits(wholeBrainBytes / 1e6)} MB for a step of Conv5_FC3 at 169×208×179, batch 1, with 128 MiB bindings (estimate)`,
  ];
}
