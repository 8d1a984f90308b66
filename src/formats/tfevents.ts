/**
 * @file TensorBoard event files: scalars by tag and step.
 *
 * A file is a sequence of records: length (u64), masked CRC-32C of the length, data, masked CRC-32C of the data. The data is a
 * protobuf `Event`: 1 wall_time (double), 2 step (varint), 3 file_version (text), 5 summary; a summary is values (1) of
 * 1 tag (text) and 2 simple_value (float). Because records follow each other, a file grows by appending `encodeScalar`.
 */

import { crc32c } from '../base/crc';
import { type AppError, appError } from '../base/errors';
import { ByteReader } from './byte-reader';

export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly wallSeconds: number;
  readonly step: number;
  readonly tag: string;
  /** Kept as float32. */
  readonly value: number;
}

const version = 'brain.Event:2';
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
/** A record holds one number and its name; other writers put pictures into theirs. */
const maxRecordBytes = 64 * 2 ** 20;

/** The first record of a file: time and version of the format. */
export function eventFileHead(wallSeconds: number): Uint8Array<ArrayBuffer> {
  return record([...field(1, wire.fixed64), ...double(wallSeconds), ...text(3, version)]);
}

/** The record of one number. Throws RangeError for a step that is no integer. */
export function encodeScalar({ wallSeconds, step, tag, value }: ScalarEvent): Uint8Array<ArrayBuffer> {
  const scalar = [...text(1, tag), ...field(2, wire.fixed32), ...float(value)];
  const summary = [...field(1, wire.bytes), ...varint(scalar.length), ...scalar];
  return record([
    ...field(1, wire.fixed64),
    ...double(wallSeconds),
    // protobuf leaves out what is zero.
    ...(step === 0 ? [] : [...field(2, wire.varint), ...varint(step)]),
    ...field(5, wire.bytes),
    ...varint(summary.length),
    ...summary,
  ]);
}

/** A whole file: head and events. */
export function writeEvents(events: readonly ScalarEvent[], wallSeconds: number): Uint8Array<ArrayBuffer> {
  const records = [eventFileHead(wallSeconds), ...events.map(encodeScalar)];
  const file = new Uint8Array(records.reduce((sum, bytes) => sum + bytes.length, 0));
  let at = 0;
  for (const bytes of records) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** The scalars of a file in order; other events are passed over. Throws `events-damaged`. */
export function readEvents(bytes: Uint8Array, where?: string): ScalarEvent[] {
  const damaged = (reason: string): AppError => appError('events-damaged', { reason }, { where });
  const reader = new ByteReader(bytes, 0, (reason) => damaged(`a record ${reason}`));
  const events: ScalarEvent[] = [];
  while (reader.left > 0) {
    const head = reader.bytes(8);
    if (reader.u32() !== masked(crc32c(head))) throw damaged('the length of a record differs from its checksum');
    const length = Number(new DataView(head.buffer, head.byteOffset, 8).getBigUint64(0, true));
    if (length > maxRecordBytes) throw damaged(`a record has ${length} bytes; at most ${maxRecordBytes} are read`);
    const data = reader.bytes(length);
    if (reader.u32() !== masked(crc32c(data))) throw damaged('the data of a record differs from its checksum');
    events.push(...readEvent(data, damaged));
  }
  return events;
}

function readEvent(data: Uint8Array, damaged: (reason: string) => AppError): ScalarEvent[] {
  const fields = readFields(data, damaged);
  const numberOf = (number: number) => fields.find((field) => field.number === number)?.scalar ?? 0;
  return fields
    .filter((field) => field.number === 5)
    .flatMap((summary) => readFields(summary.bytes, damaged))
    .filter((field) => field.number === 1)
    .flatMap((value) => {
      const parts = readFields(value.bytes, damaged);
      const tag = parts.find((part) => part.number === 1);
      const simple = parts.find((part) => part.number === 2);
      if (tag === undefined || simple === undefined) return [];
      const name = new TextDecoder().decode(tag.bytes);
      return [{ wallSeconds: numberOf(1), step: numberOf(2), tag: name, value: simple.scalar }];
    });
}

interface Field {
  readonly number: number;
  /** Of a number; 0 for bytes. */
  readonly scalar: number;
  /** Of a text or message; empty for numbers. */
  readonly bytes: Uint8Array;
}

function readFields(data: Uint8Array, damaged: (reason: string) => AppError): Field[] {
  const reader = new ByteReader(data, 0, (reason) => damaged(`a message ${reason}`));
  const fields: Field[] = [];
  const none = new Uint8Array();
  while (reader.left > 0) {
    const key = readVarint(reader, damaged);
    const number = Math.floor(key / 8);
    const type = key % 8;
    if (type === wire.varint) fields.push({ number, scalar: readVarint(reader, damaged), bytes: none });
    else if (type === wire.bytes) fields.push({ number, scalar: 0, bytes: reader.bytes(readVarint(reader, damaged)) });
    else if (type === wire.fixed64) fields.push({ number, scalar: viewOf(reader.bytes(8)).getFloat64(0, true), bytes: none });
    else if (type === wire.fixed32) fields.push({ number, scalar: viewOf(reader.bytes(4)).getFloat32(0, true), bytes: none });
    else throw damaged(`a field has the wire type ${type}`);
  }
  return fields;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A signed 64-bit number in groups of seven bits, the lowest first. */
function readVarint(reader: ByteReader, damaged: (reason: string) => AppError): number {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.u8();
    value |= BigInt(byte & 127) << shift;
    if (byte < 128) return Number(BigInt.asIntN(64, value));
  }
  throw damaged('a number has more than ten bytes');
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

function field(number: number, type: number): number[] {
  return varint(number * 8 + type);
}

function text(number: number, value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...field(number, wire.bytes), ...varint(bytes.length), ...bytes];
}

function double(value: number): Uint8Array {
  return new Uint8Array(new Float64Array([value]).buffer);
}

function float(value: number): Uint8Array {
  return new Uint8Array(new Float32Array([value]).buffer);
}

function record(data: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 + data.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(crc32c(bytes.subarray(0, 8))), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(crc32c(bytes.subarray(12, 12 + data.length))), true);
  return bytes;
}

/** The rotated and shifted checksum of record files (TFRecord). */
function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
