// linear-output-gradient: dz = dz * derivative of the activation, in place; gradient[BIAS + o] += sum over n of dz[n, o].
//   in      shape     f32: slope of LeakyReLU
//   in      z         [n, O] f32, samples ZS elements apart: the activation's output, read if there is one
//   in/out  dz        [n, O] f32, samples GS elements apart
//   in/out  gradient  f32
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
struct Shape { slope: f32 }
@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> z: array<f32>;
@group(0) @binding(3) var<storage, read_write> dz: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradient: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= O) { return; }
  var sum = 0.0;
  for (var n = 0; n < step.n; n++) {
    var value = dz[n * GS + thread];
    if (ACTIVATION != 0) {
      value *= derivative(z[n * ZS + thread], shape.slope);
      dz[n * GS + thread] = value;
    }
    sum += value;
  }
  gradient[BIAS + thread] += sum;
}
