// max-pool-indices: p = max of x over the window, index = where it is; windows PD x P x P, zero planes in front of odd axes compete.
//   in   x      [n, D, H, W, C]     stored, samples XS elements apart; a window from element range.from0
//   out  p      [n, QD, QH, QW, C]  stored, samples ZS elements apart; a window from element range.from1; samples from n0, planes q0 <= q < q0 + qn are written
//   out  index  as p                u32, samples CS words apart; a window from word range.from2: row-major place in the padded volume; of equal values the first
// One thread makes one pooled voxel x a pack of channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<storedPack>;
@group(0) @binding(2) var<storage, read_write> p: array<storedPack>;
@group(0) @binding(3) var<storage, read_write> index: array<words>;

const CP = C / PACK;
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
  var best = pack();
  var place = words();
  for (var i = 0; i < PD * P * P; i++) {
    let vd = d + i / (P * P);
    let vh = h + (i / P) % P;
    let vw = w + i % P;
    let inside = vd >= 0 && vh >= 0 && vw >= 0;
    let at = sample * (XS / PACK) - range.from0 / PACK + ((max(vd, 0) * H + max(vh, 0)) * W + max(vw, 0)) * CP + c;
    let value = select(pack(), pack(x[at]), inside);
    // A NaN wins, so it is seen.
    let more = (value > best) | (value != value) | (words(u32(i)) == words());
    best = select(best, value, more);
    place = select(place, words(u32(start + ((i / (P * P)) * QH * P + (i / P) % P) * QW * P + i % P)), more);
  }
  let r = range.n0 + sample;
  p[r * (ZS / PACK) - range.from1 / PACK + cell * CP + c] = store(best);
  index[r * (CS / PACK) - range.from2 / PACK + cell * CP + c] = place;
}
