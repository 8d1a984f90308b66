// norm-inference: z = (y + bias - mean) / sqrt(variance + 1e-5) * gamma + beta = y * scale + shift, with running statistics.
//   in   weights  f32: gamma at GAMMA, beta at BETA, convolution bias at BIAS, none if BIAS is -1
//   in   running  f32: mean at MEAN, variance at VAR
//   out  norm     [4, C] f32: scale, shift, mean of y, inverse deviation
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
  let deviation = sqrt(running[VAR + thread] + 1e-5);
  let scale = weights[GAMMA + thread] / deviation;
  norm[thread] = scale;
  norm[C + thread] = weights[BETA + thread] + (biasOf(thread) - running[MEAN + thread]) * scale;
  norm[2 * C + thread] = running[MEAN + thread] - biasOf(thread);
  norm[3 * C + thread] = 1.0 / deviation;
}
