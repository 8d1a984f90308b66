/**
 * @file Teaches comlink what it cannot carry: an AbortSignal crosses as a port, a thrown error as plain data from which the other side
 * makes the same error again, with its class, its name and its causes; a folder in memory as a port to ask. Imported by both sides
 * of every border.
 */
import * as Comlink from 'comlink';
import type { Code } from '../base/catalogue';
import { AppError, rebuildError } from '../base/errors';
import { memoryHandler } from './memory-port';

/** No name of a class is in it but those that the platform gives: the build shortens ours. */
type WireError =
  | ({
      readonly kind: 'app';
      readonly code: Code;
      readonly message: string;
      readonly hint: string;
      readonly where?: string;
    } & Caused)
  /** An error of the browser: `AbortError`, `QuotaExceededError`, `NotAllowedError`, … */
  | { readonly kind: 'platform'; readonly name: string; readonly message: string }
  | ({ readonly kind: 'bug'; readonly name: string; readonly message: string; readonly stack?: string } & Caused);

interface Caused {
  readonly cause?: WireError;
}

/** Causes of causes that are carried. */
const MOST_CAUSES = 5;

export function toWire(error: unknown, depth = MOST_CAUSES): WireError {
  if (error instanceof DOMException) return { kind: 'platform', name: error.name, message: error.message };
  if (!(error instanceof Error)) return { kind: 'bug', name: 'Error', message: textOf(error) };
  const caused = error.cause === undefined || depth === 0 ? {} : { cause: toWire(error.cause, depth - 1) };
  if (error instanceof AppError) {
    const { code, message, hint, where } = error;
    return { kind: 'app', code, message, hint, ...(where === undefined ? {} : { where }), ...caused };
  }
  const { name, message, stack } = error;
  return { kind: 'bug', name, message, ...(stack === undefined ? {} : { stack }), ...caused };
}

/** Of a thrown value that is no Error; a GPUError has a message. */
function textOf(value: unknown): string {
  const { message } = Object(value) as { readonly message?: unknown };
  return typeof message === 'string' ? message : String(value);
}

export function fromWire(wire: WireError): Error {
  if (wire.kind === 'platform') return new DOMException(wire.message, wire.name);
  const caused = wire.cause === undefined ? {} : { cause: fromWire(wire.cause) };
  if (wire.kind === 'app') {
    const place = wire.where === undefined ? {} : { where: wire.where };
    return rebuildError(wire.code, wire.message, wire.hint, { ...place, ...caused });
  }
  const error = new Error(wire.message, caused);
  error.name = wire.name;
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
  Comlink.transferHandlers.set('memory-folder', memoryHandler);
  installThrowHandler();
}
