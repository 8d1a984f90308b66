// linear-finish: out[row + n, o] = act(sum over s of part[s][n, o] + bias[o]) * mask[n, o]; zero for the padding O <= o < OUT.
//   in   part     [S, N, O]   f32
//   in   weights  f32: bias at BIAS
//   in   mask     [n, OUT]    f32, read if MASK is 1
//   out  out      [rows, OUT] f32; act is relu if RELU is 1
struct Step { n: i32, row: i32, rows: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> part: array<f32>;
@group(0) @binding(2) var<storage, read> weights: array<f32>;
@group(0) @binding(3) var<storage, read> mask: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= OUT * step.n) { return; }
  let o = thread % OUT;
  let n = thread / OUT;
  var sum = 0.0;
  if (o < O) {
    for (var s = 0; s < S; s++) { sum += part[(s * N + n) * O + o]; }
    sum += weights[BIAS + o];
    if (RELU == 1) { sum = select(sum, 0.0, sum < 0.0); }
    if (MASK == 1) { sum *= mask[n * OUT + o]; }
  }
  out[(step.row + n) * OUT + o] = sum;
}
