// activation-gradient: dz = dz * derivative of the activation, in place: the gradient of what was activated.
//   in      shape  f32: slope of LeakyReLU
//   in      z      [n, SIZE] stored, samples ZS elements apart: the activation's output
//   in/out  dz     [n, SIZE] stored, samples GS elements apart
// One thread changes a pack of neighbouring elements.
struct Shape { slope: f32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> z: array<storedPack>;
@group(0) @binding(2) var<storage, read_write> dz: array<storedPack>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / PACK) { return; }
  let at = i32(group.z) * (GS / PACK) + thread;
  dz[at] = store(pack(dz[at]) * derivative(pack(z[i32(group.z) * (ZS / PACK) + thread]), shape.slope));
}
