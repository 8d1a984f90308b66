// channel-sums: part[n, l] = sum over a sample's voxels l, l+L, ... of x * y (of x alone unless TIMES is 1).
//   in   x     [n, VOXELS, C]  stored, samples XS elements apart
//   in   y     as x            stored, samples YS elements apart; read if TIMES is 1
//   out  part  [n, lanes, C]   f32, from sample range.n0 on; of L = range.parts lanes those from range.part0, LANES of them
// One thread makes one lane x a pack of channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<storedPack>;
@group(0) @binding(2) var<storage, read> y: array<storedPack>;
@group(0) @binding(3) var<storage, read_write> part: array<pack>;

const CP = C / PACK;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= CP * LANES) { return; }
  let c = thread % CP;
  let l = thread / CP;
  let sample = i32(group.z);
  var sum = pack();
  for (var voxel = l; voxel < VOXELS; voxel += LANES) {
    var value = pack(x[sample * (XS / PACK) + voxel * CP + c]);
    if (TIMES == 1) { value *= pack(y[sample * (YS / PACK) + voxel * CP + c]); }
    sum += value;
  }
  part[((range.n0 + sample) * range.parts + range.part0 + l) * CP + c] = sum;
}
