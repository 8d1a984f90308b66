// linear-adam: g[o, i] = sum over rows r of dz[r, FIRST + o] * x[r, i] (+ decay * w), then Adam on w, m, v; g never exists in memory.
//   uniform  size, root, decay as in adam; rows: rows of x and dz
//   in       x   [rows, I] f32, XS elements apart, XS a multiple of 4; what lies behind the I-th counts as zero
//   in       dz  [rows, O] f32, GS elements apart
//   in/out   w, m, v [COUNT, I] f32, rows filled up to a multiple of 4
// One thread owns 4 weights of one output.
struct Adam { size: f32, root: f32, decay: f32, rows: f32 }
@group(0) @binding(0) var<uniform> adam: Adam;
@group(0) @binding(1) var<storage, read> x: array<vec4f>;
@group(0) @binding(2) var<storage, read> dz: array<f32>;
@group(0) @binding(3) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> v: array<vec4f>;

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
  let old = w[thread];
  var gradient = vec4f();
  for (var r = 0; r < i32(adam.rows); r++) { gradient += dz[r * GS + o] * x[r * (XS / 4) + i]; }
  if (I % 4 != 0 && i == I4 - 1) { gradient = select(vec4f(), gradient, INSIDE); }
  gradient += adam.decay * old;
  let first = 0.9 * m[thread] + 0.1 * gradient;
  let second = 0.999 * v[thread] + 0.001 * gradient * gradient;
  m[thread] = first;
  v[thread] = second;
  w[thread] = old - adam.size * (first / (sqrt(second) / adam.root + vec4f(1e-8)));
}
