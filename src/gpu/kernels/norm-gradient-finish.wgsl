// norm-gradient-finish: dbeta = sum of dz, dgamma = sum of dz * xhat; dy = dz * a + y * b + c for every voxel.
//   in      part      [lanes, 2, C] f32; range.parts lanes
//   in      weights   f32: gamma at GAMMA
//   in      norm      [4, C] f32: ..., mean, inverse
//   in/out  gradient  f32: dgamma is added at GAMMA, dbeta at BETA
//   out     line      [3, C] f32: a = gamma inverse, b = -a inverse dgamma / N, c = -a dbeta / N - b mean
// N = range.n * D * H * W. One workgroup per channel; lanes are added in a fixed order.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> norm: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;
@group(0) @binding(5) var<storage, read_write> line: array<f32>;

var<workgroup> shared_sum: array<vec2f, GROUP>;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let c = i32(group.y * groups.x + group.x);
  var sum = vec2f();
  for (var l = i32(lane); l < range.parts; l += GROUP) {
    sum += vec2f(part[l * 2 * C + c], part[(l * 2 + 1) * C + c]);
  }
  shared_sum[lane] = sum;
  workgroupBarrier();
  if (lane == 0u && c < C) {
    var total = sum;
    for (var l = 1; l < min(GROUP, range.parts); l++) { total += shared_sum[l]; }
    let count = f32(range.n) * f32(D * H * W);
    let mean = norm[2 * C + c];
    let inverse = norm[3 * C + c];
    let a = weights[GAMMA + c] * inverse;
    let b = -a * inverse * total.y / count;
    gradient[BETA + c] += total.x / GRADIENT_SCALE;
    gradient[GAMMA + c] += total.y / GRADIENT_SCALE;
    line[c] = a;
    line[C + c] = b;
    line[2 * C + c] = -a * total.x / count - b * mean;
  }
}
