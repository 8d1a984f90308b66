// conv-strided-input-gradient: dx[n,d,h,w,i] = sum over o and those taps a,b,c that reach the voxel (d + PD - a divisible by SD, ...) of
// g[n, (d+PD-a)/SD, (h+P-b)/STRIDE, (w+P-c)/STRIDE, o] * f[a,b,c,i,o]: the transposed convolution of g.
//   in   g   [n, OD, OH, OW, CO]  stored, samples YS elements apart
//   in   f   [KD, K, K, CI, CO]   f32
//   out  dx  [n, D, H, W, CI]     stored, samples XS elements apart
//   CO is a multiple of 4, CI of 8. One thread makes 4 voxels along w, STRIDE apart (the same taps reach them), x 8 channels.
//   Threads follow each other by the taps that reach their voxels, so that neighbours take the same branches.
//   g and dx are seen through windows that begin at their elements range.from0 and range.from1; planes d0 <= d < d0 + dn of dx are made.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> g: array<stored4>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> dx: array<stored4>;

const TILES = (W + 4 * STRIDE - 1) / (4 * STRIDE);
const LINES = (H + STRIDE - 1) / STRIDE;
const C4 = CI / 4;
const O4 = CO / 4;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * u32(GROUP) + lane);
  let planes = (range.dn + SD - 1) / SD;
  let turns = TILES * LINES * planes;
  let places = turns * SD * STRIDE * STRIDE;
  if (thread >= places * (CI / 8)) { return; }
  // Neighbouring threads share a place (and its branches) if NEAR is 1, else their channels (and the weights).
  let place = select(thread % places, thread / (CI / 8), NEAR == 1);
  let i = select(thread / places, thread % (CI / 8), NEAR == 1) * 8;
  let phase = place / turns;
  let w = place % TILES * 4 * STRIDE + phase % STRIDE;
  let h = (place / TILES) % LINES * STRIDE + phase / STRIDE % STRIDE;
  let d = range.d0 + place / (TILES * LINES) % planes * SD + phase / (STRIDE * STRIDE);
  if (w >= W || h >= H || d >= range.d0 + range.dn) { return; }
  let sample = i32(group.z);
  var a0 = vec4f();
  var b0 = vec4f();
  var a1 = vec4f();
  var b1 = vec4f();
  var a2 = vec4f();
  var b2 = vec4f();
  var a3 = vec4f();
  var b3 = vec4f();
  for (var kd = (d + PD) % SD; kd < KD; kd += SD) {
    let pd = (d + PD - kd) / SD;
    if (kd > d + PD || pd >= OD) { continue; }
    for (var kh = (h + P) % STRIDE; kh < K; kh += STRIDE) {
      let ph = (h + P - kh) / STRIDE;
      if (kh > h + P || ph >= OH) { continue; }
      for (var kw = (w + P) % STRIDE; kw < K; kw += STRIDE) {
        let pw = (w + P - kw) / STRIDE;
        let at = pw + vec4i(0, 1, 2, 3);
        let inside = (at >= vec4i(0)) & (at < vec4i(OW));
        var p = sample * (YS / 4) - range.from0 / 4 + ((pd * OH + ph) * OW + pw) * O4;
        var q = (((kd * K + kh) * K + kw) * CI + i) * O4;
        for (var o = 0; o < O4; o++) {
          let g0 = select(vec4f(), vec4f(g[p]), inside[0]);
          let g1 = select(vec4f(), vec4f(g[p + 1 * O4]), inside[1]);
          let g2 = select(vec4f(), vec4f(g[p + 2 * O4]), inside[2]);
          let g3 = select(vec4f(), vec4f(g[p + 3 * O4]), inside[3]);
          {
            let f0 = f[q];
            let f1 = f[q + 1 * O4];
            let f2 = f[q + 2 * O4];
            let f3 = f[q + 3 * O4];
            a0 += vec4f(dot(g0, f0), dot(g0, f1), dot(g0, f2), dot(g0, f3));
            a1 += vec4f(dot(g1, f0), dot(g1, f1), dot(g1, f2), dot(g1, f3));
            a2 += vec4f(dot(g2, f0), dot(g2, f1), dot(g2, f2), dot(g2, f3));
            a3 += vec4f(dot(g3, f0), dot(g3, f1), dot(g3, f2), dot(g3, f3));
          }
          {
            let f0 = f[q + 4 * O4];
            let f1 = f[q + 5 * O4];
            let f2 = f[q + 6 * O4];
            let f3 = f[q + 7 * O4];
            b0 += vec4f(dot(g0, f0), dot(g0, f1), dot(g0, f2), dot(g0, f3));
            b1 += vec4f(dot(g1, f0), dot(g1, f1), dot(g1, f2), dot(g1, f3));
            b2 += vec4f(dot(g2, f0), dot(g2, f1), dot(g2, f2), dot(g2, f3));
            b3 += vec4f(dot(g3, f0), dot(g3, f1), dot(g3, f2), dot(g3, f3));
          }
          p += 1;
          q += 1;
        }
      }
    }
  }
  let r = sample * (XS / 4) - range.from1 / 4 + ((d * H + h) * W + w) * C4 + i / 4;
  dx[r] = keep(a0);
  dx[r + 1] = keep(b0);
  if (w + 1 * STRIDE < W) { dx[r + 1 * STRIDE * C4] = keep(a1); dx[r + 1 * STRIDE * C4 + 1] = keep(b1); }
  if (w + 2 * STRIDE < W) { dx[r + 2 * STRIDE * C4] = keep(a2); dx[r + 2 * STRIDE * C4 + 1] = keep(b2); }
  if (w + 3 * STRIDE < W) { dx[r + 3 * STRIDE * C4] = keep(a3); dx[r + 3 * STRIDE * C4 + 1] = keep(b3); }
}
