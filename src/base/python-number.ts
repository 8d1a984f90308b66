/** @file Numbers as Python prints them; the files of ClinicaDL are full of them. */

/**
 * `repr` of a Python float: the shortest digits that read back the same, always with a point or an exponent; the exponent form
 * below 1e-4 and from 1e16 on (`0.5`, `1.0`, `1e-05`, `1e+16`, `nan`, `inf`).
 */
export function printFloat(x: number): string {
  if (Number.isNaN(x)) return 'nan';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  const size = Math.abs(x);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = x.toExponential().split('e');
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  if (!Number.isInteger(x)) return String(x);
  return Object.is(x, -0) ? '-0.0' : `${x}.0`;
}

/** The text of a number that Python holds as float64, or as numpy's float32 (`single`): the shortest that reads back as the same. */
export function floatText(x: number, single = false): string {
  if (!single || !Number.isFinite(x)) return printFloat(x);
  for (let digits = 1; digits < 10; digits++) {
    const short = Number(x.toPrecision(digits));
    if (Math.fround(short) === x) return printFloat(short);
  }
  return printFloat(x);
}

/** The number in a text of Python: `1.5`, `nan`, `-inf`. */
export function readFloat(text: string): number {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite === null) return Number(text);
  return infinite[1] === '-' ? -Infinity : Infinity;
}

/** A float as pandas writes it into a cell: a missing value (NaN) is nothing. */
export function printCell(x: number): string {
  return Number.isNaN(x) ? '' : printFloat(x);
}

/** Marks a number that Python holds as a float, so that 1 is printed as `1.0` in JSON and TOML. */
export class PyFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** The float of Python with this value. */
export function pyFloat(value: number): PyFloat {
  return new PyFloat(value);
}
