// max-pool-gradient: dx = sum of dp over the windows whose maximum is here, in row-major order.
//   in   dp     [n, QD, QH, QW, C]  stored, samples ZS elements apart, from sample n0; a window from element range.from0
//   in   index  as dp               u32, samples CS words apart, from sample n0; a window from word range.from1: of max-pool
//   out  dx     [n, D, H, W, C]     stored, samples XS elements apart; a window from element range.from2; planes d0 <= d < d0 + dn
// Windows KD x K x K every S voxels, PAD voxels before the first voxel. One thread makes one voxel x a pack of channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> dp: array<storedPack>;
@group(0) @binding(2) var<storage, read> index: array<words>;
@group(0) @binding(3) var<storage, read_write> dx: array<storedPack>;

const CP = C / PACK;
// Along d: as along h and w, or nothing.
const PADD = select(PAD, 0, KD == 1);
const SD = select(S, 1, KD == 1);
const QD = (D + 2 * PADD - KD) / SD + 1;
const QH = (H + 2 * PAD - K) / S + 1;
const QW = (W + 2 * PAD - K) / S + 1;

// First window that reaches voxel v, which lies `pad` behind the start of the first window.
fn firstWindow(v: i32, kernel: i32, stride: i32, pad: i32) -> i32 { return (max(v + pad - kernel, -1) + stride) / stride; }

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= range.dn * H * W * CP) { return; }
  let c = thread % CP;
  let voxel = range.d0 * H * W + thread / CP;
  let w = voxel % W;
  let h = (voxel / W) % H;
  let d = voxel / (W * H);
  let sample = i32(group.z);
  let own = words(u32((d * H + h) * W + w));
  let r = (range.n0 + sample) * (ZS / PACK) - range.from0 / PACK;
  let s = (range.n0 + sample) * (CS / PACK) - range.from1 / PACK;
  var sum = pack();
  for (var qd = firstWindow(d, KD, SD, PADD); qd <= min((d + PADD) / SD, QD - 1); qd++) {
    for (var qh = firstWindow(h, K, S, PAD); qh <= min((h + PAD) / S, QH - 1); qh++) {
      for (var qw = firstWindow(w, K, S, PAD); qw <= min((w + PAD) / S, QW - 1); qw++) {
        let cell = ((qd * QH + qh) * QW + qw) * CP + c;
        sum += select(pack(), pack(dp[r + cell]), index[s + cell] == own);
      }
    }
  }
  dx[sample * (XS / PACK) - range.from2 / PACK + voxel * CP + c] = store(sum);
}
