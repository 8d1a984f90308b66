// loss-parts: g = weight * derivative of the loss (added to g if MORE is 1); part[l] = weight * sum of losses over elements l, l+L, ...
//   in      shape  f32: weight
//   in      x      [n, SIZE] f32, samples XS elements apart
//   in      t      [n, SIZE] f32, samples TS elements apart: targets
//   in/out  g      [n, SIZE] f32, samples GS elements apart
//   out     part   [lanes]   f32, at lane range.part0; range.parts lanes are written
// SUM 1: losses are summed over the batch, of which these n are a part; 0: g is that of the mean over the whole batch and over DIVIDE
// elements of a sample, part of the mean over these n.
struct Step { n: i32, slot: i32, whole: i32 }
struct Shape { weight: f32 }
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<uniform> shape: Shape;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> t: array<f32>;
@group(0) @binding(5) var<storage, read_write> g: array<f32>;
@group(0) @binding(6) var<storage, read_write> part: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.parts) { return; }
  let ofGradient = select(shape.weight / f32(step.whole) / f32(DIVIDE), shape.weight, SUM == 1);
  let ofLoss = select(1.0 / f32(DIVIDE), f32(step.whole), SUM == 1) * shape.weight / f32(step.n);
  var sum = 0.0;
  for (var i = thread; i < range.n * SIZE; i += range.parts) {
    let n = i / SIZE;
    let e = i % SIZE;
    let loss = lossOf(x[n * XS + e], t[n * TS + e]);
    let at = n * GS + e;
    var gradient = ofGradient * loss.y;
    if (MORE == 1) { gradient += g[at]; }
    g[at] = gradient;
    sum += loss.x;
  }
  part[range.part0 + thread] = ofLoss * sum;
}
