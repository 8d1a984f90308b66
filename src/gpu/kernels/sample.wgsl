// sample: z = mu + exp(l / 2) * e.
//   in   mu, l  [n, SIZE] f32, samples MS and LS elements apart
//   in   e      [n, SIZE] f32, samples ES elements apart
//   out  z      [n, SIZE] f32, samples ZS elements apart
@group(0) @binding(0) var<storage, read> mu: array<f32>;
@group(0) @binding(1) var<storage, read> l: array<f32>;
@group(0) @binding(2) var<storage, read> e: array<f32>;
@group(0) @binding(3) var<storage, read_write> z: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE) { return; }
  let n = i32(group.z);
  z[n * ZS + thread] = mu[n * MS + thread] + exp(l[n * LS + thread] / 2) * e[n * ES + thread];
}
