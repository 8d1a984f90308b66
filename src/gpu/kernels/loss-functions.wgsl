// What terms of losses call (loss-terms.ts).

// log(1 + u) for u >= 0, with all digits near 0.
fn logOnePlus(u: f32) -> f32 {
  return select(log(1.0 + u), u * (1.0 - u * (0.5 - u * (0.33333333 - u * 0.25))), u < 0.01);
}

// t log t, 0 at 0 and NaN below. The square root is NaN where compilers must not know it.
fn timesLog(t: f32) -> f32 { return select(t * log(t), sqrt(min(t, 0.0)), t <= 0.0); }

// 2 artanh(u) / u / 2 - 1 and its derivative, near 0.
fn artanhSeries(u: f32) -> vec2f {
  let s = u * u;
  let value = s * (1.0 / 3.0 + s * (1.0 / 5.0 + s * (1.0 / 7.0 + s * (1.0 / 9.0 + s * (1.0 / 11.0 + s * (1.0 / 13.0 + s / 15.0))))));
  let slope = u * (2.0 / 3.0 + s * (4.0 / 5.0 + s * (6.0 / 7.0 + s * (8.0 / 9.0 + s * (10.0 / 11.0 + s * (12.0 / 13.0 + s * 14.0 / 15.0))))));
  return vec2f(value, slope);
}
