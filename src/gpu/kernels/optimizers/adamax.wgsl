// Adamax: m as Adam; u = max(beta2 u, |g| + epsilon); w -= rate m / u.
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f {
  let m = numbers.beta1 * slot[i] + numbers.less1 * g;
  let u = max(numbers.beta2 * slot2[i], abs(g) + numbers.epsilon);
  slot[i] = m;
  slot2[i] = u;
  return w - numbers.rate * m / u;
}
