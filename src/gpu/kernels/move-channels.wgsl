// move-channels: y[n, voxel, YC0 + c] = x[n, voxel, XC0 + c] for C channels: parts of a concatenation.
//   in   x  [n, VOXELS, XC] stored, samples XS elements apart
//   out  y  [n, VOXELS, YC] stored, samples YS elements apart
// One thread moves one voxel x a pack of channels.
@group(0) @binding(0) var<storage, read> x: array<storedPack>;
@group(0) @binding(1) var<storage, read_write> y: array<storedPack>;

const CP = C / PACK;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= VOXELS * CP) { return; }
  let c = thread % CP;
  let voxel = thread / CP;
  let place = i32(group.z) * (XS / PACK) + voxel * (XC / PACK) + XC0 / PACK + c;
  y[i32(group.z) * (YS / PACK) + voxel * (YC / PACK) + YC0 / PACK + c] = x[place];
}
