/** @file Multiply and add. */

/**
 * a · b + c. In the module for relaxed SIMD processors do it as one instruction, rounding once: about twice as fast. Which of the two a
 * processor does never changes on it.
 */
// @ts-expect-error: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}
