// linear-input-parts-single: part[PART + s][n, i] = sum over outputs o = s, s+S, ... < COUNT of g[n, FIRST + o] * w[o, i].
//   in   g     [n, outputs] f32, samples GS elements apart
//   in   w     [COUNT, I4]  vectors of f32
//   out  part  [parts, N, I4] vectors of f32
// One thread makes 4 inputs of one sample, for batches of one or two; z counts samples.
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> part: array<vec4f>;

const I4 = (I + 3) / 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  let n = i32(group.z);
  if (thread >= S * I4 || n >= step.n) { return; }
  let i = thread % I4;
  let s = thread / I4;
  let r = n * GS + FIRST;
  // Two sums, so that one product need not wait for the other.
  var even = vec4f();
  var odd = vec4f();
  var o = s;
  for (; o + S < COUNT; o += 2 * S) {
    even += g[r + o] * w[o * I4 + i];
    odd += g[r + o + S] * w[(o + S) * I4 + i];
  }
  if (o < COUNT) { even += g[r + o] * w[o * I4 + i]; }
  part[((PART + s) * N + n) * I4 + i] = even + odd;
}
