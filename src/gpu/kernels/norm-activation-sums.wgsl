// norm-activation-sums: part[l] = (sum of dh, sum of dh * hat) over the voxels l, l+L, ...; dh = dz * derivative of the activation of
// y * scale + shift, hat = (y - mean) * inverse.
//   in   shape  f32: slope of LeakyReLU
//   in   dz     [n, dn, C]           stored, samples ZS elements apart
//   in   y      as dz                stored, samples YS elements apart
//   in   norm   [4, C]               f32: scale, shift, mean, inverse
//   out  part   [lanes, 2, C]        f32, at lane range.part0; range.parts lanes are written
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
  let scale = norm[c];
  let shift = norm[CP + c];
  let mean = norm[2 * CP + c];
  let inverse = norm[3 * CP + c];
  let size = range.dn;
  var sum = pack();
  var product = pack();
  for (var voxel = l; voxel < range.n * size; voxel += range.parts) {
    let sample = voxel / size;
    let at = (voxel % size) * CP + c;
    let value = pack(y[sample * (YS / PACK) + at]);
    let dh = pack(dz[sample * (ZS / PACK) + at]) * derivative(activated(value * scale + shift, shape.slope), shape.slope);
    sum += dh;
    product += dh * (value - mean) * inverse;
  }
  let r = (range.part0 + l) * 2 * CP + c;
  part[r] = sum;
  part[r + CP] = product;
}
