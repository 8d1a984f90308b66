/** @file Arithmetic on tensor shapes. */

/** Number of elements; 1 for the empty shape. */
export function product(shape: readonly number[]): number {
  let result = 1;
  for (const size of shape) result *= size;
  return result;
}

/** Row-major (C order) strides in elements. */
export function contiguousStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}
