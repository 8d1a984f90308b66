// norm-activation-in-place: y = activated(y * scale + shift), over y.
//   in      shape  f32: slope of LeakyReLU
//   in      norm   [4, C]            f32: scale, shift, ...
//   in/out  y      [n, SIZE / C, C]  stored, samples YS elements apart
// One thread changes one voxel x a pack of channels.
struct Shape { slope: f32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> norm: array<pack>;
@group(0) @binding(2) var<storage, read_write> y: array<storedPack>;

const CP = C / PACK;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / PACK) { return; }
  let c = thread % CP;
  let at = i32(group.z) * (YS / PACK) + thread;
  y[at] = store(activated(pack(y[at]) * norm[c] + norm[CP + c], shape.slope));
}
