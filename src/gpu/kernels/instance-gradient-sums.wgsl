// instance-gradient-sums: part[l] = (sum of dh, sum of dh * h) over a sample's voxels l, l+L, ...; h the normalised value, dh = dz *
// derivative of the activation.
//   in   shape  f32: slope of LeakyReLU
//   in   dz     [n, D, H, W, C]   stored, samples ZS elements apart, from sample n0; planes d0 <= d < d0 + dn are read
//   in   y      [n, dn, H, W, C]  stored, samples YS elements apart; its first plane is d0
//   in   norm   [n, 2, C]         f32, from sample n0: mean, inverse
//   out  part   [n, lanes, 2, C]  f32, samples PS elements apart, from sample n0 and lane range.part0; range.parts lanes are written
// One thread makes one lane x a pack of channels.
struct Shape { slope: f32 }
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> dz: array<storedPack>;
@group(0) @binding(3) var<storage, read> y: array<storedPack>;
@group(0) @binding(4) var<storage, read> norm: array<pack>;
@group(0) @binding(5) var<storage, read_write> part: array<pack>;

const CP = C / PACK;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= CP * range.parts) { return; }
  let c = thread % CP;
  let l = thread / CP;
  let sample = i32(group.z);
  let mean = norm[(range.n0 + sample) * 2 * CP + c];
  let inverse = norm[(range.n0 + sample) * 2 * CP + CP + c];
  let yAt = sample * (YS / PACK) + c;
  let dzAt = (range.n0 + sample) * (ZS / PACK) + range.d0 * H * W * CP + c;
  var sum = pack();
  var product = pack();
  for (var voxel = l; voxel < range.dn * H * W; voxel += range.parts) {
    let hat = (pack(y[yAt + voxel * CP]) - mean) * inverse;
    let dh = pack(dz[dzAt + voxel * CP]) * derivative(activated(hat, shape.slope), shape.slope);
    sum += dh;
    product += dh * hat;
  }
  let r = (range.n0 + sample) * (PS / PACK) + (range.part0 + l) * 2 * CP + c;
  part[r] = sum;
  part[r + CP] = product;
}
