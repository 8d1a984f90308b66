// linear-parts-quad: part[s][n, o] = sum over vectors i of x[n, i] . w[o, i] where i / 4 = s, s+S, ..., for outputs
//    FIRST <= o < FIRST + COUNT.
//   in   x     [n, I]     f32, samples XS elements apart, XS a multiple of 4; what lies behind the I-th is not read
//   in   w     [COUNT, I] f32, rows filled up to a multiple of 4: these outputs only
//   out  part  [S, N, O]  f32
// Four neighbours in the subgroup make one output of 4 samples, a quarter of the row each, and add their sums up; z counts groups of 4
// samples.
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> part: array<f32>;

const I4 = (I + 3) / 4;
// In the last vector of a row.
const INSIDE = vec4<bool>(true, I % 4 != 1, I % 4 == 0 || I % 4 == 3, I % 4 == 0);

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  let alive = thread < 4 * S * COUNT;
  let s = (thread / 4) % S;
  let o = min(thread / (4 * S), COUNT - 1);
  let n = i32(group.z) * 4;
  let last = step.n - 1;
  let r0 = min(n, last) * (XS / 4);
  let r1 = min(n + 1, last) * (XS / 4);
  let r2 = min(n + 2, last) * (XS / 4);
  let r3 = min(n + 3, last) * (XS / 4);
  var sum = vec4f();
  for (var i = s * 4 + thread % 4; i < I4; i += 4 * S) {
    let inside = INSIDE | vec4<bool>(i < I / 4);
    let v = select(vec4f(), w[o * I4 + i], inside);
    let x0 = select(vec4f(), x[r0 + i], inside);
    let x1 = select(vec4f(), x[r1 + i], inside);
    let x2 = select(vec4f(), x[r2 + i], inside);
    let x3 = select(vec4f(), x[r3 + i], inside);
    sum += vec4f(dot(x0, v), dot(x1, v), dot(x2, v), dot(x3, v));
  }
  // All four are here again. Which of them adds first is the same for all: a + b is b + a.
  sum += quadSwapX(sum);
  sum += quadSwapY(sum);
  if (!alive || thread % 4 != 0) { return; }
  for (var k = 0; k < 4; k++) {
    if (n + k < step.n) { part[(s * N + n + k) * O + FIRST + o] = sum[k]; }
  }
}
