// linear-parts-single: part[s][n, o] = sum over vectors i = s, s+S, ... of x[n, i] . w[o, i], for outputs FIRST <= o < FIRST + COUNT.
//   in   x     [n, I]     f32, samples XS elements apart, XS a multiple of 4; what lies behind the I-th is not read
//   in   w     [COUNT, I] f32, rows filled up to a multiple of 4: these outputs only
//   out  part  [S, N, O]  f32
// One thread makes one output of one sample, for batches of one or two; z counts samples.
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
  let n = i32(group.z);
  if (thread >= S * COUNT || n >= step.n) { return; }
  let s = thread % S;
  let o = thread / S;
  let r = n * (XS / 4);
  // Two sums, so that one product need not wait for the other.
  var even = 0.0;
  var odd = 0.0;
  var i = s;
  for (; i + S < I / 4; i += 2 * S) {
    even += dot(x[r + i], w[o * I4 + i]);
    odd += dot(x[r + i + S], w[o * I4 + i + S]);
  }
  if (i < I / 4) { even += dot(x[r + i], w[o * I4 + i]); }
  if (I % 4 != 0 && s == (I4 - 1) % S) {
    let last = I4 - 1;
    odd += dot(select(vec4f(), x[r + last], INSIDE), select(vec4f(), w[o * I4 + last], INSIDE));
  }
  part[(s * N + n) * O + FIRST + o] = even + odd;
}
