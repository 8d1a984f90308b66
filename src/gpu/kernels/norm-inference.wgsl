// norm-inference: z = (y + bias - mean) / sqrt(variance + 1e-5) * gamma + beta = y * scale + shift, with running statistics.
//   in   weights  f32: gamma at GAMMA, beta at BETA, convolution bias at BIAS, none if BIAS is -1
//   in   running  f32: mean at MEAN, variance at VAR
//   out  norm     [4, C] f32: scale, shift; the other two rows are left
@group(0) @binding(0) var<storage, read> weights: array<f32>;
@group(0) @binding(1) var<storage, read> running: array<f32>;
@group(0) @binding(2) var<storage, read_write> norm: array<f32>;

fn biasOf(c: i32) -> f32 {
  if (BIAS < 0) { return 0.0; }
  return weights[max(BIAS, 0) + c];
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= C) { return; }
  let scale = weights[GAMMA + thread] / sqrt(running[VAR + thread] + 1e-5);
  norm[thread] = scale;
  norm[C + thread] = weights[BETA + thread] + (biasOf(thread) - running[MEAN + thread]) * scale;
}
