// RAdam: m, v as Adam; w -= rate m / (sqrt(v) + epsilon), while root is 0: w -= rate m.
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {
  let m = numbers.beta1 * slot[i] + numbers.less1 * g;
  let v = numbers.beta2 * slot2[i] + numbers.less2 * g * g;
  slot[i] = m;
  slot2[i] = v;
  return w - numbers.rate * m / select(sqrt(v) + numbers.epsilon, vec4f(1.0), numbers.root == 0.0);
}
