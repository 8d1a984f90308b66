// loss-finish: loss[slot] = sum over range.parts lanes of part.
//   in   part  [lanes] f32
//   out  loss  f32
// One workgroup; lanes are added in a fixed order.
struct Step { n: i32, slot: i32, whole: i32 }
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> part: array<f32>;
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;

var<workgroup> shared_sum: array<f32, 64>;

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var sum = 0.0;
  for (var l = i32(lane); l < range.parts; l += 64) { sum += part[l]; }
  shared_sum[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var l = 1; l < min(64, range.parts); l++) { sum += shared_sum[l]; }
    loss[step.slot] = sum;
  }
}
