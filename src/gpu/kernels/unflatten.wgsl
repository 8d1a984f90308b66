// unflatten: p[n, voxel, c] = v[n, c * VOXELS + voxel] * mask[n, c * VOXELS + voxel]: a vector in PyTorch's order becomes a volume.
//   in   v     [n, C * VOXELS] f32, samples VS elements apart
//   in   mask  as v            f32, read if MASK is 1
//   out  p     [n, VOXELS, C]  stored, samples PS elements apart; as a gradient where it is stored as f16
@group(0) @binding(0) var<storage, read> v: array<f32>;
@group(0) @binding(1) var<storage, read> mask: array<f32>;
@group(0) @binding(2) var<storage, read_write> p: array<stored>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= VOXELS * C) { return; }
  let sample = i32(group.z);
  let at = sample * VS + (thread % C) * VOXELS + thread / C;
  var value = v[at];
  if (MASK == 1) { value *= mask[at]; }
  p[sample * PS + thread] = keep(vec4f(value * GRADIENT_SCALE)).x;
}
