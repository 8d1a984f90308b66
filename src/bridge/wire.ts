/**
 * @file Teaches comlink what it cannot carry: an AbortSignal crosses as a port, an AppError as its code, message and place and
 * is rebuilt with its class. Imported by both sides of every border.
 */
import * as Comlink from 'comlink';
import type { Code } from '../base/catalogue';
import { AppError, DataError, isAbort, MachineError, OptionsError } from '../base/errors';

interface WireError {
  readonly kind: 'app' | 'abort' | 'bug';
  readonly className: string;
  readonly code?: Code;
  readonly message: string;
  readonly hint?: string;
  readonly where?: string;
  readonly stack?: string;
}

const classes: Readonly<Record<string, typeof AppError>> = { AppError, OptionsError, DataError, MachineError };

export function toWire(error: unknown): WireError {
  if (error instanceof AppError) {
    const base = { kind: 'app' as const, className: error.name, code: error.code, message: error.message, hint: error.hint };
    return error.where === undefined ? base : { ...base, where: error.where };
  }
  if (isAbort(error)) return { kind: 'abort', className: 'AbortError', message: (error as DOMException).message };
  if (error instanceof Error) {
    const base = { kind: 'bug' as const, className: error.name, message: error.message };
    return error.stack === undefined ? base : { ...base, stack: error.stack };
  }
  return { kind: 'bug', className: 'Error', message: String(error) };
}

export function fromWire(wire: WireError): Error {
  if (wire.kind === 'app' && wire.code !== undefined) {
    const AppErrorClass = classes[wire.className] ?? AppError;
    return new AppErrorClass(wire.code, wire.message, wire.hint ?? '', wire.where === undefined ? {} : { where: wire.where });
  }
  if (wire.kind === 'abort') return new DOMException(wire.message, 'AbortError');
  const error = new Error(wire.message);
  error.name = wire.className;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

interface Thrown {
  readonly value: unknown;
}

const signalHandler: Comlink.TransferHandler<AbortSignal, { readonly port: MessagePort; readonly aborted: boolean }> = {
  canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
  serialize: (signal) => {
    const { port1, port2 } = new MessageChannel();
    if (!signal.aborted) signal.addEventListener('abort', () => port1.postMessage('abort'), { once: true });
    return [{ port: port2, aborted: signal.aborted }, [port2]];
  },
  deserialize: ({ port, aborted }) => {
    const controller = new AbortController();
    if (aborted) controller.abort();
    port.onmessage = () => {
      controller.abort();
      port.close();
    };
    return controller.signal;
  },
};

/** Replaces comlink's own handler of thrown values, found by its private marker on the original's `canHandle`. */
function installThrowHandler(): void {
  const original = Comlink.transferHandlers.get('throw');
  if (original === undefined) throw new Error('comlink has no handler for thrown values');
  Comlink.transferHandlers.set('throw', {
    canHandle: original.canHandle,
    serialize: (thrown: unknown) => [toWire((thrown as Thrown).value), []],
    deserialize: (wire: unknown) => {
      throw fromWire(wire as WireError);
    },
  });
}

export function installWire(): void {
  Comlink.transferHandlers.set('abort-signal', signalHandler);
  installThrowHandler();
}
