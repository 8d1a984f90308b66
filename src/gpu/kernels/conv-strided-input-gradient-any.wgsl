// conv-strided-input-gradient-any: dx[n,d,h,w,i] = sum over o and those taps a,b,c that reach the voxel (d + PD - a divisible by SD, ...)
// of g[n, (d+PD-a)/SD, (h+P-b)/STRIDE, (w+P-c)/STRIDE, o] * f[a,b,c,i,o]: the transposed convolution of g.
//   in   g   [n, OD, OH, OW, CO]  stored, samples YS elements apart
//   in   f   [KD, K, K, CI, CO]   f32
//   out  dx  [n, D, H, W, CI]     stored, samples XS elements apart
//   Any CI and CO. One thread makes 4 voxels along w, STRIDE apart (the components of its vectors), x 8 channels, or as many as there
//   are. Threads follow each other by the taps that reach their voxels, so that neighbours take the same branches.
//   g and dx are seen through windows that begin at their elements range.from0 and range.from1; planes d0 <= d < d0 + dn of dx are made.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> g: array<stored>;
@group(0) @binding(2) var<storage, read> f: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<stored>;

const TILES = (W + 4 * STRIDE - 1) / (4 * STRIDE);
const LINES = (H + STRIDE - 1) / STRIDE;
const BLOCKS = (CI + 7) / 8;

fn put(r: i32, voxels: i32, value: vec4f) {
  let kept = keep(value);
  dx[r] = kept.x;
  if (voxels > STRIDE) { dx[r + STRIDE * CI] = kept.y; }
  if (voxels > 2 * STRIDE) { dx[r + 2 * STRIDE * CI] = kept.z; }
  if (voxels > 3 * STRIDE) { dx[r + 3 * STRIDE * CI] = kept.w; }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  let planes = (range.dn + SD - 1) / SD;
  let turns = TILES * LINES * planes;
  let places = turns * SD * STRIDE * STRIDE;
  if (thread >= places * BLOCKS) { return; }
  let place = thread % places;
  let i = thread / places * 8;
  let phase = place / turns;
  let w = place % TILES * 4 * STRIDE + phase % STRIDE;
  let h = (place / TILES) % LINES * STRIDE + phase / STRIDE % STRIDE;
  let d = range.d0 + place / (TILES * LINES) % planes * SD + phase / (STRIDE * STRIDE);
  if (w >= W || h >= H || d >= range.d0 + range.dn) { return; }
  let sample = i32(group.z);
  var a0 = vec4f();
  var a1 = vec4f();
  var a2 = vec4f();
  var a3 = vec4f();
  var a4 = vec4f();
  var a5 = vec4f();
  var a6 = vec4f();
  var a7 = vec4f();
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
        var p = sample * YS - range.from0 + ((pd * OH + ph) * OW + pw) * CO;
        var q = (((kd * K + kh) * K + kw) * CI + i) * CO;
        for (var o = 0; o < CO; o++) {
          let v = select(vec4f(), vec4f(vec4<stored>(g[p], g[p + CO], g[p + 2 * CO], g[p + 3 * CO])), inside);
          a0 += v * f[q];
          if (CI > 1) { a1 += v * f[q + 1 * CO]; }
          if (CI > 2) { a2 += v * f[q + 2 * CO]; }
          if (CI > 3) { a3 += v * f[q + 3 * CO]; }
          if (CI > 4) { a4 += v * f[q + 4 * CO]; }
          if (CI > 5) { a5 += v * f[q + 5 * CO]; }
          if (CI > 6) { a6 += v * f[q + 6 * CO]; }
          if (CI > 7) { a7 += v * f[q + 7 * CO]; }
          p += 1;
          q += 1;
        }
      }
    }
  }
  let r = sample * XS - range.from1 + ((d * H + h) * W + w) * CI + i;
  let voxels = W - w;
  put(r, voxels, a0);
  if (i + 1 < CI) { put(r + 1, voxels, a1); }
  if (i + 2 < CI) { put(r + 2, voxels, a2); }
  if (i + 3 < CI) { put(r + 3, voxels, a3); }
  if (i + 4 < CI) { put(r + 4, voxels, a4); }
  if (i + 5 < CI) { put(r + 5, voxels, a5); }
  if (i + 6 < CI) { put(r + 6, voxels, a6); }
  if (i + 7 < CI) { put(r + 7, voxels, a7); }
}
