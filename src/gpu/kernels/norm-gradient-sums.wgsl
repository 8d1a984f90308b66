// norm-gradient-sums: part[l] = (sum of dz, sum of dz * xhat) over the pooled voxels l, l+L, ...; dz = dp where relu was not zero.
//   in   dp    [n, SIZE, C]   stored, samples ZS elements apart
//   in   peak  as dp          stored: y where the maximum was; xhat = (peak - mean) * inverse
//   in   code  [n, SIZE, C/8] u32, samples CS words apart
//   in   norm  [4, C]         f32: ..., mean, inverse
//   out  part  [lanes, 2, C]  f32, at lane range.part0; range.parts lanes are written
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> dp: array<stored4>;
@group(0) @binding(2) var<storage, read> peak: array<stored4>;
@group(0) @binding(3) var<storage, read> code: array<u32>;
@group(0) @binding(4) var<storage, read> norm: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> part: array<vec4f>;

const C4 = C / 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= C4 * range.parts) { return; }
  let c = thread % C4;
  let l = thread / C4;
  let mean = norm[2 * C4 + c];
  let inverse = norm[3 * C4 + c];
  let shifts = vec4<u32>(3u, 7u, 11u, 15u) + u32(c % 2) * 16u;
  var sum = vec4f();
  var product = vec4f();
  for (var voxel = l; voxel < range.n * SIZE; voxel += range.parts) {
    let sample = voxel / SIZE;
    let at = sample * (ZS / 4) + (voxel % SIZE) * C4 + c;
    let dead = (vec4<u32>(code[sample * CS + (voxel % SIZE) * (C / 8) + c / 2]) >> shifts) & vec4<u32>(1u);
    let dz = select(vec4f(), vec4f(dp[at]), dead == vec4<u32>());
    sum += dz;
    product += dz * (vec4f(peak[at]) - mean) * inverse;
  }
  let r = (range.part0 + l) * 2 * C4 + c;
  part[r] = sum;
  part[r + C4] = product;
}
