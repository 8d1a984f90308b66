// peak: 64 fused multiply-adds a turn on 16 registers, TURNS turns: the most arithmetic that this device does.
//   out  o  [threads] f32
@group(0) @binding(0) var<storage, read_write> o: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  let step = vec4f(f32(thread)) * 1e-9;
  var a = vec4f(1.0);
  var b = vec4f(2.0);
  var c = vec4f(3.0);
  var d = vec4f(4.0);
  for (var turn = 0; turn < TURNS; turn++) {
    a = fma(a, b, step);
    b = fma(b, c, step);
    c = fma(c, d, step);
    d = fma(d, a, step);
    a = fma(a, c, step);
    b = fma(b, d, step);
    c = fma(c, a, step);
    d = fma(d, b, step);
    a = fma(a, d, step);
    b = fma(b, a, step);
    c = fma(c, b, step);
    d = fma(d, c, step);
    a = fma(a, b, step);
    b = fma(b, c, step);
    c = fma(c, d, step);
    d = fma(d, a, step);
  }
  let sum = a + b + c + d;
  o[thread] = sum.x + sum.y + sum.z + sum.w;
}
