/**
 * @file gzip in and out through the platform's own (de)compression.
 *
 * The budget counts the bytes that really come out, not what the file says of itself. The native stream checks each member's
 * CRC. What follows the first member is treated differently by the engines (an error, or silence), so when the native stream
 * fails or the length in the last four bytes does not match, fflate finds where members begin and each is unpacked natively.
 * Junk or padding after the last member is refused. Source of the layout: RFC 1952.
 */
import { Gunzip } from 'fflate';
import { appError } from '../base/errors';

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
 * The unpacked bytes of all members. Throws `gzip-damaged` for what is cut short, changed or followed by junk, and
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
  return sink.length % 2 ** 32 === declared ? sink.bytes() : undefined;
}

async function unpackMembers(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const starts = memberStarts(bytes, maxBytes);
  const sink = new Sink(0, maxBytes);
  for (const [i, start] of starts.entries()) {
    const member = bytes.subarray(start, starts[i + 1]);
    const before = sink.length;
    await pump(new DecompressionStream('gzip'), member, sink);
    if ((sink.length - before) % 2 ** 32 !== declaredSize(member)) throw new Error(`member ${i} has another length than it says`);
  }
  return sink.bytes();
}

function memberStarts(bytes: Uint8Array, maxBytes: number): number[] {
  const starts = [0];
  let produced = 0;
  const reader = new Gunzip((chunk) => {
    produced += chunk.length;
    if (produced > maxBytes) throw new OverBudget();
  });
  reader.onmember = (offset) => {
    if (starts.push(offset) > maxMembers) throw new Error(`more than ${maxMembers} members`);
  };
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    reader.push(bytes.subarray(at, at + pieceBytes), at + pieceBytes >= bytes.length);
  }
  return starts;
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
