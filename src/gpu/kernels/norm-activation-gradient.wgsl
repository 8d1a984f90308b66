// norm-activation-gradient: dz becomes dy = dh * a + y * b + c, where dh = dz * derivative of the activation of y * scale + shift.
//   in      shape  f32: slope of LeakyReLU
//   in      y      [n, SIZE / C, C]  stored, samples YS elements apart
//   in      norm   [4, C]            f32: scale, shift, ...
//   in      line   [3, C]            f32: a, b, c
//   in/out  dz     as y              stored, samples ZS elements apart
// One thread changes one voxel x a pack of channels.
struct Shape { slope: f32 }
@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> y: array<storedPack>;
@group(0) @binding(2) var<storage, read> norm: array<pack>;
@group(0) @binding(3) var<storage, read> line: array<pack>;
@group(0) @binding(4) var<storage, read_write> dz: array<storedPack>;

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
  let value = pack(y[i32(group.z) * (YS / PACK) + thread]);
  let at = i32(group.z) * (ZS / PACK) + thread;
  let dh = pack(dz[at]) * derivative(activated(value * norm[c] + norm[CP + c], shape.slope), shape.slope);
  dz[at] = store(dh * line[c] + value * line[CP + c] + line[2 * CP + c]);
}
