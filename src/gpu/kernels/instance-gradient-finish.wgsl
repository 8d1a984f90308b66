// instance-gradient-finish: joins the parts of a channel of a sample to the means of dh and of dh * h.
//   in   part   [n, lanes, 2, C] f32, samples PS elements apart, from sample n0; range.parts lanes
//   out  means  [n, 2, C]        f32, from sample n0
// SIZE is the number of voxels of a sample. One workgroup per channel and sample; lanes are added in a fixed order.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read_write> means: array<f32>;

var<workgroup> shared_sum: array<vec2f, GROUP>;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = i32(group.y * groups.x + group.x);
  let sample = range.n0 + i32(group.z);
  var sum = vec2f();
  for (var l = i32(lane); l < range.parts; l += GROUP) {
    let at = sample * PS + l * 2 * C + c;
    sum += vec2f(part[at], part[at + C]);
  }
  shared_sum[lane] = sum;
  workgroupBarrier();
  if (lane == 0u && c < C) {
    var total = sum;
    for (var l = 1; l < min(GROUP, range.parts); l++) { total += shared_sum[l]; }
    means[sample * 2 * C + c] = total.x / f32(SIZE);
    means[sample * 2 * C + C + c] = total.y / f32(SIZE);
  }
}
