// linear-finish: z[n, o] = activated(sum over s of part[s][n, o] + bias[o]).
//   in   shape    f32: slope of LeakyReLU
//   in   part     [S, N, O] f32
//   in   weights  f32: bias at BIAS
//   out  z        [n, O]    f32, samples ZS elements apart
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
struct Shape { slope: f32 }
@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> part: array<f32>;
@group(0) @binding(3) var<storage, read> weights: array<f32>;
@group(0) @binding(4) var<storage, read_write> z: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= O * step.n) { return; }
  let o = thread % O;
  let n = thread / O;
  var sum = 0.0;
  for (var s = 0; s < S; s++) { sum += part[(s * N + n) * O + o]; }
  z[n * ZS + o] = activated(sum + weights[BIAS + o], shape.slope);
}
