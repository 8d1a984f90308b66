// Adam, AdamW, NAdam: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2, w -= (rate m + along g) / (sqrt(v) / root + epsilon).
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {
  let m = numbers.beta1 * slot[i] + numbers.less1 * g;
  let v = numbers.beta2 * slot2[i] + numbers.less2 * g * g;
  slot[i] = m;
  slot2[i] = v;
  return w - (numbers.rate * m + numbers.along * g) / (sqrt(v) / numbers.root + numbers.epsilon);
}
