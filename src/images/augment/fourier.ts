/** @file The discrete Fourier transform of a real volume, of any lengths (Bluestein 1970), in double precision. */
import { linesAlong } from './axis';

interface Complex {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

const complex = (length: number): Complex => ({ real: new Float64Array(length), imaginary: new Float64Array(length) });

/** In place, of a power of two; `sign` −1: forwards, 1: backwards without the division. */
function radix2({ real, imaginary }: Complex, sign: 1 | -1): void {
  const n = real.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i >= j) continue;
    [real[i], real[j]] = [real[j], real[i]];
    [imaginary[i], imaginary[j]] = [imaginary[j], imaginary[i]];
  }
  for (let size = 2; size <= n; size *= 2) {
    const half = size / 2;
    for (let k = 0; k < half; k++) {
      const angle = (sign * 2 * Math.PI * k) / size;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let i = k; i < n; i += size) {
        const j = i + half;
        const [x, y] = [real[j] * c - imaginary[j] * s, real[j] * s + imaginary[j] * c];
        real[j] = real[i] - x;
        imaginary[j] = imaginary[i] - y;
        real[i] += x;
        imaginary[i] += y;
      }
    }
  }
}

/** Transforms lines of n values: as a circular sum of chirps, whose length is a power of two. */
function lineTransform(n: number): (line: Complex) => void {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const chirp = complex(n);
  for (let i = 0; i < n; i++) {
    const angle = (-Math.PI * ((i * i) % (2 * n))) / n;
    chirp.real[i] = Math.cos(angle);
    chirp.imaginary[i] = Math.sin(angle);
  }
  const kernel = complex(size);
  for (let i = 0; i < n; i++)
    for (const at of i === 0 ? [0] : [i, size - i]) {
      kernel.real[at] = chirp.real[i];
      kernel.imaginary[at] = -chirp.imaginary[i];
    }
  radix2(kernel, -1);
  const work = complex(size);
  return (line) => {
    work.real.fill(0);
    work.imaginary.fill(0);
    for (let i = 0; i < n; i++) {
      work.real[i] = line.real[i] * chirp.real[i] - line.imaginary[i] * chirp.imaginary[i];
      work.imaginary[i] = line.real[i] * chirp.imaginary[i] + line.imaginary[i] * chirp.real[i];
    }
    radix2(work, -1);
    for (let i = 0; i < size; i++) {
      const [a, b] = [work.real[i], work.imaginary[i]];
      work.real[i] = a * kernel.real[i] - b * kernel.imaginary[i];
      work.imaginary[i] = a * kernel.imaginary[i] + b * kernel.real[i];
    }
    radix2(work, 1);
    for (let i = 0; i < n; i++) {
      const [a, b] = [work.real[i] / size, work.imaginary[i] / size];
      line.real[i] = a * chirp.real[i] - b * chirp.imaginary[i];
      line.imaginary[i] = a * chirp.imaginary[i] + b * chirp.real[i];
    }
  };
}

/** Frequency 0 comes first on each axis. */
export function fourier(data: Float32Array, shape: readonly number[]): Complex {
  const result = { real: Float64Array.from(data), imaginary: new Float64Array(data.length) };
  for (const axis of shape.keys()) {
    const { before, length, after } = linesAlong(shape, axis);
    if (length === 1) continue;
    const transform = lineTransform(length);
    const line = complex(length);
    for (let b = 0; b < before; b++)
      for (let a = 0; a < after; a++) {
        const start = b * length * after + a;
        for (let i = 0; i < length; i++) {
          line.real[i] = result.real[start + i * after];
          line.imaginary[i] = result.imaginary[start + i * after];
        }
        transform(line);
        for (let i = 0; i < length; i++) {
          result.real[start + i * after] = line.real[i];
          result.imaginary[start + i * after] = line.imaginary[i];
        }
      }
  }
  return result;
}
