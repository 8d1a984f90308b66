// linear-step: one step of an optimiser on the matrix w of a linear layer; its gradient, the sum over rows r of dz[r, FIRST + o] * x[r, i],
// never exists in memory.
//   uniform  Numbers; rows: rows of x and dz
//   in       x         [rows, I]  f32, XS elements apart, XS a multiple of 4; what lies behind the I-th counts as zero
//   in       dz        [rows, O]  f32, GS elements apart
//   in/out   w, slots  [COUNT, I] f32, rows filled up to a multiple of 4
// One thread owns 4 weights of one output.
@group(0) @binding(1) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(2) var<storage, read> x: array<vec4f>;
@group(0) @binding(3) var<storage, read> dz: array<f32>;

const SLOT = 4;
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
  if (thread >= I4 * COUNT) { return; }
  let i = thread % I4;
  let o = FIRST + thread / I4;
  var gradient = vec4f();
  for (var r = 0; r < i32(numbers.rows); r++) { gradient += dz[r * GS + o] * x[r * (XS / 4) + i]; }
  if (I % 4 != 0 && i == I4 - 1) { gradient = select(vec4f(), gradient, INSIDE); }
  let old = w[thread];
  w[thread] = updated(thread, numbers.keep * old, gradient + numbers.decay * old);
}
