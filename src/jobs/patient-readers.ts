/** @file Readers that try again when folder or disk fail: each request reads or writes whole files, so it can be made twice. */
import type { Readers } from '../batches/readers';
import type { Patience } from './patience';

export function patientReaders(readers: Readers, patience: Patience): Readers {
  return {
    size: readers.size,
    extractSession: (...call) => patience.through('read', () => readers.extractSession(...call)),
    simulateSession: (...call) => patience.through('read', () => readers.simulateSession(...call)),
    generateImage: (...call) => patience.through('read', () => readers.generateImage(...call)),
    countLost: (...call) => patience.through('read', () => readers.countLost(...call)),
    lookAtQuality: (...call) => patience.through('read', () => readers.lookAtQuality(...call)),
    readSample: (...call) => patience.through('read', () => readers.readSample(...call)),
    examineImage: (...call) => patience.through('read', () => readers.examineImage(...call)),
    mendImage: (...call) => patience.through('read', () => readers.mendImage(...call)),
    inspectImage: (...call) => patience.through('read', () => readers.inspectImage(...call)),
    dispose: () => readers.dispose(),
  };
}
