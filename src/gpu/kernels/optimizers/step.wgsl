// optimizer-step: one step of an optimiser on parameters w with gradients g, which are cleared.
//   uniform  Numbers
//   in/out   w, g, slots [SIZE] f32, SIZE a multiple of 4; one thread changes 4
@group(0) @binding(1) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> g: array<vec4f>;

const SLOT = 3;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / 4) { return; }
  let old = w[thread];
  w[thread] = updated(thread, numbers.keep * old, g[thread] + numbers.decay * old);
  g[thread] = vec4f();
}
