/**
 * @file The team: threads that share the memory take the parts of a kernel's work one by one. Who does a part changes nothing, as parts
 * depend on shapes alone: results are bit-equal for every number of threads. Thread 0 publishes a call and waits until it is done; the
 * others help (`help.ts`). Of a team of one nothing here is atomic.
 *
 * A kernel's loop: `for (let part = claim(parts); part >= 0; part = next(parts))`. One that joins partial sums at the end:
 * `for (let part = claim(parts); part >= 0; part = claim(parts)) { …; if (wasLast(parts)) { join; complete(); } }`.
 */
import { View } from './view.as';

/**
 * Words of the control block, each on a cache line of its own. TICKET: number of the call << 32 | its next part; while the call is
 * written, its next part is CLOSED. DONE: parts that are done. FINISHED, PUBLISHED: number of a call. HELP: 0 when helpers shall end.
 * FAILED: 1 once one of them met an error. COMMAND: number of the kernel, and its arguments as float64.
 */
const TICKET: usize = 0;
const DONE: usize = 64;
const FINISHED: usize = 128;
const PUBLISHED: usize = 192;
const HELP: usize = 256;
const FAILED: usize = 260;
const COMMAND: usize = 320;
/** Bytes of the control block. */
const CONTROL_BYTES: usize = 512;

const CLOSED: u64 = 0x7fffffff;
const NEXT_MASK: u64 = 0xffffffff;

/** How long thread 0 sleeps at most before it looks whether a helper failed. */
const WAIT_NS: i64 = 1_000_000_000;

/** Looks before a thread falls asleep: some 20 µs; waking up takes twice as long. */
const LOOKS = 20000;

/** Of a thread. */
const OWN_BYTES: usize = 384;
/** There: four voxels × eight channels that are put where only some of them are wanted. */
export const TILE_AT: usize = 0;
/** There: sums of a tile so far, and behind them what rounding took away from them. */
export const TOTALS_AT: usize = 128;
/** Room for partial sums. */
export const SUMS_BYTES: usize = 1 << 21;

/** Bytes that a team of so many threads needs. */
export function teamBytes(threads: i32): usize {
  return CONTROL_BYTES + SUMS_BYTES + <usize>threads * OWN_BYTES;
}

let control: usize = 0;
let threads: i32 = 1;
let thread: i32 = 0;
/** The call that this thread is at. */
let call: i32 = 0;
/** Of a team of one. */
let nextPart: i32 = 0;
let done: i32 = 0;

/** Where this thread keeps things of its own. */
export let own: usize = 0;
/** Where the team keeps partial sums. */
export let partial: usize = 0;
/** Number of this thread. */
export function threadNumber(): i32 {
  return thread;
}

/** Lets this instance of the kernels be one thread of a team, for which `teamBytes` bytes at `at` are free; zeros at first. */
export function join(at: usize, number: i32, count: i32): void {
  control = at;
  partial = at + CONTROL_BYTES;
  own = partial + SUMS_BYTES + <usize>number * OWN_BYTES;
  thread = number;
  threads = count;
  if (number == 0) atomic.store<i32>(control, 1, HELP);
}

/** The next part of this call, or −1. */
export function claim(parts: i32): i32 {
  if (threads == 1) {
    if (nextPart < parts) return nextPart++;
    nextPart = 0;
    return -1;
  }
  let ticket = atomic.load<u64>(control, TICKET);
  while (<i32>(ticket >> 32) == call && (ticket & NEXT_MASK) < <u64>parts) {
    const found = atomic.cmpxchg<u64>(control, ticket, ticket + 1, TICKET);
    if (found == ticket) return <i32>(ticket & NEXT_MASK);
    ticket = found;
  }
  return -1;
}

/** Says that a part is done. True if it was the last: whoever did it joins what the parts left, and says `complete`. */
export function wasLast(parts: i32): bool {
  if (threads > 1) return atomic.add<i32>(control, 1, DONE) + 1 == parts;
  if (++done < parts) return false;
  done = 0;
  return true;
}

export function complete(): void {
  if (threads == 1) return;
  atomic.store<i32>(control, call, FINISHED);
  atomic.notify(control + FINISHED, 1);
}

/** Says that a part is done, and claims another. */
export function next(parts: i32): i32 {
  if (wasLast(parts)) complete();
  return claim(parts);
}

/** Thread 0: begins to write a call. */
export function open(): void {
  call++;
  atomic.store<u64>(control, (<u64>(<u32>call) << 32) | CLOSED, TICKET);
}

/** Address of the number of the call's kernel, i32, and 8 bytes behind it its arguments, float64. */
export function commandAddress(): usize {
  return control + COMMAND;
}

/** Thread 0: the call is written, and may be helped with. */
export function publish(): void {
  atomic.store<i32>(control, 0, DONE);
  atomic.store<u64>(control, <u64>(<u32>call) << 32, TICKET);
  atomic.store<i32>(control, call, PUBLISHED);
  atomic.notify(control + PUBLISHED, -1);
}

/** Thread 0: true when the call is done; false where it never will be, since a helper failed. */
export function finish(): bool {
  let looks = 0;
  let finished = atomic.load<i32>(control, FINISHED);
  while (finished != call) {
    if (atomic.load<i32>(control, FAILED) != 0) return false;
    if (++looks > LOOKS) atomic.wait<i32>(control + FINISHED, finished, WAIT_NS);
    finished = atomic.load<i32>(control, FINISHED);
  }
  return true;
}

/** A helper: it met an error, and what it was at is not done. */
export function fail(): void {
  atomic.store<i32>(control, 1, FAILED);
}

/** A helper: sleeps until there is another call, whose number stands at `commandAddress`. False: the team is dissolved. */
export function waitForCall(): bool {
  let looks = 0;
  while (atomic.load<i32>(control, HELP) != 0) {
    const published = atomic.load<i32>(control, PUBLISHED);
    if (published != call) {
      call = published;
      return true;
    }
    if (++looks > LOOKS) atomic.wait<i32>(control + PUBLISHED, published, -1);
  }
  return false;
}

/** A helper: true if the command that it read was whole: no later call had begun. */
export function stillOpen(): bool {
  return <i32>(atomic.load<u64>(control, TICKET) >> 32) == call;
}

/** Thread 0: lets the helpers go. */
export function dissolve(): void {
  atomic.store<i32>(control, 0, HELP);
  atomic.notify(control + PUBLISHED, -1);
}

/** Rows of a flat image that are one part. */
export const ROWS = 8;

/** Parts of a sample: planes, or some rows of a flat image. */
// @ts-expect-error: decorator
@inline
export function partsOf(v: View): i32 {
  return v.D > 1 ? v.D : (v.H + ROWS - 1) / ROWS;
}

/** Plane of a part, of all parts of some samples. */
// @ts-expect-error: decorator
@inline
export function planeOf(v: View, part: i32): i32 {
  return v.D > 1 ? part % v.D : 0;
}

// @ts-expect-error: decorator
@inline
export function firstRow(v: View, part: i32): i32 {
  return v.D > 1 ? 0 : (part % partsOf(v)) * ROWS;
}

/** The row behind the last of a part. */
// @ts-expect-error: decorator
@inline
export function endRow(v: View, part: i32): i32 {
  return v.D > 1 ? v.H : min(v.H, firstRow(v, part) + ROWS);
}

/** Groups of parts that have a partial sum of `bytes` each. */
export function groupsOf(parts: i32, bytes: usize): i32 {
  return max(1, min(min(parts, 32), <i32>(SUMS_BYTES / bytes)));
}

/** First part of a group. */
// @ts-expect-error: decorator
@inline
export function groupStart(group: i32, groups: i32, parts: i32): i32 {
  return <i32>((<i64>group * parts) / groups);
}

/** `to` = Σ of the partial sums of all groups in their order, `count` float64 each. */
export function joinSums(groups: i32, count: i32, to: usize): void {
  const bytes = <usize>count << 3;
  memory.copy(to, partial, bytes);
  for (let g = 1; g < groups; g++) {
    const from = partial + <usize>g * bytes;
    for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, f64x2.add(v128.load(to + i), v128.load(from + i)));
  }
}
