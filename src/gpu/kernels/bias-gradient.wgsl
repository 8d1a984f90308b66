// bias-gradient: gradient[BIAS + o] += sum over n of g[row + n, o].
//   in      g         [rows, OUT] f32
//   in/out  gradient  f32
struct Step { n: i32, row: i32, rows: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= O) { return; }
  var sum = 0.0;
  for (var n = 0; n < step.n; n++) { sum += g[(step.row + n) * OUT + thread]; }
  gradient[BIAS + thread] += sum;
}
