/**
 * @file gzip in and out through the platform's own (de)compression.
 *
 * The budget counts the bytes that really come out, not what the file says of itself. The native stream checks each member's
 * CRC. What follows the first member is treated differently by the engines (an error, or silence): each is asked once, and of a
 * silent one the end of the file is compared with what it gave. When that differs or the native stream fails, fflate unpacks the
 * members and their checksums are compared here.
 * Zeros after a member are padding (tapes, block devices), as gzip and Python take them; other junk is refused. Source of the
 * layout: RFC 1952.
 */
import { Gunzip } from 'fflate';
import { crc32 } from '../base/crc';
import { appError } from '../base/errors';

export interface GunzipOptions {
  /** Most bytes that may come out. */
  readonly maxBytes: number;
  readonly where?: string;
}

/** Input goes in piece by piece: one piece of a bomb (1:1032) unpacks to 34 MB before the budget is looked at again. */
const pieceBytes = 32 * 1024;
const worstRatio = 1032;
/** Header, the two bytes of an empty content, checksum and length. */
const smallestMemberBytes = 20;
const maxMembers = 10_000;
/** fflate makes room for three times a piece at each member. */
const memberPieceBytes = 1024;

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
    return (await unpackWhole(bytes, maxBytes)) ?? unpackMembers(bytes, maxBytes);
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
  refusing ??= refusesMore();
  if (await refusing) return content;
  const member = new Member(0);
  member.add(content);
  // An engine that is silent about what follows the first member may have left out the rest.
  return member.end(bytes) === bytes.length ? content : undefined;
}

/** An empty file. */
const smallest = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, ...new Array<number>(8).fill(0)];
let refusing: Promise<boolean> | undefined;

/** Whether this engine's native stream fails for whatever follows the first member. Then what it unpacks needs no second checksum. */
async function refusesMore(): Promise<boolean> {
  const refused = [smallest, [1]].map(async (more) => {
    try {
      await pump(new DecompressionStream('gzip'), Uint8Array.from([...smallest, ...more]), new Sink(0, 0));
      return false;
    } catch {
      return true;
    }
  });
  return (await Promise.all(refused)).every(Boolean);
}

/** Members by fflate, which tells where they begin but checks nothing: their checksums and lengths are compared here. */
function unpackMembers(bytes: Uint8Array, maxBytes: number): Uint8Array<ArrayBuffer> {
  const sink = new Sink(0, maxBytes);
  const budget = { members: maxMembers };
  for (let at = 0; at < bytes.length; ) {
    at = unpackAdjacent(bytes, at, sink, budget);
    while (bytes[at] === 0) at++;
    if (at < bytes.length && !isGzip(bytes.subarray(at))) throw new Error('junk after the content');
  }
  return sink.bytes();
}

/** Unpacks the members that follow each other without a gap from `from` on; returns where the last one ends. */
function unpackAdjacent(bytes: Uint8Array, from: number, sink: Sink, budget: { members: number }): number {
  let member = new Member(from);
  let failure: unknown;
  const begin = (start: number): Member => {
    if (budget.members-- === 0) throw new Error(`more than ${maxMembers} members`);
    return new Member(start);
  };
  const reader = new Gunzip((chunk) => {
    member.add(chunk);
    sink.push(chunk);
  });
  reader.onmember = (offset) => {
    const start = from + offset;
    if (!member.endsAt(bytes, start)) failure = new Error('a member is changed');
    member = begin(start);
  };
  member = begin(from);
  try {
    for (let at = from; at < bytes.length; at += memberPieceBytes) {
      reader.push(bytes.subarray(at, at + memberPieceBytes), at + memberPieceBytes >= bytes.length);
    }
  } catch (cause) {
    if (cause instanceof OverBudget || budget.members < 0) throw cause;
    // Padding or junk after a member, or damage inside it: its end tells.
  }
  const end = member.end(bytes);
  if (failure !== undefined || end === undefined) throw failure ?? new Error('a member is cut short or changed');
  return end;
}

/** What came out of a member: its last eight bytes, checksum and length, follow from it. */
class Member {
  readonly #start: number;
  #crc = 0;
  #length = 0;

  constructor(start: number) {
    this.#start = start;
  }

  add(chunk: Uint8Array): void {
    this.#crc = crc32(chunk, this.#crc);
    this.#length += chunk.length;
  }

  /** True when the eight bytes lie before `end`. */
  endsAt(bytes: Uint8Array, end: number): boolean {
    const trailer = this.#trailer();
    return trailer.every((value, i) => bytes[end - trailer.length + i] === value);
  }

  /** Behind the eight bytes; undefined when the member is cut short or changed. fflate does not tell where a member ends. */
  end(bytes: Uint8Array): number | undefined {
    const [first] = this.#trailer();
    for (let at = bytes.indexOf(first, this.#start + smallestMemberBytes - 8); at >= 0; at = bytes.indexOf(first, at + 1)) {
      if (at + 8 <= bytes.length && this.endsAt(bytes, at + 8)) return at + 8;
    }
    return undefined;
  }

  #trailer(): Uint8Array {
    const trailer = new Uint8Array(8);
    const view = new DataView(trailer.buffer);
    view.setUint32(0, this.#crc, true);
    view.setUint32(4, this.#length % 2 ** 32, true);
    return trailer;
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
