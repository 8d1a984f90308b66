// channel-means: out[n, c] = factor * sum over range.parts lanes of part[n, l, c].
//   in   shape  f32: factor
//   in   part   [n, lanes, C] f32
//   out  out    [n, C]        f32, samples OS elements apart
// One workgroup per channel and sample; lanes are added in a fixed order.
struct Shape { factor: f32 }
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> part: array<f32>;
@group(0) @binding(3) var<storage, read_write> out: array<f32>;

var<workgroup> shared_sum: array<f32, GROUP>;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = i32(group.y * groups.x + group.x);
  let sample = i32(group.z);
  var sum = 0.0;
  for (var l = i32(lane); l < range.parts; l += GROUP) { sum += part[(sample * range.parts + l) * C + c]; }
  shared_sum[lane] = sum;
  workgroupBarrier();
  if (lane == 0u && c < C) {
    for (var l = 1; l < min(GROUP, range.parts); l++) { sum += shared_sum[l]; }
    out[sample * OS + c] = shape.factor * sum;
  }
}
