// conv-strided-filter-gradient-any: part[s][a,b,c,i,o] = sum over rows (n,d,h) = s, s+S, ... and w of
// x[n0+n, d*SD+a-PD, h*STRIDE+b-P, w*STRIDE+c-P, i] * g[n,d,h,w,o], zero outside; planes d0 <= d < d0 + dn.
//   in   x     [n0+n, D, H, W, CI]    f32, samples XS elements apart
//   in   g     [n, OD, OH, OW, CO]    stored, samples YS elements apart
//   out  part  [S, KD, K, K, CI, CO]  f32; added to what is there unless range.first
//   x and g are seen through windows that begin at their elements range.from0 and range.from1.
//   Any CI and CO. One thread owns 4 taps along w (the components of its vectors), or as many as there are, x 1 x 8 channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<stored>;
@group(0) @binding(3) var<storage, read_write> part: array<f32>;

const TAPS = (K + 3) / 4;
const BLOCKS = (CO + 7) / 8;

fn add(r: i32, taps: i32, value: vec4f) {
  let more = range.first == 0;
  for (var t = 0; t < min(taps, 4); t++) {
    let at = r + t * CI * CO;
    part[at] = value[t] + select(0, part[at], more);
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= BLOCKS * CI * KD * K * TAPS * S) { return; }
  let o = (thread % BLOCKS) * 8;
  let i = (thread / BLOCKS) % CI;
  let kw = thread / (BLOCKS * CI) % TAPS * 4;
  let kh = thread / (BLOCKS * CI * TAPS) % K;
  let kd = thread / (BLOCKS * CI * TAPS * K) % KD;
  let s = thread / (BLOCKS * CI * TAPS * K * KD);
  var a0 = vec4f();
  var a1 = vec4f();
  var a2 = vec4f();
  var a3 = vec4f();
  var a4 = vec4f();
  var a5 = vec4f();
  var a6 = vec4f();
  var a7 = vec4f();
  for (var row = s; row < range.n * range.dn * OH; row += S) {
    let h = row % OH;
    let d = range.d0 + row / OH % range.dn;
    let sample = row / (OH * range.dn);
    let ph = h * STRIDE + kh - P;
    let pd = d * SD + kd - PD;
    if (ph < 0 || ph >= H || pd < 0 || pd >= D) { continue; }
    var at = kw - P + vec4i(0, 1, 2, 3);
    var p = (range.n0 + sample) * XS - range.from0 + ((pd * H + ph) * W + kw - P) * CI + i;
    var q = sample * YS - range.from1 + (d * OH + h) * OW * CO + o;
    for (var w = 0; w < OW; w++) {
      let inside = (at >= vec4i(0)) & (at < vec4i(W));
      let v = select(vec4f(), vec4f(x[p], x[p + CI], x[p + 2 * CI], x[p + 3 * CI]), inside) / GRADIENT_SCALE;
      a0 += v * f32(g[q]);
      if (CO > 1) { a1 += v * f32(g[q + 1]); }
      if (CO > 2) { a2 += v * f32(g[q + 2]); }
      if (CO > 3) { a3 += v * f32(g[q + 3]); }
      if (CO > 4) { a4 += v * f32(g[q + 4]); }
      if (CO > 5) { a5 += v * f32(g[q + 5]); }
      if (CO > 6) { a6 += v * f32(g[q + 6]); }
      if (CO > 7) { a7 += v * f32(g[q + 7]); }
      at += vec4i(STRIDE);
      p += STRIDE * CI;
      q += CO;
    }
  }
  let r = (((s * KD + kd) * K + kh) * K + kw) * CI * CO + i * CO + o;
  add(r, K - kw, a0);
  if (o + 1 < CO) { add(r + 1, K - kw, a1); }
  if (o + 2 < CO) { add(r + 2, K - kw, a2); }
  if (o + 3 < CO) { add(r + 3, K - kw, a3); }
  if (o + 4 < CO) { add(r + 4, K - kw, a4); }
  if (o + 5 < CO) { add(r + 5, K - kw, a5); }
  if (o + 6 < CO) { add(r + 6, K - kw, a6); }
  if (o + 7 < CO) { add(r + 7, K - kw, a7); }
}
