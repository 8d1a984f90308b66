// Adagrad: s += g^2, w -= rate g / (sqrt(s) + epsilon).
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {
  let s = slot[i] + g * g;
  slot[i] = s;
  return w - numbers.rate * g / (sqrt(s) + numbers.epsilon);
}
