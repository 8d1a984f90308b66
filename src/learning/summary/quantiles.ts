/** @file Exact quantiles of many values in two passes, without sorting: a brain has millions of voxels. */

const buckets = 1 << 16;
/** Fewer values are sorted sooner than so many buckets are filled and read. */
const sortedBelow = 1 << 16;

/** The float32 of a place among all float32 numbers, which its bits have when those of negative ones are turned around. */
function numberOf(key: number): number {
  const bits = key & 0x8000_0000 ? key & 0x7fff_ffff : ~key;
  return new Float32Array(Uint32Array.of(bits >>> 0).buffer)[0] + 0;
}

/** The values at some places of the sorted order, by place; `places` ascend. */
function valuesAt(values: Float32Array, places: readonly number[]): Map<number, number> {
  if (values.length < sortedBelow) {
    const sorted = values.slice().sort();
    return new Map(places.map((place) => [place, sorted[place] + 0]));
  }
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  const high = new Uint32Array(buckets);
  for (let i = 0; i < words.length; i++) {
    const bits = words[i];
    high[(bits ^ ((bits >> 31) | 0x8000_0000)) >>> 16]++;
  }
  const found: { readonly place: number; readonly bucket: number; readonly inBucket: number }[] = [];
  let [bucket, before] = [0, 0];
  for (const place of places) {
    while (before + high[bucket] <= place) before += high[bucket++];
    found.push({ place, bucket, inBucket: place - before });
  }
  const slots = new Map([...new Set(found.map((one) => one.bucket))].map((one, slot) => [one, slot]));
  const slotOf = new Int8Array(buckets).fill(-1);
  for (const [one, slot] of slots) slotOf[one] = slot;
  const low = new Uint32Array(buckets * slots.size);
  for (let i = 0; i < words.length; i++) {
    const bits = words[i];
    const key = bits ^ ((bits >> 31) | 0x8000_0000);
    const slot = slotOf[key >>> 16];
    if (slot >= 0) low[slot * buckets + (key & 0xffff)]++;
  }
  return new Map(
    found.map(({ place, bucket: own, inBucket }) => {
      const start = slots.get(own)! * buckets;
      let [digit, below] = [0, 0];
      while (below + low[start + digit] <= inBucket) below += low[start + digit++];
      return [place, numberOf(own * buckets + digit)];
    }),
  );
}

function hasNaN(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

/**
 * As `numpy.quantile` with its default method: linear between the two neighbours in the sorted values. `probabilities`: 0…1. NaN for
 * all where one of the values is NaN, or there is none. Takes 0.5 MB, and 0.5 MB for each probability.
 */
export function quantilesOf(values: Float32Array, probabilities: readonly number[]): number[] {
  const places = probabilities.map((p) => p * (values.length - 1));
  if (values.length === 0 || hasNaN(values)) return places.map(() => Number.NaN);
  const wanted = [...new Set(places.flatMap((place) => [Math.floor(place), Math.ceil(place)]))].sort((a, b) => a - b);
  const sorted = valuesAt(values, wanted);
  return places.map((place) => {
    const [a, b] = [sorted.get(Math.floor(place))!, sorted.get(Math.ceil(place))!];
    return a === b ? a : a + (b - a) * (place - Math.floor(place));
  });
}
