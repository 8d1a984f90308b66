// divergence: half the sum of mu^2 + exp(l) - 1 - l, and its gradients.
//   in   shape    f32: weight
//   in   mu, l    [n, SIZE] f32, samples MS and LS elements apart
//   out  dmu, dl  [n, SIZE] f32, samples DMS and DLS elements apart: of the mean over the whole batch
//   out  part     [lanes]   f32, at lane range.part0; range.parts lanes are written: weight * mean over these n
struct Step { n: i32, slot: i32, whole: i32 }
struct Shape { weight: f32 }
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<uniform> shape: Shape;
@group(0) @binding(3) var<storage, read> mu: array<f32>;
@group(0) @binding(4) var<storage, read> l: array<f32>;
@group(0) @binding(5) var<storage, read_write> dmu: array<f32>;
@group(0) @binding(6) var<storage, read_write> dl: array<f32>;
@group(0) @binding(7) var<storage, read_write> part: array<f32>;

// exp(x) - 1, with all digits near 0.
fn exponentialMinusOne(x: f32) -> f32 {
  let series = x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0)))));
  return select(exp(x) - 1.0, series, abs(x) < 0.2);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.parts) { return; }
  let ofGradient = shape.weight / f32(step.whole);
  var sum = 0.0;
  for (var i = thread; i < range.n * SIZE; i += range.parts) {
    let n = i / SIZE;
    let e = i % SIZE;
    let m = mu[n * MS + e];
    let v = l[n * LS + e];
    let grown = exponentialMinusOne(v);
    dmu[n * DMS + e] = ofGradient * m;
    dl[n * DLS + e] = ofGradient * grown / 2;
    sum += m * m + (grown - v);
  }
  part[range.part0 + thread] = shape.weight / f32(step.n) * sum / 2;
}
