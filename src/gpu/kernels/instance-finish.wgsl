// instance-finish: joins the parts of a channel of a sample to its mean and variance.
//   in   part  [n, lanes, 3, C] f32, samples PS elements apart, from sample n0: count, mean, squared differences; range.parts lanes
//   out  norm  [n, 2, C]        f32, from sample n0: mean, 1/sqrt(variance + 1e-5)
// One workgroup per channel and sample; lanes join in a fixed order.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read_write> norm: array<f32>;

var<workgroup> joined: array<vec3f, GROUP>;

// Count, mean and squared differences of two sets together (Chan, Golub and LeVeque 1979).
fn join(a: vec3f, b: vec3f) -> vec3f {
  let n = a.x + b.x;
  let share = b.x / max(n, 1.0);
  let offset = b.y - a.y;
  return vec3f(n, a.y + offset * share, a.z + b.z + offset * offset * a.x * share);
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = i32(group.y * groups.x + group.x);
  let sample = range.n0 + i32(group.z);
  var own = vec3f();
  for (var l = i32(lane); l < range.parts; l += GROUP) {
    let at = sample * PS + l * 3 * C + c;
    own = join(own, vec3f(part[at], part[at + C], part[at + 2 * C]));
  }
  joined[lane] = own;
  workgroupBarrier();
  if (lane == 0u && c < C) {
    var all = own;
    for (var l = 1; l < min(GROUP, range.parts); l++) { all = join(all, joined[l]); }
    norm[sample * 2 * C + c] = all.y;
    norm[sample * 2 * C + C + c] = 1.0 / sqrt(all.z / all.x + 1e-5);
  }
}
