// norm-statistics: part[l] = (count, mean, sum of squared differences from the mean) of the voxels l, l+L, ... of each channel.
//   in   y     [n, dn, C]          stored, samples YS elements apart
//   out  part  [lanes, 3, C]       f32, at lane range.part0; range.parts lanes are written, those without voxels as zeros
// Sums are taken relative to the first voxel of the lane, so no digits cancel.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> y: array<storedPack>;
@group(0) @binding(2) var<storage, read_write> part: array<pack>;

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
  let size = range.dn;
  var count = 0.0;
  var shift = pack();
  var sum = pack();
  var squares = pack();
  for (var voxel = l; voxel < range.n * size; voxel += range.parts) {
    let value = pack(y[(voxel / size) * (YS / PACK) + (voxel % size) * CP + c]);
    if (count == 0.0) { shift = value; }
    let moved = value - shift;
    sum += moved;
    squares += moved * moved;
    count += 1.0;
  }
  let mean = sum / max(count, 1.0);
  let r = (range.part0 + l) * 3 * CP + c;
  part[r] = pack(count);
  part[r + CP] = shift + mean;
  part[r + 2 * CP] = max(squares - sum * mean, pack());
}
