// norm-relu-pool: p = max over the window of relu(y * scale + shift); windows PD x P x P, zero planes in front of odd axes.
//   in   y     [n, D, H, W, C]      stored, samples YS elements apart; a window from element range.from0
//   in   norm  [4, C]               f32: scale, shift, ...
//   out  p     [n, QD, QH, QW, C]   stored, samples ZS elements apart; a window from element range.from1; samples from n0, planes q0 <= q < q0 + qn are written
//   out  peak  as p                 stored, the same window: y where the maximum was
//   out  code  [n, QD, QH, QW, C/8] u32, samples CS words apart; a window from word range.from2: 4 bits a channel, place in the window (row-major, first
//              maximum wins) or 8 where relu is zero
// One thread makes one pooled voxel x 8 channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> y: array<stored4>;
@group(0) @binding(2) var<storage, read> norm: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> p: array<stored4>;
@group(0) @binding(4) var<storage, read_write> peak: array<stored4>;
@group(0) @binding(5) var<storage, read_write> code: array<u32>;

const C4 = C / 4;
const C8 = C / 8;
const QD = (D + PD - 1) / PD;
const QH = (H + P - 1) / P;
const QW = (W + P - 1) / P;

fn bits(place: vec4<u32>) -> u32 { return place.x | (place.y << 4u) | (place.z << 8u) | (place.w << 12u); }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.qn * QH * QW * C8) { return; }
  let c = thread % C8;
  let voxel = thread / C8;
  let qw = voxel % QW;
  let qh = (voxel / QW) % QH;
  let qd = range.q0 + voxel / (QW * QH);
  let sample = i32(group.z);
  let d = qd * PD - (QD * PD - D);
  let h = qh * P - (QH * P - H);
  let w = qw * P - (QW * P - W);
  let scale0 = norm[2 * c];
  let scale1 = norm[2 * c + 1];
  let shift0 = norm[C4 + 2 * c];
  let shift1 = norm[C4 + 2 * c + 1];
  var best0 = vec4f();
  var best1 = vec4f();
  var peak0 = vec4f();
  var peak1 = vec4f();
  var place0 = vec4<u32>(8u);
  var place1 = vec4<u32>(8u);
  for (var i = 0; i < PD * P * P; i++) {
    let vd = d + i / (P * P);
    let vh = h + (i / P) % P;
    let vw = w + i % P;
    let inside = vd >= 0 && vh >= 0 && vw >= 0;
    let at = sample * (YS / 4) - range.from0 / 4 + ((max(vd, 0) * H + max(vh, 0)) * W + max(vw, 0)) * C4 + 2 * c;
    let y0 = vec4f(y[at]);
    let y1 = vec4f(y[at + 1]);
    let z0 = select(vec4f(), y0 * scale0 + shift0, inside);
    let z1 = select(vec4f(), y1 * scale1 + shift1, inside);
    // Not "greater": so where all is NaN, as after a training that diverged, NaN comes out. (z != z is folded away by compilers.)
    let more0 = !(z0 <= best0);
    let more1 = !(z1 <= best1);
    best0 = select(best0, z0, more0);
    best1 = select(best1, z1, more1);
    peak0 = select(peak0, y0, more0);
    peak1 = select(peak1, y1, more1);
    place0 = select(place0, vec4<u32>(u32(i)), more0);
    place1 = select(place1, vec4<u32>(u32(i)), more1);
  }
  let r = (range.n0 + sample) * (ZS / 4) - range.from1 / 4 + ((qd * QH + qh) * QW + qw) * C4 + 2 * c;
  p[r] = keep(best0);
  p[r + 1] = keep(best1);
  peak[r] = keep(peak0);
  peak[r + 1] = keep(peak1);
  code[(range.n0 + sample) * CS - range.from2 + ((qd * QH + qh) * QW + qw) * C8 + c] = bits(place0) | (bits(place1) << 16u);
}
