/**
 * @file gzip in and out through the platform's own (de)compression.
 *
 * The budget counts the bytes that really come out, not what the file says of itself. The native stream checks each member's
 * CRC. What follows the first member is treated differently by the engines (an error, or silence), so when the native stream
 * fails or the file does not end with what it gave, fflate finds where members begin and each is unpacked natively.
 * Zeros after a member are padding (tapes, block devices), as gzip and Python take them; other junk is refused. Source of the
 * layout: RFC 1952.
 */
import { Gunzip } from 'fflate';
import { appError } from '../base/errors';
import { crc32 } from './crc';

export interface GunzipOptions {
  /** Most bytes that may come out. */
  readonly maxBytes: number;
  readonly where?: string;
}

/** Input goes in piece by piece: one piece of a bomb (1:1032) unpacks to 34 MB before the budget is looked at again. */
const pieceBytes = 32 * 1024;
const worstRatio = 1032;
const smallestMemberBytes = 18;
const maxMembers = 10_000;
const maxCandidates = 8;

class OverBudget extends Error {}

/** True when the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** The bytes as one gzip member. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const sink = new Sink(0, Number.POSITIVE_INFINITY);
  await pump(new CompressionStream('gzip'), bytes, sink);
  return sink.bytes();
}

/**
 * The unpacked bytes of all members. Throws `gzip-damaged` for what is cut short, changed or followed by junk other than zeros, and
 * `gzip-too-large` as soon as more than `maxBytes` have come out.
 */
export async function gunzip(bytes: Uint8Array, { maxBytes, where }: GunzipOptions): Promise<Uint8Array<ArrayBuffer>> {
  const damaged = (reason: string, cause?: unknown) => appError('gzip-damaged', { reason }, { where, cause });
  if (!isGzip(bytes)) throw damaged('it does not begin with the bytes 1f 8b 08');
  if (bytes.length < smallestMemberBytes) throw damaged(`${bytes.length} bytes are fewer than an empty gzip file has`);
  try {
    return (await unpackWhole(bytes, maxBytes)) ?? (await unpackMembers(bytes, maxBytes));
  } catch (cause) {
    if (cause instanceof OverBudget) throw appError('gzip-too-large', { limit: maxBytes }, { where });
    throw damaged('its content does not unpack to what its checksum and length say', cause);
  }
}

/** The usual case, one member; undefined when it is not that. */
async function unpackWhole(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const declared = declaredSize(bytes);
  const sink = new Sink(Math.min(declared, maxBytes, bytes.length * worstRatio), maxBytes);
  try {
    await pump(new DecompressionStream('gzip'), bytes, sink);
  } catch (cause) {
    if (cause instanceof OverBudget) throw cause;
    return undefined;
  }
  const content = sink.bytes();
  const member = new MemberEnd();
  member.add(content);
  // An engine that is silent about what follows the first member may have left out the rest.
  return member.candidates(bytes, 0).next().value === bytes.length ? content : undefined;
}

async function unpackMembers(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const sink = new Sink(0, maxBytes);
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    const { starts, last } = adjacentMembers(bytes, at, maxBytes - sink.length);
    count += starts.length;
    if (count > maxMembers) throw new Error(`more than ${maxMembers} members`);
    for (let i = 0; i + 1 < starts.length; i++) await unpackMember(bytes.subarray(starts[i], starts[i + 1]), sink);
    at = await unpackLast(bytes, starts[starts.length - 1], last, sink);
    while (bytes[at] === 0) at++;
    if (at < bytes.length && !isGzip(bytes.subarray(at))) throw new Error('junk after the content');
  }
  return sink.bytes();
}

async function unpackMember(member: Uint8Array, sink: Sink): Promise<void> {
  const before = sink.length;
  await pump(new DecompressionStream('gzip'), member, sink);
  if ((sink.length - before) % 2 ** 32 !== declaredSize(member)) throw new Error('a member has another length than it says');
}

/** Unpacks the member that begins at `start` and may be followed by padding; resolves to where it ends. */
async function unpackLast(bytes: Uint8Array, start: number, last: MemberEnd, sink: Sink): Promise<number> {
  for (const end of last.candidates(bytes, start)) {
    const own = new Sink(0, sink.bytesLeft);
    try {
      await unpackMember(bytes.subarray(start, end), own);
    } catch (cause) {
      if (cause instanceof OverBudget) throw cause;
      continue;
    }
    sink.push(own.bytes());
    return end;
  }
  throw new Error('a member is cut short or changed');
}

/** Where the members begin that follow each other without a gap from `from` on, and what is known about the end of the last one. */
function adjacentMembers(bytes: Uint8Array, from: number, maxBytes: number): { starts: number[]; last: MemberEnd } {
  const starts = [from];
  let produced = 0;
  let last = new MemberEnd();
  const reader = new Gunzip((chunk) => {
    produced += chunk.length;
    if (produced > maxBytes) throw new OverBudget();
    last.add(chunk);
  });
  reader.onmember = (offset) => {
    if (starts.push(from + offset) > maxMembers) throw new Error(`more than ${maxMembers} members`);
    last = new MemberEnd();
  };
  try {
    for (let at = from; at < bytes.length; at += pieceBytes) {
      reader.push(bytes.subarray(at, at + pieceBytes), at + pieceBytes >= bytes.length);
    }
  } catch (cause) {
    if (cause instanceof OverBudget) throw cause;
    // Padding or junk after a member, or damage inside it: its end tells.
  }
  return { starts, last };
}

/** Where a member ends: fflate does not tell, but its last eight bytes, checksum and length, follow from what came out of it. */
class MemberEnd {
  #crc = 0;
  #length = 0;

  add(chunk: Uint8Array): void {
    this.#crc = crc32(chunk, this.#crc);
    this.#length += chunk.length;
  }

  /** Behind each place of these eight bytes in what begins at `start`; the first but for empty members, whose eight bytes are zero. */
  *candidates(bytes: Uint8Array, start: number): Generator<number> {
    const trailer = new Uint8Array(8);
    const view = new DataView(trailer.buffer);
    view.setUint32(0, this.#crc, true);
    view.setUint32(4, this.#length % 2 ** 32, true);
    let tries = 0;
    for (let at = bytes.indexOf(trailer[0], start + 10); at >= 0; at = bytes.indexOf(trailer[0], at + 1)) {
      if (!trailer.every((value, i) => bytes[at + i] === value)) continue;
      yield at + trailer.length;
      if (++tries === maxCandidates) return;
    }
  }
}

/** Length of the content modulo 2³², as the last four bytes of a member say. */
function declaredSize(member: Uint8Array): number {
  return new DataView(member.buffer, member.byteOffset, member.length).getUint32(member.length - 4, true);
}

/** Collects output: in one array of the expected size, and in pieces once that is full. */
class Sink {
  length = 0;
  readonly #expected: Uint8Array<ArrayBuffer>;
  readonly #rest: Uint8Array[] = [];
  readonly #maxBytes: number;

  constructor(expectedBytes: number, maxBytes: number) {
    this.#expected = new Uint8Array(expectedBytes);
    this.#maxBytes = maxBytes;
  }

  get bytesLeft(): number {
    return this.#maxBytes - this.length;
  }

  push(chunk: Uint8Array): void {
    const start = this.length;
    this.length += chunk.length;
    if (this.length > this.#maxBytes) throw new OverBudget();
    if (this.length <= this.#expected.length) this.#expected.set(chunk, start);
    else this.#rest.push(chunk);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    if (this.length === this.#expected.length) return this.#expected;
    const result = new Uint8Array(this.length);
    let end = this.length;
    for (const chunk of this.#rest.toReversed()) {
      end -= chunk.length;
      result.set(chunk, end);
    }
    result.set(this.#expected.subarray(0, end));
    return result;
  }
}

/** Pushes all bytes through a stream into a sink; on failure both ends of the stream are closed. */
async function pump(stream: CompressionStream | DecompressionStream, bytes: Uint8Array, sink: Sink): Promise<void> {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const feeding = feed(writer, bytes);
  // The reader meets the same failure; without a handler here it would be reported as unhandled besides.
  feeding.catch(() => undefined);
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) sink.push(step.value);
    await feeding;
  } catch (error) {
    reader.cancel(error).catch(() => undefined);
    writer.abort(error).catch(() => undefined);
    throw error;
  }
}

async function feed(writer: WritableStreamDefaultWriter<BufferSource>, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += pieceBytes) await writer.write(bytes.slice(at, at + pieceBytes));
  await writer.close();
}
