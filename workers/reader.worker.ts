/** @file A reader: one of a pool that reads images and cuts samples. */
import * as Comlink from 'comlink';
import { inlineReaders } from '../src/batches/inline-readers';
import { installWire } from '../src/bridge/wire';

installWire();
addEventListener('unhandledrejection', (event) => reportError(event.reason));

const readers = inlineReaders();

Comlink.expose({
  extractSession: readers.extractSession,
  inspectImage: readers.inspectImage,
  examineImage: readers.examineImage,
  mendImage: readers.mendImage,
  generateImage: readers.generateImage,
  countLost: readers.countLost,
  lookAtQuality: readers.lookAtQuality,
  simulateSession: readers.simulateSession,
  readSample: async (...call: Parameters<typeof readers.readSample>) => {
    const sample = await readers.readSample(...call);
    return Comlink.transfer(sample, [sample.data.buffer]);
  },
});
