// norm-statistics: part[l] = (count, mean, sum of squared differences from the mean) of the voxels l, l+L, ... of each channel.
//   in   y     [n, dn, H, W, C] stored, samples YS elements apart; C a multiple of 4
//   out  part  [lanes, 3, C]    f32, at lane range.part0; range.parts lanes are written, those without voxels as zeros
// Sums are taken relative to the first voxel of the lane, so no digits cancel.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> y: array<stored4>;
@group(0) @binding(2) var<storage, read_write> part: array<vec4f>;

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
  let size = range.dn * H * W;
  var count = 0.0;
  var shift = vec4f();
  var sum = vec4f();
  var squares = vec4f();
  for (var voxel = l; voxel < range.n * size; voxel += range.parts) {
    let value = vec4f(y[(voxel / size) * (YS / 4) + (voxel % size) * C4 + c]);
    if (count == 0.0) { shift = value; }
    let moved = value - shift;
    sum += moved;
    squares += moved * moved;
    count += 1.0;
  }
  let mean = sum / max(count, 1.0);
  let r = (range.part0 + l) * 3 * C4 + c;
  part[r] = vec4f(count);
  part[r + C4] = shift + mean;
  part[r + 2 * C4] = max(squares - sum * mean, vec4f());
}
