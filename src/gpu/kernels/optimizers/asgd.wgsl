// ASGD: w -= rate g, ax += along (w - ax).
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {
  let next = w - numbers.rate * g;
  let ax = slot[i];
  slot[i] = ax + numbers.along * (next - ax);
  return next;
}
