/** @file Where tensors lie: two share memory only if no step needs both. */
import type { Plan, Tensor } from './plan';

/** A place in one of the arenas, in bytes. */
export interface Place {
  readonly arena: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface Placement {
  /** Of each tensor, the places of its parts in order. */
  readonly places: ReadonlyMap<Tensor, readonly Place[]>;
  /** Bytes of each arena. */
  readonly arenas: readonly number[];
}

export interface PlaceOptions {
  /** Bytes of the parts of a tensor: several where one buffer cannot hold it. Each is placed by itself. */
  readonly partsOf: (tensor: Tensor) => readonly number[];
  /** Offsets are multiples of this. */
  readonly align: number;
  /** Bytes of the largest arena; absent: one arena without a bound. A part that is larger gets an arena of its own size. */
  readonly largest?: number;
}

interface Placed extends Place {
  readonly life: readonly [number, number];
}

/** The first gap of an arena between what is alive at the same time; its end if there is none. */
function gap(arena: readonly Placed[], [from, to]: readonly [number, number], bytes: number): number {
  const busy = arena.filter(({ life: [a, b] }) => a <= to && from <= b).sort((a, b) => a.offset - b.offset);
  let at = 0;
  for (const other of busy) {
    if (at + bytes <= other.offset) break;
    at = Math.max(at, other.offset + other.bytes);
  }
  return at;
}

/** Places every tensor of a plan, the largest parts first, each in the first arena that has room. */
export function place({ lives }: Plan, { partsOf, align, largest = Number.POSITIVE_INFINITY }: PlaceOptions): Placement {
  const arenas: Placed[][] = [];
  const places = new Map<Tensor, Place[]>();
  const parts = [...lives].flatMap(([tensor, life]) => {
    places.set(tensor, []);
    return partsOf(tensor).map((bytes, part) => ({ tensor, life, part, bytes: Math.ceil(bytes / align) * align }));
  });
  for (const { tensor, life, part, bytes } of parts.sort((a, b) => b.bytes - a.bytes)) {
    let arena = arenas.findIndex((one) => gap(one, life, bytes) + bytes <= largest);
    if (arena < 0) arena = arenas.push([]) - 1;
    const placed = { arena, offset: gap(arenas[arena], life, bytes), bytes, life };
    arenas[arena].push(placed);
    places.get(tensor)![part] = { arena, offset: placed.offset, bytes };
  }
  return { places, arenas: arenas.map((one) => Math.max(0, ...one.map(({ offset, bytes }) => offset + bytes))) };
}
