// linear-parts: part[s][n, o] = sum over vectors i = s, s+S, ... of x[row + n, i] . w[o, i], for outputs FIRST <= o < FIRST + COUNT.
//   in   x     [rows, I]  f32, I a multiple of 4
//   in   w     [COUNT, I] f32: these outputs only
//   out  part  [S, N, O]  f32
// One thread makes one output of 4 samples; z counts groups of 4 samples.
struct Step { n: i32, row: i32, rows: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> part: array<f32>;

const I4 = I / 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= S * COUNT) { return; }
  let s = thread % S;
  let o = thread / S;
  let n = i32(group.z) * 4;
  let last = step.n - 1;
  let r0 = (step.row + min(n, last)) * I4;
  let r1 = (step.row + min(n + 1, last)) * I4;
  let r2 = (step.row + min(n + 2, last)) * I4;
  let r3 = (step.row + min(n + 3, last)) * I4;
  var sum = vec4f();
  for (var i = s; i < I4; i += S) {
    let v = w[o * I4 + i];
    sum += vec4f(dot(x[r0 + i], v), dot(x[r1 + i], v), dot(x[r2 + i], v), dot(x[r3 + i], v));
  }
  for (var k = 0; k < 4; k++) {
    if (n + k < step.n) { part[(s * N + n + k) * O + FIRST + o] = sum[k]; }
  }
}
