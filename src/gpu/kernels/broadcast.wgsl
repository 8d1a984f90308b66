// broadcast: y[n, voxel, c] = factor * v[n, c] * x[n, voxel, c] (without x unless TIMES is 1).
//   in   shape  f32: factor
//   in   v      [n, C]           f32, samples VS elements apart, VS a multiple of 4
//   in   x      as y             stored, samples XS elements apart; read if TIMES is 1
//   out  y      [n, SIZE / C, C] stored, samples YS elements apart
// One thread makes one voxel x a pack of channels.
struct Shape { factor: f32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> v: array<pack>;
@group(0) @binding(2) var<storage, read> x: array<storedPack>;
@group(0) @binding(3) var<storage, read_write> y: array<storedPack>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / PACK) { return; }
  let sample = i32(group.z);
  var value = shape.factor * v[sample * (VS / PACK) + thread % (C / PACK)];
  if (TIMES == 1) { value *= pack(x[sample * (XS / PACK) + thread]); }
  y[sample * (YS / PACK) + thread] = store(value);
}
