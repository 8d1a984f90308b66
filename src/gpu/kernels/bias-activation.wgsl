// bias-activation: x = activated(x + bias), in place.
//   in      shape  f32: slope of LeakyReLU
//   in      bias   [C]              f32
//   in/out  x      [n, SIZE / C, C] stored, samples XS elements apart
// One thread changes one voxel x a pack of channels.
struct Shape { slope: f32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> bias: array<pack>;
@group(0) @binding(2) var<storage, read_write> x: array<storedPack>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / PACK) { return; }
  let at = i32(group.z) * (XS / PACK) + thread;
  x[at] = store(activated(pack(x[at]) + bias[thread % (C / PACK)], shape.slope));
}
