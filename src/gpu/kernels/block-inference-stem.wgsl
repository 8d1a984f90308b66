// block-inference-stem: p = max over the window of relu(scale * y + shift), y[n,d,h,w,o] = sum over a,b,c,i of
// x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o]; windows PD x 2 x 2, zero planes in front of odd axes. y is never stored.
//   in   x     [n, D, H, W, CI]     f32, samples XS elements apart, any CI
//   in   f     [KD, 3, 3, CI, CO]   f32, CO a multiple of 4
//   in   norm  [4, CO]              f32: scale, shift, ...
//   out  p     [n, QD, QH, QW, CO]  stored, samples ZS elements apart
// x and p are seen through windows that begin at their elements range.from0 and range.from1; planes q0 <= q < q0 + qn are made.
// One thread makes 2 pooled voxels along w x 4 channels, plane by plane: 9 weights and 24 voxels feed 72 multiply-adds of vectors.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read> norm: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> p: array<stored4>;

const QD = (D + PD - 1) / PD;
const QH = (H + 1) / 2;
const QW = (W + 1) / 2;
const TILES = (QW + 1) / 2;
const O4 = CO / 4;

fn pooled(best: vec4f, y: vec4f, o: i32, inside: bool) -> vec4f {
  let z = select(vec4f(), y * norm[o] + norm[O4 + o], inside);
  return select(best, z, !(z <= best));
}

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * u32(GROUP) + lane);
  let places = TILES * QH * range.qn;
  if (thread >= places * O4) { return; }
  // Neighbouring threads share a place (and its branches) if NEAR is 1, else their channels (and the weights).
  let place = select(thread % places, thread / O4, NEAR == 1);
  let o = select(thread / places, thread % O4, NEAR == 1);
  let qw = place % TILES * 2;
  let qh = (place / TILES) % QH;
  let qd = range.q0 + place / (TILES * QH);
  let sample = i32(group.z);
  let d = qd * PD - (QD * PD - D);
  let h = qh * 2 - (QH * 2 - H);
  let w = qw * 2 - (QW * 2 - W);
  var first = vec4f();
  var second = vec4f();
  for (var a = max(0, -d); a < PD; a++) {
    var y00 = vec4f();
    var y01 = vec4f();
    var y02 = vec4f();
    var y03 = vec4f();
    var y10 = vec4f();
    var y11 = vec4f();
    var y12 = vec4f();
    var y13 = vec4f();
    for (var kd = 0; kd < KD; kd++) {
      let pd = d + a + kd - KD / 2;
      if (pd < 0 || pd >= D) { continue; }
      for (var c = 0; c < CI; c++) {
        let q = (kd * 9 * CI + c) * O4 + o;
        let f0 = f[q + 0 * CI * O4];
        let f1 = f[q + 1 * CI * O4];
        let f2 = f[q + 2 * CI * O4];
        let f3 = f[q + 3 * CI * O4];
        let f4 = f[q + 4 * CI * O4];
        let f5 = f[q + 5 * CI * O4];
        let f6 = f[q + 6 * CI * O4];
        let f7 = f[q + 7 * CI * O4];
        let f8 = f[q + 8 * CI * O4];
        if (h > 0) {
          let m = sample * XS - range.from0 + ((pd * H + h - 1) * W + w) * CI + c;
          let x0 = select(0.0, x[m - CI], w > 0);
          let x1 = select(0.0, x[m], w >= 0);
          let x2 = x[m + CI];
          let x3 = select(0.0, x[m + 2 * CI], w + 2 < W);
          let x4 = select(0.0, x[m + 3 * CI], w + 3 < W);
          let x5 = select(0.0, x[m + 4 * CI], w + 4 < W);
          y00 += x0 * f0 + x1 * f1 + x2 * f2;
          y01 += x1 * f0 + x2 * f1 + x3 * f2;
          y02 += x2 * f0 + x3 * f1 + x4 * f2;
          y03 += x3 * f0 + x4 * f1 + x5 * f2;
        }
        if (h >= 0) {
          let m = sample * XS - range.from0 + ((pd * H + h) * W + w) * CI + c;
          let x0 = select(0.0, x[m - CI], w > 0);
          let x1 = select(0.0, x[m], w >= 0);
          let x2 = x[m + CI];
          let x3 = select(0.0, x[m + 2 * CI], w + 2 < W);
          let x4 = select(0.0, x[m + 3 * CI], w + 3 < W);
          let x5 = select(0.0, x[m + 4 * CI], w + 4 < W);
          y00 += x0 * f3 + x1 * f4 + x2 * f5;
          y01 += x1 * f3 + x2 * f4 + x3 * f5;
          y02 += x2 * f3 + x3 * f4 + x4 * f5;
          y03 += x3 * f3 + x4 * f4 + x5 * f5;
          y10 += x0 * f0 + x1 * f1 + x2 * f2;
          y11 += x1 * f0 + x2 * f1 + x3 * f2;
          y12 += x2 * f0 + x3 * f1 + x4 * f2;
          y13 += x3 * f0 + x4 * f1 + x5 * f2;
        }
        {
          let m = sample * XS - range.from0 + ((pd * H + h + 1) * W + w) * CI + c;
          let x0 = select(0.0, x[m - CI], w > 0);
          let x1 = select(0.0, x[m], w >= 0);
          let x2 = x[m + CI];
          let x3 = select(0.0, x[m + 2 * CI], w + 2 < W);
          let x4 = select(0.0, x[m + 3 * CI], w + 3 < W);
          let x5 = select(0.0, x[m + 4 * CI], w + 4 < W);
          y00 += x0 * f6 + x1 * f7 + x2 * f8;
          y01 += x1 * f6 + x2 * f7 + x3 * f8;
          y02 += x2 * f6 + x3 * f7 + x4 * f8;
          y03 += x3 * f6 + x4 * f7 + x5 * f8;
          y10 += x0 * f3 + x1 * f4 + x2 * f5;
          y11 += x1 * f3 + x2 * f4 + x3 * f5;
          y12 += x2 * f3 + x3 * f4 + x4 * f5;
          y13 += x3 * f3 + x4 * f4 + x5 * f5;
        }
        if (h + 2 < H) {
          let m = sample * XS - range.from0 + ((pd * H + h + 2) * W + w) * CI + c;
          let x0 = select(0.0, x[m - CI], w > 0);
          let x1 = select(0.0, x[m], w >= 0);
          let x2 = x[m + CI];
          let x3 = select(0.0, x[m + 2 * CI], w + 2 < W);
          let x4 = select(0.0, x[m + 3 * CI], w + 3 < W);
          let x5 = select(0.0, x[m + 4 * CI], w + 4 < W);
          y10 += x0 * f6 + x1 * f7 + x2 * f8;
          y11 += x1 * f6 + x2 * f7 + x3 * f8;
          y12 += x2 * f6 + x3 * f7 + x4 * f8;
          y13 += x3 * f6 + x4 * f7 + x5 * f8;
        }
      }
    }
    first = pooled(first, y00, o, h >= 0 && w >= 0);
    first = pooled(first, y01, o, h >= 0);
    second = pooled(second, y02, o, h >= 0);
    second = pooled(second, y03, o, h >= 0);
    first = pooled(first, y10, o, w >= 0);
    first = pooled(first, y11, o, true);
    second = pooled(second, y12, o, true);
    second = pooled(second, y13, o, true);
  }
  let r = sample * (ZS / 4) - range.from1 / 4 + ((qd * QH + qh) * QW + qw) * O4 + o;
  p[r] = keep(first);
  if (qw + 1 < QW) { p[r + O4] = keep(second); }
}
