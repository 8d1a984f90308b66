// norm-finish: joins the parts of a channel to mean and variance; z = y * scale + shift is the normalised value.
//   in      part     [lanes, 3, C] f32: count, mean, squared differences; range.parts lanes
//   in      weights  f32: gamma at GAMMA, beta at BETA, convolution bias at BIAS (y was made without it), none if BIAS is -1
//   in/out  running  f32: mean at MEAN, variance at VAR: r = 0.9 r + 0.1 statistic (variance unbiased)
//   out     norm     [4, C] f32: scale, shift, mean, 1/sqrt(variance + 1e-5)
// One workgroup per channel; lanes join in a fixed order.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read_write> running: array<f32>;
@group(0) @binding(4) var<storage, read_write> norm: array<f32>;

var<workgroup> joined: array<vec3f, GROUP>;

// Count, mean and squared differences of two sets together (Chan, Golub and LeVeque 1979).
fn join(a: vec3f, b: vec3f) -> vec3f {
  let n = a.x + b.x;
  let share = b.x / max(n, 1.0);
  let offset = b.y - a.y;
  return vec3f(n, a.y + offset * share, a.z + b.z + offset * offset * a.x * share);
}

fn biasOf(c: i32) -> f32 {
  if (BIAS < 0) { return 0.0; }
  return weights[max(BIAS, 0) + c];
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = i32(group.y * groups.x + group.x);
  var own = vec3f();
  for (var l = i32(lane); l < range.parts; l += GROUP) {
    own = join(own, vec3f(part[l * 3 * C + c], part[(l * 3 + 1) * C + c], part[(l * 3 + 2) * C + c]));
  }
  joined[lane] = own;
  workgroupBarrier();
  if (lane == 0u && c < C) {
    var all = own;
    for (var l = 1; l < min(GROUP, range.parts); l++) { all = join(all, joined[l]); }
    let n = all.x;
    let mean = all.y;
    let difference = all.z;
    let variance = difference / n;
    let inverse = 1.0 / sqrt(variance + 1e-5);
    let scale = weights[GAMMA + c] * inverse;
    norm[c] = scale;
    norm[C + c] = weights[BETA + c] - mean * scale;
    norm[2 * C + c] = mean;
    norm[3 * C + c] = inverse;
    running[MEAN + c] = 0.9 * running[MEAN + c] + 0.1 * (mean + biasOf(c));
    running[VAR + c] = 0.9 * running[VAR + c] + 0.1 * (difference / max(n - 1.0, 1.0));
  }
}
