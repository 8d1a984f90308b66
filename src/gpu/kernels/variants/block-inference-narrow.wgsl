// block-inference-narrow: p = max over the window of relu(scale * y + shift), y[n,d,h,w,o] = sum over a,b,c,i of
// x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o]; windows PD x 2 x 2, zero planes in front of odd axes. y is never stored.
//   in   x     [n, D, H, W, CI]     stored, samples XS elements apart, CI a multiple of 4
//   in   f     [KD, 3, 3, CI, CO]   f32, CO a multiple of 4
//   in   norm  [4, CO]              f32: scale, shift, ...
//   out  p     [n, QD, QH, QW, CO]  stored, samples ZS elements apart
// x and p are seen through windows that begin at their elements range.from0 and range.from1; planes q0 <= q < q0 + qn are made.
// One thread makes 2 pooled voxels along w x 4 channels, plane by plane: half of the sums that block-inference keeps, in twice the threads.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read> norm: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> p: array<stored4>;

const QD = (D + PD - 1) / PD;
const QH = (H + 1) / 2;
const QW = (W + 1) / 2;
const TILES = (QW + 1) / 2;
const O4 = CO / 4;
const C4 = CI / 4;

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
  var p0 = vec4f();
  var p1 = vec4f();
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
      for (var kh = 0; kh < 3; kh++) {
        let ph = h + kh - 1;
        var m = sample * (XS / 4) - range.from0 / 4 + ((pd * H + ph) * W + w) * C4;
        var q = (kd * 3 + kh) * 3 * CI * O4 + o;
        for (var c = 0; c < C4; c++) {
          let f0 = mat4x4f(f[q], f[q + O4], f[q + 2 * O4], f[q + 3 * O4]);
          let r = q + CI * O4;
          let f1 = mat4x4f(f[r], f[r + O4], f[r + 2 * O4], f[r + 3 * O4]);
          let t = r + CI * O4;
          let f2 = mat4x4f(f[t], f[t + O4], f[t + 2 * O4], f[t + 3 * O4]);
          if (ph >= 0 && ph < H) {
            let n = m;
            let x0 = select(vec4f(), vec4f(x[n - C4]), w > 0);
            let x1 = select(vec4f(), vec4f(x[n]), w >= 0);
            let x2 = vec4f(x[n + C4]);
            let x3 = select(vec4f(), vec4f(x[n + 2 * C4]), w + 2 < W);
            let x4 = select(vec4f(), vec4f(x[n + 3 * C4]), w + 3 < W);
            let x5 = select(vec4f(), vec4f(x[n + 4 * C4]), w + 4 < W);
            y00 += f0 * x0 + f1 * x1 + f2 * x2;
            y01 += f0 * x1 + f1 * x2 + f2 * x3;
            y02 += f0 * x2 + f1 * x3 + f2 * x4;
            y03 += f0 * x3 + f1 * x4 + f2 * x5;
          }
          if (ph + 1 >= 0 && ph + 1 < H) {
            let n = m + W * C4;
            let x0 = select(vec4f(), vec4f(x[n - C4]), w > 0);
            let x1 = select(vec4f(), vec4f(x[n]), w >= 0);
            let x2 = vec4f(x[n + C4]);
            let x3 = select(vec4f(), vec4f(x[n + 2 * C4]), w + 2 < W);
            let x4 = select(vec4f(), vec4f(x[n + 3 * C4]), w + 3 < W);
            let x5 = select(vec4f(), vec4f(x[n + 4 * C4]), w + 4 < W);
            y10 += f0 * x0 + f1 * x1 + f2 * x2;
            y11 += f0 * x1 + f1 * x2 + f2 * x3;
            y12 += f0 * x2 + f1 * x3 + f2 * x4;
            y13 += f0 * x3 + f1 * x4 + f2 * x5;
          }
          m += 1;
          q += 4 * O4;
        }
      }
    }
    p0 = pooled(p0, y00, o, h >= 0 && w >= 0);
    p0 = pooled(p0, y01, o, h >= 0);
    p1 = pooled(p1, y02, o, h >= 0);
    p1 = pooled(p1, y03, o, h >= 0);
    p0 = pooled(p0, y10, o, w >= 0);
    p0 = pooled(p0, y11, o, true);
    p1 = pooled(p1, y12, o, true);
    p1 = pooled(p1, y13, o, true);
  }
  let r = sample * (ZS / 4) - range.from1 / 4 + ((qd * QH + qh) * QW + qw) * O4 + o;
  p[r] = keep(p0);
  if (qw + 1 < QW) { p[r + O4] = keep(p1); }
}
