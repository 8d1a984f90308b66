// Adadelta: v = beta1 v + (1 - beta1) g^2, delta = sqrt(a + epsilon) / sqrt(v + epsilon) g, a = beta1 a + (1 - beta1) delta^2,
// w -= rate delta.
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {
  let v = numbers.beta1 * slot[i] + numbers.less1 * g * g;
  let a = slot2[i];
  let delta = sqrt(a + numbers.epsilon) / sqrt(v + numbers.epsilon) * g;
  slot[i] = v;
  slot2[i] = numbers.beta1 * a + numbers.less1 * delta * delta;
  return w - numbers.rate * delta;
}
