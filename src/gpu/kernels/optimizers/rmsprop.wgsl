// RMSprop: v = beta1 v + (1 - beta1) g^2, w -= rate g / (sqrt(v) + epsilon).
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {
  let v = numbers.beta1 * slot[i] + numbers.less1 * g * g;
  slot[i] = v;
  return w - numbers.rate * g / (sqrt(v) + numbers.epsilon);
}
