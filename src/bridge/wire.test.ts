/** @file Errors as plain data: what arrives is what was thrown, also after a structured clone, and whatever its class is called. */
import { describe, expect, it } from 'vitest';
import { catalogue } from '../base/catalogue';
import { AppError, appError, DataError, isAbort, MachineError, OptionsError } from '../base/errors';
import { fromWire, toWire } from './wire';

const crossed = (error: unknown): Error => fromWire(structuredClone(toWire(error)));

describe('an error that crosses a border', () => {
  it.each([
    ['gzip-damaged', DataError, 'DataError', 'data'],
    ['option-value', OptionsError, 'OptionsError', 'options'],
    ['disk-full', MachineError, 'MachineError', 'machine'],
  ] as const)('%s keeps its class, kind, texts and place', (code, errorClass, name, kind) => {
    const sent = appError(code, {}, { where: 'a/b' });
    const found = crossed(sent) as AppError;
    expect(found).toBeInstanceOf(errorClass);
    expect([found.name, found.kind, found.code, found.where]).toEqual([name, kind, code, 'a/b']);
    expect([found.message, found.hint]).toEqual([sent.message, sent.hint]);
  });

  it('each code of the catalogue arrives with the kind of its row', () => {
    for (const [code, { kind }] of Object.entries(catalogue)) {
      const found = crossed(appError(code as keyof typeof catalogue)) as AppError;
      expect([found.code, found.kind, found.name.toLowerCase()]).toEqual([code, kind, `${kind}error`]);
    }
  });

  it('does not depend on the names of the classes, which a minifier shortens', () => {
    const sent = appError('gzip-damaged');
    const classes = [AppError, DataError, OptionsError, MachineError];
    const names = classes.map((one) => one.name);
    for (const one of classes) Object.defineProperty(one, 'name', { value: 'e' });
    try {
      expect(crossed(sent)).toBeInstanceOf(DataError);
      expect(crossed(sent).name).toBe('DataError');
      expect(appError('disk-full').name).toBe('MachineError');
    } finally {
      for (const [i, one] of classes.entries()) Object.defineProperty(one, 'name', { value: names[i] });
    }
  });

  it.each(['AbortError', 'QuotaExceededError', 'NotAllowedError', 'NotFoundError', 'OperationError'])(
    '%s of the browser stays one',
    (name) => {
      const found = crossed(new DOMException('it says', name));
      expect(found).toBeInstanceOf(DOMException);
      expect([found.name, found.message, isAbort(found)]).toEqual([name, 'it says', name === 'AbortError']);
    },
  );

  it('a bug keeps its name, its message and where it was thrown', () => {
    const bug = new RangeError('out of range');
    const found = crossed(bug);
    expect(found).not.toBeInstanceOf(AppError);
    expect([found.name, found.message, found.stack]).toEqual(['RangeError', 'out of range', bug.stack]);
    expect(crossed('only text').message).toBe('only text');
    expect(crossed({ message: 'of a GPUError' }).message).toBe('of a GPUError');
  });

  it('causes come along, however they are chained', () => {
    const full = new DOMException('no space', 'QuotaExceededError');
    const found = crossed(appError('disk-full', {}, { cause: new Error('while writing', { cause: full }) }));
    const cause = found.cause as Error;
    expect(cause.message).toBe('while writing');
    expect((cause.cause as DOMException).name).toBe('QuotaExceededError');
    const ring = new Error('ring');
    ring.cause = ring;
    expect(crossed(ring).message).toBe('ring');
  });
});
