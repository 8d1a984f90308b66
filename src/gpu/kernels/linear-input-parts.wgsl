// linear-input-parts: part[PART + s][n, i] = sum over outputs o = s, s+S, ... < COUNT of g[n, FIRST + o] * w[o, i].
//   in   g     [n, outputs] f32, samples GS elements apart
//   in   w     [COUNT, I4]  vectors of f32
//   out  part  [parts, N, I4] vectors of f32
// One thread makes 4 inputs of 4 samples; z counts groups of 4 samples.
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
  if (thread >= S * I4) { return; }
  let i = thread % I4;
  let s = thread / I4;
  let n = i32(group.z) * 4;
  let last = step.n - 1;
  let r0 = min(n, last) * GS + FIRST;
  let r1 = min(n + 1, last) * GS + FIRST;
  let r2 = min(n + 2, last) * GS + FIRST;
  let r3 = min(n + 3, last) * GS + FIRST;
  var a0 = vec4f();
  var a1 = vec4f();
  var a2 = vec4f();
  var a3 = vec4f();
  for (var o = s; o < COUNT; o += S) {
    let v = w[o * I4 + i];
    a0 += g[r0 + o] * v;
    a1 += g[r1 + o] * v;
    a2 += g[r2 + o] * v;
    a3 += g[r3 + o] * v;
  }
  let at = ((PART + s) * N + n) * I4 + i;
  part[at] = a0;
  if (n + 1 < step.n) { part[at + I4] = a1; }
  if (n + 2 < step.n) { part[at + 2 * I4] = a2; }
  if (n + 3 < step.n) { part[at + 3 * I4] = a3; }
}
