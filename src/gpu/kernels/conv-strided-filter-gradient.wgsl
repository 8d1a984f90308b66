// conv-strided-filter-gradient: part[s][a,b,c,i,o] = sum over rows (n,d,h) = s, s+S, ... and w of
// x[n0+n, d*SD+a-PD, h*STRIDE+b-P, w*STRIDE+c-P, i] * g[n,d,h,w,o], zero outside; planes d0 <= d < d0 + dn.
//   in   x     [n0+n, D, H, W, CI]       stored, samples XS elements apart
//   in   g     [n, OD, OH, OW, CO]       stored, samples YS elements apart
//   out  part  [S, KD, K, K, CI, CO]     f32; added to what is there unless range.first
//   x and g are seen through windows that begin at their elements range.from0 and range.from1.
//   CI and CO are multiples of 8. One thread owns 1 tap x 8 x 8 channels and slides along w: 16 vectors in registers.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> g: array<stored4>;
@group(0) @binding(3) var<storage, read_write> part: array<vec4f>;

const C4 = CI / 4;
const O4 = CO / 4;
const C8 = CI / 8;
const O8 = CO / 8;

fn add(r: i32, u: vec4f, v: vec4f) {
  let more = range.first == 0;
  part[r] = u + select(vec4f(), part[r], more);
  part[r + 1] = v + select(vec4f(), part[r + 1], more);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= O8 * C8 * KD * K * K * S) { return; }
  let o = (thread % O8) * 2;
  let c = (thread / O8) % C8 * 2;
  let tap = thread / (O8 * C8) % (KD * K * K);
  let kw = tap % K;
  let kh = tap / K % K;
  let kd = tap / (K * K);
  let s = thread / (O8 * C8 * KD * K * K);
  // The voxels of a row that the tap takes from inside.
  let begin = max(0, (P - kw + STRIDE - 1) / STRIDE);
  let end = select(0, min(OW, (W - 1 + P - kw) / STRIDE + 1), W - 1 + P >= kw);
  var a0 = vec4f();
  var b0 = vec4f();
  var a1 = vec4f();
  var b1 = vec4f();
  var a2 = vec4f();
  var b2 = vec4f();
  var a3 = vec4f();
  var b3 = vec4f();
  var a4 = vec4f();
  var b4 = vec4f();
  var a5 = vec4f();
  var b5 = vec4f();
  var a6 = vec4f();
  var b6 = vec4f();
  var a7 = vec4f();
  var b7 = vec4f();
  for (var row = s; row < range.n * range.dn * OH; row += S) {
    let h = row % OH;
    let d = range.d0 + row / OH % range.dn;
    let sample = row / (OH * range.dn);
    let ph = h * STRIDE + kh - P;
    let pd = d * SD + kd - PD;
    if (ph < 0 || ph >= H || pd < 0 || pd >= D) { continue; }
    var p = (range.n0 + sample) * (XS / 4) - range.from0 / 4 + ((pd * H + ph) * W + begin * STRIDE + kw - P) * C4 + c;
    var q = sample * (YS / 4) - range.from1 / 4 + ((d * OH + h) * OW + begin) * O4 + o;
    for (var w = begin; w < end; w++) {
      let x0 = vec4f(x[p]);
      let x1 = vec4f(x[p + 1]);
      let u = unscaled(g[q]);
      let v = unscaled(g[q + 1]);
      a0 += x0.x * u; b0 += x0.x * v;
      a1 += x0.y * u; b1 += x0.y * v;
      a2 += x0.z * u; b2 += x0.z * v;
      a3 += x0.w * u; b3 += x0.w * v;
      a4 += x1.x * u; b4 += x1.x * v;
      a5 += x1.y * u; b5 += x1.y * v;
      a6 += x1.z * u; b6 += x1.z * v;
      a7 += x1.w * u; b7 += x1.w * v;
      p += STRIDE * C4;
      q += O4;
    }
  }
  let r = ((s * KD * K * K + tap) * CI + c * 4) * O4 + o;
  add(r, a0, b0);
  add(r + 1 * O4, a1, b1);
  add(r + 2 * O4, a2, b2);
  add(r + 3 * O4, a3, b3);
  add(r + 4 * O4, a4, b4);
  add(r + 5 * O4, a5, b5);
  add(r + 6 * O4, a6, b6);
  add(r + 7 * O4, a7, b7);
}
