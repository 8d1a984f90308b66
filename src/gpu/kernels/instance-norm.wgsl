// instance-norm: z = activated((y - mean) * inverse).
//   in   shape  f32: slope of LeakyReLU
//   in   y      [n, dn, H, W, C] stored, samples YS elements apart; its first plane is d0
//   in   norm   [n, 2, C]        f32, from sample n0: mean, inverse
//   out  z      [n, D, H, W, C]  stored, samples ZS elements apart; samples from n0, planes d0 <= d < d0 + dn are written
// One thread makes one voxel x a pack of channels.
struct Shape { slope: f32 }
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> y: array<storedPack>;
@group(0) @binding(3) var<storage, read> norm: array<pack>;
@group(0) @binding(4) var<storage, read_write> z: array<storedPack>;

const CP = C / PACK;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.dn * H * W * CP) { return; }
  let c = thread % CP;
  let sample = i32(group.z);
  let s = (range.n0 + sample) * 2 * CP + c;
  let hat = (pack(y[sample * (YS / PACK) + thread]) - norm[s]) * norm[s + CP];
  z[(range.n0 + sample) * (ZS / PACK) + range.d0 * H * W * CP + thread] = store(activated(hat, shape.slope));
}
