// max-pool: p = max of x over the window, index = where it is; windows KD x K x K every S voxels, PAD voxels before the first voxel.
//   in   x      [n, D, H, W, C]     stored, samples XS elements apart; a window from element range.from0
//   out  p      [n, QD, QH, QW, C]  stored, samples ZS elements apart; a window from element range.from1; samples from n0, planes q0 <= q < q0 + qn are written
//   out  index  as p                u32, samples CS words apart; a window from word range.from2: row-major place in the volume; of equal values the first
// Voxels outside do not compete; windows that do not fit are left out. One thread makes one pooled voxel x a pack of channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<storedPack>;
@group(0) @binding(2) var<storage, read_write> p: array<storedPack>;
@group(0) @binding(3) var<storage, read_write> index: array<words>;

const CP = C / PACK;
// Along d: as along h and w, or nothing.
const PADD = select(PAD, 0, KD == 1);
const SD = select(S, 1, KD == 1);
const QD = (D + 2 * PADD - KD) / SD + 1;
const QH = (H + 2 * PAD - K) / S + 1;
const QW = (W + 2 * PAD - K) / S + 1;

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
  var best = pack();
  var place = words();
  var empty = true;
  for (var i = 0; i < KD * K * K; i++) {
    let vd = qd * SD - PADD + i / (K * K);
    let vh = qh * S - PAD + (i / K) % K;
    let vw = qw * S - PAD + i % K;
    // Without padding every window lies inside.
    if (PAD == 0 || (vd >= 0 && vh >= 0 && vw >= 0 && vd < D && vh < H && vw < W)) {
      let value = pack(x[sample * (XS / PACK) - range.from0 / PACK + ((vd * H + vh) * W + vw) * CP + c]);
      // A NaN wins, so it is seen.
      let more = (value > best) | (value != value) | (words(u32(empty)) == words(1u));
      best = select(best, value, more);
      place = select(place, words(u32((vd * H + vh) * W + vw)), more);
      empty = false;
    }
  }
  let r = range.n0 + sample;
  let cell = (qd * QH + qh) * QW + qw;
  p[r * (ZS / PACK) - range.from1 / PACK + cell * CP + c] = store(best);
  index[r * (CS / PACK) - range.from2 / PACK + cell * CP + c] = place;
}
