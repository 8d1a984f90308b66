// features: out[row + n, i] = p[n, i] * mask[n, i]: the last block's output becomes a row of the first linear layer's input.
//   in   p     [n, SIZE] stored, samples ZS floats apart; the sample group starts at range.part0
//   in   mask  [n, SIZE] f32, read if MASK is 1
//   out  out   [rows, SIZE] f32
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32 }
struct Step { n: i32, row: i32, rows: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<uniform> step: Step;
@group(0) @binding(2) var<storage, read> p: array<stored>;
@group(0) @binding(3) var<storage, read> mask: array<f32>;
@group(0) @binding(4) var<storage, read_write> out: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= SIZE) { return; }
  let sample = i32(group.z);
  var value = f32(p[sample * ZS + thread]);
  if (MASK == 1) { value *= mask[(range.part0 + sample) * SIZE + thread]; }
  out[(step.row + range.part0 + sample) * SIZE + thread] = value;
}
