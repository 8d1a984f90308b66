// add: x += y, in place.
//   in      y  [n, SIZE] stored, samples YS elements apart
//   in/out  x  [n, SIZE] stored, samples XS elements apart
// One thread changes a pack of neighbouring elements.
@group(0) @binding(0) var<storage, read> y: array<storedPack>;
@group(0) @binding(1) var<storage, read_write> x: array<storedPack>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / PACK) { return; }
  let at = i32(group.z) * (XS / PACK) + thread;
  x[at] = store(pack(x[at]) + pack(y[i32(group.z) * (YS / PACK) + thread]));
}
