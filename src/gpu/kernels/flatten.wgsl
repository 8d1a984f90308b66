// flatten: out[n, c * VOXELS + voxel] = p[n, voxel, c] * mask[n, c * VOXELS + voxel]: PyTorch's order of a sample, as a vector.
//   in   p     [n, VOXELS, C]  stored, samples PS elements apart
//   in   mask  as out          f32, read if MASK is 1
//   out  out   [n, C * VOXELS] f32, samples OS elements apart
@group(0) @binding(0) var<storage, read> p: array<stored>;
@group(0) @binding(1) var<storage, read> mask: array<f32>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= VOXELS * C) { return; }
  let sample = i32(group.z);
  let at = sample * OS + thread;
  var value = f32(p[sample * PS + (thread % VOXELS) * C + thread / VOXELS]);
  if (MASK == 1) { value *= mask[at]; }
  out[at] = value;
}
