/** @file One of our executors and PyTorch, in turns, on the same weights and input. */
import type { Executor } from '../../engine/executor';
import type { BenchHost, PytorchSession } from './host';
import { inputOf, type NetworkCase, stepLoss, trainingStep } from './networks';
import type { Peer } from './report';
import { median, ratioOf, timeInTurns } from './timing';

/** Largest difference of the losses of PyTorch and ours, relative above 1, of the same weights and after one step. */
const lossTolerance = 1e-4;

/** On the processor: with as many threads as PyTorch takes by itself, with one, and with one per core; or why there are none. */
export async function openOnProcessor(
  host: Pick<BenchHost, 'machine' | 'openPytorch'>,
  network: NetworkCase,
): Promise<PytorchSession[] | string> {
  const first = await host.openPytorch({ network, device: 'cpu' });
  if (typeof first === 'string') return first;
  const sessions = [first];
  const { cores } = await host.machine();
  for (const threads of new Set([1, cores])) {
    if (threads === first.threads) continue;
    const session = await host.openPytorch({ network, device: 'cpu', threads });
    if (typeof session === 'string') throw new Error(session);
    sessions.push(session);
  }
  return sessions;
}

/** On the graphics card; or why not. */
export async function openOnGraphics(host: BenchHost, network: NetworkCase): Promise<PytorchSession[] | string> {
  const session = await host.openPytorch({ network, device: 'cuda' });
  return typeof session === 'string' ? session : [session];
}

function titleOf({ version, device, threads }: PytorchSession, byDefault: boolean): string {
  if (device !== 'cpu') return `PyTorch ${version} on ${device}`;
  return `PyTorch ${version}, ${threads} ${threads === 1 ? 'thread' : 'threads'}${byDefault ? ' (its default)' : ''}`;
}

/** Two steps of both. Throws an Error that names the first loss that differs. */
export async function checkLosses(executor: Executor, network: NetworkCase, sessions: readonly PytorchSession[]): Promise<void> {
  const input = inputOf(network);
  // The second loss depends on the gradients and the update of the first step.
  for (const step of [1, 2]) {
    const ours = await stepLoss(executor, input);
    for (const session of sessions) {
      const { loss } = await session.step();
      if (!(Math.abs(loss - ours) <= lossTolerance * Math.max(1, Math.abs(loss))))
        throw new Error(`the loss of step ${step} is ${ours}, that of PyTorch ${session.version} is ${loss}`);
    }
  }
}

/**
 * Training steps of both; each peer's ratio is our time ÷ its. Throws when their losses differ. Closes the sessions.
 */
export async function besidePytorch(
  executor: Executor,
  network: NetworkCase,
  sessions: readonly PytorchSession[],
  rounds: number,
): Promise<{ readonly ours: number; readonly peers: readonly Peer[] }> {
  try {
    await checkLosses(executor, network, sessions);
    const theirs = sessions.map((session) => ({ run: async () => (await session.step()).ms }));
    const [ourTimes, ...times] = await timeInTurns([trainingStep(executor, inputOf(network)), ...theirs], rounds);
    const peers = sessions.map((session, k) => ({
      name: titleOf(session, k === 0),
      ms: median(times[k]),
      ratio: ratioOf(ourTimes, times[k]),
    }));
    return { ours: median(ourTimes), peers };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}
