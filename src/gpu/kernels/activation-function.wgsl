// The activations, by ACTIVATION: 0 none, 1 ReLU, 2 LeakyReLU with `slope`, 3 ELU, 4 sigmoid, 5 tanh.

// exp(x) - 1 for x <= 0, with all digits near 0.
fn expMinusOne(x: pack) -> pack {
  let series = x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * (1.0 + x / 7.0))))));
  // Below, exp vanishes; some drivers have trouble with what is smaller than the smallest number.
  return select(exp(max(x, pack(-80.0))) - 1.0, series, x > pack(-0.35));
}

fn activated(x: pack, slope: f32) -> pack {
  switch ACTIVATION {
    case 1: { return select(max(x, pack()), x, x != x); }
    case 2: { return select(x, x * slope, x < pack()); }
    case 3: { return select(x, expMinusOne(min(x, pack())), x < pack()); }
    case 4: { return 1.0 / (1.0 + exp(-clamp(x, pack(-80.0), pack(80.0)))); }
    case 5: {
      let e = expMinusOne(-2.0 * abs(x));
      return select(-e / (2.0 + e), e / (2.0 + e), x < pack());
    }
    default: { return x; }
  }
}

// The derivative, by its value z.
fn derivative(z: pack, slope: f32) -> pack {
  switch ACTIVATION {
    case 1: { return select(pack(), pack(1.0), z > pack()); }
    case 2: { return select(pack(slope), pack(1.0), z > pack()); }
    case 3: { return select(z + 1.0, pack(1.0), z > pack()); }
    case 4: { return z * (1.0 - z); }
    case 5: { return 1.0 - z * z; }
    default: { return pack(1.0); }
  }
}
