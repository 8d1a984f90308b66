// sample-gradient: dl = dz * exp(l / 2) * e / 2.
//   in   dz  [n, SIZE] f32, samples ZS elements apart
//   in   l   [n, SIZE] f32, samples LS elements apart
//   in   e   [n, SIZE] f32, samples ES elements apart
//   out  dl  [n, SIZE] f32, samples GS elements apart
@group(0) @binding(0) var<storage, read> dz: array<f32>;
@group(0) @binding(1) var<storage, read> l: array<f32>;
@group(0) @binding(2) var<storage, read> e: array<f32>;
@group(0) @binding(3) var<storage, read_write> dl: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE) { return; }
  let n = i32(group.z);
  dl[n * GS + thread] = dz[n * ZS + thread] * exp(l[n * LS + thread] / 2) * e[n * ES + thread] / 2;
}
