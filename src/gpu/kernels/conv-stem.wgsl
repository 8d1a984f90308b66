// conv-stem: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o] for planes d0 <= d < d0 + dn.
//   in   x  [n, D, H, W, CI]   f32, samples XS floats apart, any CI; from sample n0
//   in   f  [KD, 3, 3, CI, CO] f32, CO a multiple of 8
//   out  y  [n, dn, H, W, CO]  f32, samples YS floats apart; its first plane is d0
// One thread makes 8 voxels along w x 8 channels.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

const TILES = (W + 7) / 8;
const O4 = CO / 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= TILES * H * range.dn * (CO / 8)) { return; }
  let w = (thread % TILES) * 8;
  let h = (thread / TILES) % H;
  let plane = (thread / (TILES * H)) % range.dn;
  let o = (thread / (TILES * H * range.dn)) * 2;
  let sample = i32(group.z);
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
  for (var kd = 0; kd < KD; kd++) {
    let pd = range.d0 + plane + kd - KD / 2;
    if (pd < 0 || pd >= D) { continue; }
    for (var kh = 0; kh < 3; kh++) {
      let ph = h + kh - 1;
      if (ph < 0 || ph >= H) { continue; }
      for (var c = 0; c < CI; c++) {
        let p = (range.n0 + sample) * XS + ((pd * H + ph) * W + w) * CI + c;
        let q = ((kd * 3 + kh) * 3 * CI + c) * O4 + o;
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
        {
          let u = f[q + 0 * CI * O4];
          let v = f[q + 0 * CI * O4 + 1];
          a0 += x0 * u; b0 += x0 * v;
          a1 += x1 * u; b1 += x1 * v;
          a2 += x2 * u; b2 += x2 * v;
          a3 += x3 * u; b3 += x3 * v;
          a4 += x4 * u; b4 += x4 * v;
          a5 += x5 * u; b5 += x5 * v;
          a6 += x6 * u; b6 += x6 * v;
          a7 += x7 * u; b7 += x7 * v;
        }
        {
          let u = f[q + 1 * CI * O4];
          let v = f[q + 1 * CI * O4 + 1];
          a0 += x1 * u; b0 += x1 * v;
          a1 += x2 * u; b1 += x2 * v;
          a2 += x3 * u; b2 += x3 * v;
          a3 += x4 * u; b3 += x4 * v;
          a4 += x5 * u; b4 += x5 * v;
          a5 += x6 * u; b5 += x6 * v;
          a6 += x7 * u; b6 += x7 * v;
          a7 += x8 * u; b7 += x8 * v;
        }
        {
          let u = f[q + 2 * CI * O4];
          let v = f[q + 2 * CI * O4 + 1];
          a0 += x2 * u; b0 += x2 * v;
          a1 += x3 * u; b1 += x3 * v;
          a2 += x4 * u; b2 += x4 * v;
          a3 += x5 * u; b3 += x5 * v;
          a4 += x6 * u; b4 += x6 * v;
          a5 += x7 * u; b5 += x7 * v;
          a6 += x8 * u; b6 += x8 * v;
          a7 += x9 * u; b7 += x9 * v;
        }
      }
    }
  }
  let r = sample * (YS / 4) + ((plane * H + h) * W + w) * O4 + o;
  y[r] = a0;
  y[r + 1] = b0;
  if (w + 1 < W) { y[r + 1 * O4] = a1; y[r + 1 * O4 + 1] = b1; }
  if (w + 2 < W) { y[r + 2 * O4] = a2; y[r + 2 * O4 + 1] = b2; }
  if (w + 3 < W) { y[r + 3 * O4] = a3; y[r + 3 * O4 + 1] = b3; }
  if (w + 4 < W) { y[r + 4 * O4] = a4; y[r + 4 * O4 + 1] = b4; }
  if (w + 5 < W) { y[r + 5 * O4] = a5; y[r + 5 * O4 + 1] = b5; }
  if (w + 6 < W) { y[r + 6 * O4] = a6; y[r + 6 * O4 + 1] = b6; }
  if (w + 7 < W) { y[r + 7 * O4] = a7; y[r + 7 * O4 + 1] = b7; }
}
