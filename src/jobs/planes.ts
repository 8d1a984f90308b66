/** @file Middle planes of tensors [c, …space], for the page. */

/** A plane as it is drawn: row 0 is on top. */
export interface GreyPlane {
  readonly width: number;
  readonly height: number;
  /** Row by row, 0…255. */
  readonly grey: Uint8Array<ArrayBuffer>;
}

export function rangeOf(values: Float32Array): readonly [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return [least, most];
}

export interface Plane {
  /** Of its first voxel, and from voxel to voxel along both of its axes. */
  readonly start: number;
  readonly across: { readonly size: number; readonly stride: number };
  readonly upwards: { readonly size: number; readonly stride: number };
}

/** A slice itself, or the middle planes of a volume; the first axis of a plane goes to the right, the second upwards. */
export function planesOf([, ...space]: readonly number[]): (Plane & { readonly title: string })[] {
  const axes = space.map((size, axis) => ({ size, stride: space.slice(axis + 1).reduce((a, b) => a * b, 1) }));
  if (axes.length === 2) return [{ title: '', start: 0, across: axes[0], upwards: axes[1] }];
  return axes.map(({ size, stride }, cut) => {
    const [across, upwards] = axes.filter((_, axis) => axis !== cut);
    return { title: `across axis ${cut + 1}`, start: Math.floor(size / 2) * stride, across, upwards };
  });
}

export function greyPlane(values: Float32Array, { start, across, upwards }: Plane, black: number, white: number): GreyPlane {
  const [width, height] = [across.size, upwards.size];
  const grey = new Uint8Array(width * height);
  const scale = white > black ? 255 / (white - black) : 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const value = values[start + x * across.stride + (height - 1 - y) * upwards.stride];
      grey[y * width + x] = Math.round(Math.min(255, Math.max(0, (value - black) * scale)));
    }
  return { width, height, grey };
}
