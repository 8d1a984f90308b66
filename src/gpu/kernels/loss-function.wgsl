// Losses of one value x and its target t, and their derivatives by x, by LOSS: 0 L1, 1 squares, 2 KL divergence of log probabilities,
// 3 binary cross entropy of logits, 4 Huber (1), 5 binary cross entropy of probabilities, 6 log C of the continuous Bernoulli distribution.

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

// Value and derivative.
fn lossOf(x: f32, t: f32) -> vec2f {
  let d = x - t;
  switch LOSS {
    case 0: { return vec2f(abs(d), sign(d)); }
    case 1: { return vec2f(d * d, 2.0 * d); }
    case 2: { return vec2f(timesLog(t) - t * x, -t); }
    case 3: {
      let e = exp(-abs(x));
      return vec2f(max(x, 0.0) - x * t + logOnePlus(e), select(e, 1.0, x >= 0.0) / (1.0 + e) - t);
    }
    case 4: {
      let near = min(abs(d), 1.0);
      return vec2f(0.5 * near * near + abs(d) - near, clamp(d, -1.0, 1.0));
    }
    case 5: {
      let value = -t * max(log(x), -100.0) - (1.0 - t) * max(log(1.0 - x), -100.0);
      return vec2f(value, d / max(x * (1.0 - x), 1e-12));
    }
    default: {
      let r = clamp(x, 1e-5, 0.99999);
      let u = 1.0 - 2.0 * r;
      let inside = select(0.0, 1.0, x >= 1e-5 && x <= 0.99999);
      if (abs(u) < 0.25) {
        let series = artanhSeries(u);
        return vec2f(log(2.0 + 2.0 * series.x), -2.0 * inside * series.y / (1.0 + series.x));
      }
      let odds = log((1.0 - r) / r);
      return vec2f(log(odds / u), inside * (2.0 / u - 1.0 / (r * (1.0 - r) * odds)));
    }
  }
}
