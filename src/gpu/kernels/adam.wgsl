// adam: m = 0.9 m + 0.1 g, v = 0.999 v + 0.001 g^2, w -= size * m / (sqrt(v) / root + 1e-8); g includes decay * w, then is cleared.
//   uniform  size = lr / (1 - 0.9^t), root = sqrt(1 - 0.999^t), decay = weight decay
//   in/out   w, g, m, v [SIZE] f32, SIZE a multiple of 4; one thread changes 4
struct Adam { size: f32, root: f32, decay: f32, rows: f32 }
@group(0) @binding(0) var<uniform> adam: Adam;
@group(0) @binding(1) var<storage, read_write> w: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> g: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> m: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> v: array<vec4f>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE / 4) { return; }
  let old = w[thread];
  let gradient = g[thread] + adam.decay * old;
  let first = 0.9 * m[thread] + 0.1 * gradient;
  let second = 0.999 * v[thread] + 0.001 * gradient * gradient;
  m[thread] = first;
  v[thread] = second;
  w[thread] = old - adam.size * (first / (sqrt(second) / adam.root + vec4f(1e-8)));
  g[thread] = vec4f();
}
