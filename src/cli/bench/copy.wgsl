// copy: o = x, 16 bytes a thread. Drivers copy buffers by engines of their own, which may be slower than a kernel.
//   in   x  [threads] vec4f
//   out  o  [threads] vec4f
@group(0) @binding(0) var<storage, read> x: array<vec4f>;
@group(0) @binding(1) var<storage, read_write> o: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= i32(arrayLength(&o))) { return; }
  o[thread] = x[thread];
}
