// linear-input-parts-broadcast: part[PART + s][n, i] = sum over outputs o = s, s+S, ... < COUNT of g[n, FIRST + o] * w[o, i].
//   in   g     [n, outputs] f32, samples GS elements apart
//   in   w     [COUNT, I4]  vectors of f32
//   out  part  [parts, N, I4] vectors of f32
// One thread makes 4 inputs of 4 samples. Four neighbours in the subgroup need the same g: each loads that of one sample, for all;
// z counts groups of 4 samples.
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> part: array<vec4f>;

const I4 = (I + 3) / 4;
const EACH = (I4 + 63) / 64;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
  @builtin(subgroup_invocation_id) member: u32,
) {
  let index = i32(group.y * groups.x + group.x);
  if (index >= S * EACH) { return; }
  // All threads of a workgroup take the same outputs; those beyond the last input only help.
  let s = index / EACH;
  let place = index % EACH * 64 + i32(lane);
  let i = min(place, I4 - 1);
  let n = i32(group.z) * 4;
  let r = min(n + i32(member % 4u), step.n - 1) * GS + FIRST;
  var a0 = vec4f();
  var a1 = vec4f();
  var a2 = vec4f();
  var a3 = vec4f();
  for (var o = s; o < COUNT; o += S) {
    let v = w[o * I4 + i];
    let own = g[r + o];
    a0 += quadBroadcast(own, 0) * v;
    a1 += quadBroadcast(own, 1) * v;
    a2 += quadBroadcast(own, 2) * v;
    a3 += quadBroadcast(own, 3) * v;
  }
  if (place >= I4) { return; }
  let at = ((PART + s) * N + n) * I4 + i;
  part[at] = a0;
  if (n + 1 < step.n) { part[at + I4] = a1; }
  if (n + 2 < step.n) { part[at + 2 * I4] = a2; }
  if (n + 3 < step.n) { part[at + 3 * I4] = a3; }
}
