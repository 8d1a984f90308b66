/** @file `generate shepplogan`: two-dimensional phantoms of a head, in three subtypes. What is drawn is drawn first, painted afterwards. */
import type { NumpyRandom } from '../../base/numpy-random';
import type { PythonRandom } from '../../base/python-random';
import { gaussianFilter } from '../augment/gaussian';

interface Ellipse {
  /** Row and column. */
  readonly centre: readonly [number, number];
  /** Along rows and columns, before it is turned. */
  readonly radii: readonly [number, number];
  readonly angle: number;
  readonly colour: number;
}

/** Plain data. */
export interface Phantom {
  readonly size: number;
  /** Later ones lie over earlier ones. */
  readonly ellipses: readonly Ellipse[];
  /** Deviation of the filter, in pixels; null: not smoothed. */
  readonly blur: number | null;
}

export type Subtype = 0 | 1 | 2;

const LARGE = [1, 1.2] as const;
const SMALL = [0.8, 0.9] as const;

/** Draws as ClinicaDL 1.6.1: all from Python's generator but the angles of the ventricles. */
export function drawPhantom(
  { python, numpy }: { readonly python: PythonRandom; readonly numpy: NumpyRandom },
  size: number,
  subtype: Subtype,
  smoothing: boolean,
): Phantom {
  const middle = (size + 1) / 2;
  const [a, b] = [middle - 2, (2 * middle) / 3 - 2];
  const most = size / 32;
  const colour = python.uniform(0.4, 0.6);
  const ellipses: Ellipse[] = [{ centre: [middle, middle], radii: [a, b], angle: 0, colour: 1 }];
  const thickness = python.uniform(1, most);
  const inner = { radii: [a - thickness, b - thickness] as const, angle: 0, colour: 0.2 };
  ellipses.push({ centre: [middle + thickness / 2, middle], ...inner });

  const place = (row: number, column: number, rows: number, columns: number, [lo, hi]: readonly [number, number]): void => {
    const offsets = [python.uniform(1, most), python.uniform(1, most)];
    const scales = [python.uniform(lo, hi), python.uniform(lo, hi)];
    const angle = python.uniform(-Math.PI, Math.PI);
    const radii = [(b / rows) * scales[0], (b / columns) * scales[1]] as const;
    ellipses.push({ centre: [row + offsets[0], column + offsets[1]], radii, angle, colour });
  };
  const top = subtype === 2 ? SMALL : LARGE;
  const bottom = subtype === 1 ? SMALL : LARGE;
  place(middle, middle, 6, 6, LARGE);
  place(0.6 * middle, middle, 3, 4, top);
  place(1.5 * middle, middle, 10, 10, bottom);
  place(1.5 * middle, 1.1 * middle, 10, 10, bottom);
  place(1.5 * middle, 0.9 * middle, 10, 10, bottom);

  for (const side of [1, -1]) {
    const scaled = a * python.uniform(0.8, 1.2);
    const turn = numpy.uniform(-Math.PI / 16, Math.PI / 16);
    const centre = [middle, (1 - side * 0.25) * middle] as const;
    ellipses.push({ centre, radii: [scaled / 3, scaled / 6], angle: (side * Math.PI) / 8 + turn, colour: 0 });
  }
  return { size, ellipses, blur: smoothing ? (python.uniform(0, 1) * size) / 100 : null };
}

/** Row after row. */
export function paintPhantom({ size, ellipses, blur }: Phantom): Float32Array<ArrayBuffer> {
  const image = new Float64Array(size * size);
  for (const { centre, radii, angle, colour } of ellipses) {
    const turned = angle - Math.floor(angle / Math.PI) * Math.PI;
    const [cos, sin] = [Math.cos(turned), Math.sin(turned)];
    for (let row = 0, at = 0; row < size; row++)
      for (let column = 0; column < size; column++, at++) {
        const [x, y] = [row - centre[0], column - centre[1]];
        if (((x * cos + y * sin) / radii[0]) ** 2 + ((x * sin - y * cos) / radii[1]) ** 2 < 1) image[at] = colour;
      }
  }
  return Float32Array.from(blur === null ? image : gaussianFilter(image, [size, size], [blur, blur]));
}
