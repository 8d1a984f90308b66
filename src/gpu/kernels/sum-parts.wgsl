// sum-parts: total[i] += sum over s < S of part[s][i], in this order.
//   in      part   [S, SIZE] f32
//   in/out  total  [SIZE]    f32; one thread sums a pack
@group(0) @binding(0) var<storage, read> part: array<pack>;
@group(0) @binding(1) var<storage, read_write> total: array<pack>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / PACK) { return; }
  var sum = pack();
  for (var s = 0; s < S; s++) { sum += part[s * (SIZE / PACK) + thread]; }
  total[thread] += sum;
}
