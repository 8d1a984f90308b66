// norm-gradient: y becomes dy = dz * a + y * b + c, where dz = dp at the place of the maximum and zero elsewhere.
//   in      dp    [n, QD, QH, QW, C]   stored, samples ZS elements apart, from sample n0; a window from element range.from0
//   in      code  [n, QD, QH, QW, C/8] u32, samples CS words apart; a window from word range.from1
//   in      line  [3, C]               f32: a, b, c
//   in/out  y     [n, D, H, W, C]      stored, samples YS elements apart; a window from element range.from2
// One thread changes one window x 4 channels; windows q0 <= q < q0 + qn along d.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> dp: array<stored4>;
@group(0) @binding(2) var<storage, read> code: array<u32>;
@group(0) @binding(3) var<storage, read> line: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> y: array<stored4>;

const C4 = C / 4;
const QD = (D + PD - 1) / PD;
const QH = (H + P - 1) / P;
const QW = (W + P - 1) / P;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.qn * QH * QW * C4) { return; }
  let c = thread % C4;
  let voxel = thread / C4;
  let qw = voxel % QW;
  let qh = (voxel / QW) % QH;
  let qd = range.q0 + voxel / (QW * QH);
  let sample = i32(group.z);
  let d = qd * PD - (QD * PD - D);
  let h = qh * P - (QH * P - H);
  let w = qw * P - (QW * P - W);
  let cell = (qd * QH + qh) * QW + qw;
  let word = code[(range.n0 + sample) * CS - range.from1 + cell * (C / 8) + c / 2];
  let place = (vec4<u32>(word) >> (vec4<u32>(0u, 4u, 8u, 12u) + u32(c % 2) * 16u)) & vec4<u32>(15u);
  let b = line[C4 + c];
  let rest = line[2 * C4 + c];
  let peak = vec4f(dp[(range.n0 + sample) * (ZS / 4) - range.from0 / 4 + cell * C4 + c]) * line[c];
  for (var i = 0; i < PD * P * P; i++) {
    let vd = d + i / (P * P);
    let vh = h + (i / P) % P;
    let vw = w + i % P;
    if (vd >= 0 && vh >= 0 && vw >= 0) {
      let at = sample * (YS / 4) - range.from2 / 4 + ((vd * H + vh) * W + vw) * C4 + c;
      y[at] = keep(select(vec4f(), peak, place == vec4<u32>(u32(i))) + vec4f(y[at]) * b + rest);
    }
  }
}
