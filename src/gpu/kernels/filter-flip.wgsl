// filter-flip: r[a,b,c,o,i] = f[KD-1-a, 2-b, 2-c, i, o]: the filter whose convolution is the input gradient.
//   in   f  [KD, 3, 3, CI, CO] f32
//   out  r  [KD, 3, 3, CO, CI] f32; CI is a multiple of 4, one thread moves 4
@group(0) @binding(0) var<storage, read> f: array<f32>;
@group(0) @binding(1) var<storage, read_write> r: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= KD * 9 * (CI / 4) * CO) { return; }
  let i = thread % (CI / 4) * 4;
  let o = (thread / (CI / 4)) % CO;
  let tap = thread / (CI / 4 * CO);
  let at = ((KD * 9 - 1 - tap) * CI + i) * CO + o;
  r[thread] = vec4f(f[at], f[at + CO], f[at + 2 * CO], f[at + 3 * CO]);
}
