// conv-stem: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o] for planes d0 <= d < d0 + dn.
//   in   x  [n, D, H, W, CI]   f32, samples XS floats apart, any CI; from sample n0
//   in   f  [KD, 3, 3, CI, CO] f32, CO a multiple of 8
//   out  y  [n, D, H, W, CO]   stored, samples YS elements apart
//   x and y are seen through windows that begin at their elements range.from0 and range.from1.
// One thread makes 2 rows x 8 voxels along w x 4 channels: 9 weights and 40 voxels feed 144 multiply-adds of vectors.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

const TILES = (W + 7) / 8;
const ROWS = (H + 1) / 2;
const O4 = CO / 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= TILES * ROWS * range.dn * O4) { return; }
  let w = (thread % TILES) * 8;
  let h = (thread / TILES) % ROWS * 2;
  let d = range.d0 + (thread / (TILES * ROWS)) % range.dn;
  let o = thread / (TILES * ROWS * range.dn);
  let sample = i32(group.z);
  var a00 = vec4f();
  var a01 = vec4f();
  var a02 = vec4f();
  var a03 = vec4f();
  var a04 = vec4f();
  var a05 = vec4f();
  var a06 = vec4f();
  var a07 = vec4f();
  var a10 = vec4f();
  var a11 = vec4f();
  var a12 = vec4f();
  var a13 = vec4f();
  var a14 = vec4f();
  var a15 = vec4f();
  var a16 = vec4f();
  var a17 = vec4f();
  for (var kd = 0; kd < KD; kd++) {
    let pd = d + kd - KD / 2;
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
        let p = (range.n0 + sample) * XS - range.from0 + ((pd * H + h - 1) * W + w) * CI + c;
        let x0 = select(0.0, x[max(p - CI, 0)], w > 0);
        let x1 = x[p];
        let x2 = select(0.0, x[p + 1 * CI], w + 1 < W);
        let x3 = select(0.0, x[p + 2 * CI], w + 2 < W);
        let x4 = select(0.0, x[p + 3 * CI], w + 3 < W);
        let x5 = select(0.0, x[p + 4 * CI], w + 4 < W);
        let x6 = select(0.0, x[p + 5 * CI], w + 5 < W);
        let x7 = select(0.0, x[p + 6 * CI], w + 6 < W);
        let x8 = select(0.0, x[p + 7 * CI], w + 7 < W);
        let x9 = select(0.0, x[p + 8 * CI], w + 8 < W);
        a00 += x0 * f0 + x1 * f1 + x2 * f2;
        a01 += x1 * f0 + x2 * f1 + x3 * f2;
        a02 += x2 * f0 + x3 * f1 + x4 * f2;
        a03 += x3 * f0 + x4 * f1 + x5 * f2;
        a04 += x4 * f0 + x5 * f1 + x6 * f2;
        a05 += x5 * f0 + x6 * f1 + x7 * f2;
        a06 += x6 * f0 + x7 * f1 + x8 * f2;
        a07 += x7 * f0 + x8 * f1 + x9 * f2;
      }
      {
        let p = (range.n0 + sample) * XS - range.from0 + ((pd * H + h + 0) * W + w) * CI + c;
        let x0 = select(0.0, x[max(p - CI, 0)], w > 0);
        let x1 = x[p];
        let x2 = select(0.0, x[p + 1 * CI], w + 1 < W);
        let x3 = select(0.0, x[p + 2 * CI], w + 2 < W);
        let x4 = select(0.0, x[p + 3 * CI], w + 3 < W);
        let x5 = select(0.0, x[p + 4 * CI], w + 4 < W);
        let x6 = select(0.0, x[p + 5 * CI], w + 5 < W);
        let x7 = select(0.0, x[p + 6 * CI], w + 6 < W);
        let x8 = select(0.0, x[p + 7 * CI], w + 7 < W);
        let x9 = select(0.0, x[p + 8 * CI], w + 8 < W);
        a00 += x0 * f3 + x1 * f4 + x2 * f5;
        a01 += x1 * f3 + x2 * f4 + x3 * f5;
        a02 += x2 * f3 + x3 * f4 + x4 * f5;
        a03 += x3 * f3 + x4 * f4 + x5 * f5;
        a04 += x4 * f3 + x5 * f4 + x6 * f5;
        a05 += x5 * f3 + x6 * f4 + x7 * f5;
        a06 += x6 * f3 + x7 * f4 + x8 * f5;
        a07 += x7 * f3 + x8 * f4 + x9 * f5;
        a10 += x0 * f0 + x1 * f1 + x2 * f2;
        a11 += x1 * f0 + x2 * f1 + x3 * f2;
        a12 += x2 * f0 + x3 * f1 + x4 * f2;
        a13 += x3 * f0 + x4 * f1 + x5 * f2;
        a14 += x4 * f0 + x5 * f1 + x6 * f2;
        a15 += x5 * f0 + x6 * f1 + x7 * f2;
        a16 += x6 * f0 + x7 * f1 + x8 * f2;
        a17 += x7 * f0 + x8 * f1 + x9 * f2;
      }
      if (h + 1 < H) {
        let p = (range.n0 + sample) * XS - range.from0 + ((pd * H + h + 1) * W + w) * CI + c;
        let x0 = select(0.0, x[max(p - CI, 0)], w > 0);
        let x1 = x[p];
        let x2 = select(0.0, x[p + 1 * CI], w + 1 < W);
        let x3 = select(0.0, x[p + 2 * CI], w + 2 < W);
        let x4 = select(0.0, x[p + 3 * CI], w + 3 < W);
        let x5 = select(0.0, x[p + 4 * CI], w + 4 < W);
        let x6 = select(0.0, x[p + 5 * CI], w + 5 < W);
        let x7 = select(0.0, x[p + 6 * CI], w + 6 < W);
        let x8 = select(0.0, x[p + 7 * CI], w + 7 < W);
        let x9 = select(0.0, x[p + 8 * CI], w + 8 < W);
        a00 += x0 * f6 + x1 * f7 + x2 * f8;
        a01 += x1 * f6 + x2 * f7 + x3 * f8;
        a02 += x2 * f6 + x3 * f7 + x4 * f8;
        a03 += x3 * f6 + x4 * f7 + x5 * f8;
        a04 += x4 * f6 + x5 * f7 + x6 * f8;
        a05 += x5 * f6 + x6 * f7 + x7 * f8;
        a06 += x6 * f6 + x7 * f7 + x8 * f8;
        a07 += x7 * f6 + x8 * f7 + x9 * f8;
        a10 += x0 * f3 + x1 * f4 + x2 * f5;
        a11 += x1 * f3 + x2 * f4 + x3 * f5;
        a12 += x2 * f3 + x3 * f4 + x4 * f5;
        a13 += x3 * f3 + x4 * f4 + x5 * f5;
        a14 += x4 * f3 + x5 * f4 + x6 * f5;
        a15 += x5 * f3 + x6 * f4 + x7 * f5;
        a16 += x6 * f3 + x7 * f4 + x8 * f5;
        a17 += x7 * f3 + x8 * f4 + x9 * f5;
      }
      if (h + 2 < H) {
        let p = (range.n0 + sample) * XS - range.from0 + ((pd * H + h + 2) * W + w) * CI + c;
        let x0 = select(0.0, x[max(p - CI, 0)], w > 0);
        let x1 = x[p];
        let x2 = select(0.0, x[p + 1 * CI], w + 1 < W);
        let x3 = select(0.0, x[p + 2 * CI], w + 2 < W);
        let x4 = select(0.0, x[p + 3 * CI], w + 3 < W);
        let x5 = select(0.0, x[p + 4 * CI], w + 4 < W);
        let x6 = select(0.0, x[p + 5 * CI], w + 5 < W);
        let x7 = select(0.0, x[p + 6 * CI], w + 6 < W);
        let x8 = select(0.0, x[p + 7 * CI], w + 7 < W);
        let x9 = select(0.0, x[p + 8 * CI], w + 8 < W);
        a10 += x0 * f6 + x1 * f7 + x2 * f8;
        a11 += x1 * f6 + x2 * f7 + x3 * f8;
        a12 += x2 * f6 + x3 * f7 + x4 * f8;
        a13 += x3 * f6 + x4 * f7 + x5 * f8;
        a14 += x4 * f6 + x5 * f7 + x6 * f8;
        a15 += x5 * f6 + x6 * f7 + x7 * f8;
        a16 += x6 * f6 + x7 * f7 + x8 * f8;
        a17 += x7 * f6 + x8 * f7 + x9 * f8;
      }
    }
  }
  let r = sample * (YS / 4) - range.from1 / 4 + ((d * H + h) * W + w) * O4 + o;
  y[r] = keep(a00);
  if (w + 1 < W) { y[r + 1 * O4] = keep(a01); }
  if (w + 2 < W) { y[r + 2 * O4] = keep(a02); }
  if (w + 3 < W) { y[r + 3 * O4] = keep(a03); }
  if (w + 4 < W) { y[r + 4 * O4] = keep(a04); }
  if (w + 5 < W) { y[r + 5 * O4] = keep(a05); }
  if (w + 6 < W) { y[r + 6 * O4] = keep(a06); }
  if (w + 7 < W) { y[r + 7 * O4] = keep(a07); }
  if (h + 1 < H) {
    let s = r + W * O4;
    y[s] = keep(a10);
    if (w + 1 < W) { y[s + 1 * O4] = keep(a11); }
    if (w + 2 < W) { y[s + 2 * O4] = keep(a12); }
    if (w + 3 < W) { y[s + 3 * O4] = keep(a13); }
    if (w + 4 < W) { y[s + 4 * O4] = keep(a14); }
    if (w + 5 < W) { y[s + 5 * O4] = keep(a15); }
    if (w + 6 < W) { y[s + 6 * O4] = keep(a16); }
    if (w + 7 < W) { y[s + 7 * O4] = keep(a17); }
  }
}
