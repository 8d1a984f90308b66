// copy: y = x.
//   in   x  [n, SIZE] stored, samples XS elements apart
//   out  y  [n, SIZE] stored, samples YS elements apart
// One thread moves a pack of neighbouring elements.
@group(0) @binding(0) var<storage, read> x: array<storedPack>;
@group(0) @binding(1) var<storage, read_write> y: array<storedPack>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / PACK) { return; }
  y[i32(group.z) * (YS / PACK) + thread] = x[i32(group.z) * (XS / PACK) + thread];
}
