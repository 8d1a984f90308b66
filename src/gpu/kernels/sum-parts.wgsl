// sum-parts: total[i] += sum over s < S of part[s][i], in this order.
//   in      part   [S, SIZE] f32
//   in/out  total  [SIZE]    f32; SIZE is a multiple of 4, one thread sums 4
@group(0) @binding(0) var<storage, read> part: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> total: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / 4) { return; }
  var sum = vec4f();
  for (var s = 0; s < S; s++) { sum += part[s * (SIZE / 4) + thread]; }
  total[thread] += sum;
}
