// max-unpool-crop: y = v at the place that index tells, zero elsewhere; front padding cut off. Also the gradient of max-pool-indices.
//   in   v      [n, QD, QH, QW, C]  stored, samples ZS elements apart, from sample n0; a window from element range.from0
//   in   index  as v                u32, samples CS words apart, from sample n0; a window from word range.from1: of max-pool-indices; or, if CODES is 1, the
//                                   [n, QD, QH, QW, C/8] codes of norm-relu-pool
//   out  y      [n, D, H, W, C]     stored, samples YS elements apart; a window from element range.from2
// One thread makes one window x a pack of channels; windows q0 <= q < q0 + qn along d.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> v: array<storedPack>;
@group(0) @binding(2) var<storage, read> index: array<words>;
@group(0) @binding(3) var<storage, read_write> y: array<storedPack>;

const CP = C / PACK;
const QD = (D + PD - 1) / PD;
const QH = (H + P - 1) / P;
const QW = (W + P - 1) / P;

// Places of the maxima in the window: as they lie in the padded volume, or counted within the window.
fn places(sample: i32, cell: i32, c: i32) -> words {
  if (CODES == 0) { return index[sample * (CS / PACK) - range.from1 / PACK + cell * CP + c]; }
  let word = sample * CS - range.from1 + cell * (C / 8) + c * PACK / 8;
  let code = (words(wordOf(index[word / PACK], word % PACK)) >> (STEPS + u32(c * PACK % 8) * 4u)) & words(15u);
  // 8: no value was above zero, so the first zero of the window counts.
  return select(code, words(0u), code == words(8u));
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.qn * QH * QW * CP) { return; }
  let c = thread % CP;
  let window = thread / CP;
  let qw = window % QW;
  let qh = (window / QW) % QH;
  let qd = range.q0 + window / (QW * QH);
  let sample = i32(group.z);
  let d = qd * PD - (QD * PD - D);
  let h = qh * P - (QH * P - H);
  let w = qw * P - (QW * P - W);
  let cell = (qd * QH + qh) * QW + qw;
  // Where the window starts in the padded volume.
  let start = (qd * PD * QH * P + qh * P) * QW * P + qw * P;
  let place = places(range.n0 + sample, cell, c);
  let value = v[(range.n0 + sample) * (ZS / PACK) - range.from0 / PACK + cell * CP + c];
  for (var i = 0; i < PD * P * P; i++) {
    let vd = d + i / (P * P);
    let vh = h + (i / P) % P;
    let vw = w + i % P;
    let here = select(start + ((i / (P * P)) * QH * P + (i / P) % P) * QW * P + i % P, i, CODES == 1);
    if (vd >= 0 && vh >= 0 && vw >= 0) {
      let at = sample * (YS / PACK) - range.from2 / PACK + ((vd * H + vh) * W + vw) * CP + c;
      y[at] = select(storedPack(), value, place == words(u32(here)));
    }
  }
}
