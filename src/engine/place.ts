/** @file Where tensors lie: two share memory only if no step needs both. */
/** A place in one of the arenas, in bytes. */
export interface Place {
  readonly arena: number;
  readonly offset: number;
  readonly bytes: number;
}

export interface Placement<Tensor> {
  /** Of each tensor, the places of its parts in order. */
  readonly places: ReadonlyMap<Tensor, readonly Place[]>;
  /** Bytes of each arena. */
  readonly arenas: readonly number[];
}

export interface PlaceOptions<Tensor> {
  /** Bytes of the parts of a tensor: several where one buffer cannot hold it. Each is placed by itself. */
  readonly partsOf: (tensor: Tensor) => readonly number[];
  /** Offsets are multiples of this. */
  readonly align: number;
  /** Bytes of the largest arena; absent: one arena without a bound. A part that is larger gets an arena of its own size. */
  readonly largest?: number;
  /** Tensors that may not share an arena: a device may forbid to read and write one at a time. Both ways. Absent: all may. */
  readonly apart?: ReadonlyMap<Tensor, ReadonlySet<Tensor>>;
}

type Life = readonly [number, number];

interface Placed<Tensor> extends Place {
  readonly life: Life;
  readonly tensor: Tensor;
}

/** The first gap of an arena between what is alive at the same time; its end if there is none. */
function gap(arena: readonly Placed<unknown>[], [from, to]: Life, bytes: number): number {
  const busy = arena.filter(({ life: [a, b] }) => a <= to && from <= b).sort((a, b) => a.offset - b.offset);
  let at = 0;
  for (const other of busy) {
    if (at + bytes <= other.offset) break;
    at = Math.max(at, other.offset + other.bytes);
  }
  return at;
}

const ends = (arena: readonly Placed<unknown>[]): number => Math.max(0, ...arena.map(({ offset, bytes }) => offset + bytes));

/** Places every tensor of a plan, the largest parts first, each in the arena that grows least by it; the first of equals. */
export function place<Tensor>(
  { lives }: { readonly lives: ReadonlyMap<Tensor, Life> },
  { partsOf, align, largest = Number.POSITIVE_INFINITY, apart }: PlaceOptions<Tensor>,
): Placement<Tensor> {
  const arenas: Placed<Tensor>[][] = [];
  const places = new Map<Tensor, Place[]>();
  const parts = [...lives].flatMap(([tensor, life]) => {
    places.set(tensor, []);
    return partsOf(tensor).map((bytes, part) => ({ tensor, life, part, bytes: Math.ceil(bytes / align) * align }));
  });
  for (const { tensor, life, part, bytes } of parts.sort((a, b) => b.bytes - a.bytes)) {
    const foes = apart?.get(tensor);
    let [best, growth] = [arenas.length, bytes];
    let offset = 0;
    for (const [arena, one] of arenas.entries()) {
      if (foes !== undefined && one.some((other) => foes.has(other.tensor))) continue;
      const at = gap(one, life, bytes);
      const more = Math.max(0, at + bytes - ends(one));
      // One that is as large as the new arena would be is taken all the same: fewer are better.
      if (at + bytes > largest || (best === arenas.length ? more > growth : more >= growth)) continue;
      [best, growth, offset] = [arena, more, at];
    }
    if (best === arenas.length) arenas.push([]);
    arenas[best].push({ arena: best, offset, bytes, life, tensor });
    places.get(tensor)![part] = { arena: best, offset, bytes };
  }
  return { places, arenas: arenas.map(ends) };
}
