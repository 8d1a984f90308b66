// linear-input-finish: dx[n, i] = sum over s of part[s][n, i].
//   in   part  [S, N, I] f32, rows filled up to a multiple of 4
//   out  dx    [n, I]    f32, samples GS elements apart
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

const ROW = (I + 3) / 4 * 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= I * step.n) { return; }
  let i = thread % I;
  let n = thread / I;
  var sum = 0.0;
  for (var s = 0; s < S; s++) { sum += part[(s * N + n) * ROW + i]; }
  dx[n * GS + i] = sum;
}
