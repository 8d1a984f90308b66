// peak: 64 fused multiply-adds a turn on 16 independent registers, TURNS turns: the most arithmetic that this device does.
//   out  o  [threads] f32
@group(0) @binding(0) var<storage, read_write> o: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  // Not known to the compiler; values stay near 1.
  let step = vec4f(f32(thread)) * 1e-9;
  let factor = vec4f(1.0) - step;
  var a = vec4f(1.0);
  var b = vec4f(1.1);
  var c = vec4f(1.2);
  var d = vec4f(1.3);
  for (var turn = 0; turn < TURNS; turn++) {
    a = fma(a, factor, step);
    b = fma(b, factor, step);
    c = fma(c, factor, step);
    d = fma(d, factor, step);
    a = fma(a, factor, step);
    b = fma(b, factor, step);
    c = fma(c, factor, step);
    d = fma(d, factor, step);
    a = fma(a, factor, step);
    b = fma(b, factor, step);
    c = fma(c, factor, step);
    d = fma(d, factor, step);
    a = fma(a, factor, step);
    b = fma(b, factor, step);
    c = fma(c, factor, step);
    d = fma(d, factor, step);
  }
  let sum = a + b + c + d;
  o[thread] = sum.x + sum.y + sum.z + sum.w;
}
