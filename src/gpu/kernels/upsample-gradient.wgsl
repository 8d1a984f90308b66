// upsample-gradient: dx = sum of dy over the voxels that were made of x.
//   in   dy  [n, D*BYD, H*BY, W*BY, C]  stored, samples YS elements apart; a window from element range.from0
//   out  dx  [n, D, H, W, C]            stored, samples XS elements apart; a window from element range.from1
// Planes d0 <= d < d0 + dn of dx. One thread makes one voxel x a pack of channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> dy: array<storedPack>;
@group(0) @binding(2) var<storage, read_write> dx: array<storedPack>;

const CP = C / PACK;
const OH = H * BY;
const OW = W * BY;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.dn * H * W * CP) { return; }
  let at = range.d0 * H * W * CP + thread;
  let c = at % CP;
  let w = at / CP % W * BY;
  let h = at / (CP * W) % H * BY;
  let d = at / (CP * W * H) * BYD;
  let begin = (i32(group.z) * YS - range.from0) / PACK + c;
  var sum = pack();
  for (var i = 0; i < BYD * BY * BY; i++) {
    let voxel = ((d + i / (BY * BY)) * OH + h + i / BY % BY) * OW + w + i % BY;
    sum += pack(dy[begin + voxel * CP]);
  }
  dx[(i32(group.z) * XS - range.from1) / PACK + at] = store(sum);
}
