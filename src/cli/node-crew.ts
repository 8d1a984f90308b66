/** @file Helper threads in Node, for the benchmark and for tests. */
import { Worker } from 'node:worker_threads';
import { Crew, type Helper } from '../wasm/crew';
import { help } from '../wasm/help';

const script = `const { parentPort } = require('node:worker_threads');
const help = ${help};
parentPort.on('message', (call) => help(call).then(() => parentPort.postMessage(null)));`;

async function startHelper(): Promise<Helper> {
  const worker = new Worker(script, { eval: true });
  worker.unref();
  return {
    send(call, free) {
      worker.once('message', free);
      // A listener keeps the process alive.
      worker.unref();
      worker.postMessage(call);
    },
  };
}

export function nodeCrew(threads: number): Crew {
  return new Crew(threads, startHelper);
}
