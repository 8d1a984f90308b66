// linear-input-finish: dx[n, i] = sum over s of part[s][n, i], times mask, and zero where relu made x zero.
//   in   part  [S, N, I]   f32
//   in   x     [rows, I]   f32: the layer's input, after relu and mask; read if RELU is 1
//   in   mask  [n, I]      f32, read if MASK is 1
//   out  dx    stored, rows STRIDE floats apart, ROWS is 1 if the rows start at step.row; samples range.part0 and up, range.n of them
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32 }
struct Step { n: i32, row: i32, rows: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> part: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> mask: array<f32>;
@group(0) @binding(5) var<storage, read_write> dx: array<stored>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= I * range.n) { return; }
  let i = thread % I;
  let k = thread / I;
  let n = range.part0 + k;
  var sum = 0.0;
  for (var s = 0; s < S; s++) { sum += part[(s * N + n) * I + i]; }
  if (MASK == 1) { sum *= mask[n * I + i]; }
  if (RELU == 1) { sum = select(0.0, sum, x[(step.row + n) * I + i] > 0.0); }
  dx[(k + ROWS * step.row) * STRIDE + i] = keep(vec4f(sum * GRADIENT_SCALE)).x;
}
