/** @file Helper threads of the compute worker: workers of its own, where the page is isolated from others, so that memory can be shared. */
import { threadsHere } from '../base/threads';
import { Crew, type Helper } from '../wasm/crew';
import { startWorker } from './worker-url';

/** A team begins without those that do not come. */
const PATIENCE_MS = 5000;

/** Two messages come from a helper: when it runs, and each time a team is dissolved. */
async function startHelper(address: string): Promise<Helper> {
  const worker = startWorker(address, 'helper');
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    const refuse = (): void => reject(new Error('a helper thread did not start'));
    worker.onerror = refuse;
    setTimeout(refuse, PATIENCE_MS);
  });
  return {
    send(call, free) {
      worker.onmessage = free;
      worker.postMessage(call);
    },
  };
}

export function browserCrew(address: string): Crew {
  return new Crew(threadsHere(), () => startHelper(address));
}
