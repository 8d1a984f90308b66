// conv-stem-row: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o] for planes d0 <= d < d0 + dn.
//   in   x  [n, D, H, W, CI]   f32, samples XS floats apart, any CI; from sample n0
//   in   f  [KD, 3, 3, CI, CO] f32, CO a multiple of 4
//   out  y  [n, D, H, W, CO]   stored, samples YS elements apart
// x and y are seen through windows that begin at their elements range.from0 and range.from1.
// One thread makes 8 voxels along w x 4 channels: half of the sums that conv-stem keeps.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

const TILES = (W + 7) / 8;
const O4 = CO / 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= TILES * H * range.dn * O4) { return; }
  let w = (thread % TILES) * 8;
  let h = (thread / TILES) % H;
  let d = range.d0 + (thread / (TILES * H)) % range.dn;
  let o = thread / (TILES * H * range.dn);
  let sample = i32(group.z);
  var a0 = vec4f();
  var a1 = vec4f();
  var a2 = vec4f();
  var a3 = vec4f();
  var a4 = vec4f();
  var a5 = vec4f();
  var a6 = vec4f();
  var a7 = vec4f();
  for (var kd = max(0, KD / 2 - d); kd < min(KD, D + KD / 2 - d); kd++) {
    let pd = d + kd - KD / 2;
    for (var kh = max(0, 1 - h); kh < min(3, H + 1 - h); kh++) {
      let ph = h + kh - 1;
      for (var c = 0; c < CI; c++) {
        let q = ((kd * 3 + kh) * 3 * CI + c) * O4 + o;
        let f0 = f[q];
        let f1 = f[q + CI * O4];
        let f2 = f[q + 2 * CI * O4];
        let p = (range.n0 + sample) * XS - range.from0 + ((pd * H + ph) * W + w) * CI + c;
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
        a0 += x0 * f0 + x1 * f1 + x2 * f2;
        a1 += x1 * f0 + x2 * f1 + x3 * f2;
        a2 += x2 * f0 + x3 * f1 + x4 * f2;
        a3 += x3 * f0 + x4 * f1 + x5 * f2;
        a4 += x4 * f0 + x5 * f1 + x6 * f2;
        a5 += x5 * f0 + x6 * f1 + x7 * f2;
        a6 += x6 * f0 + x7 * f1 + x8 * f2;
        a7 += x7 * f0 + x8 * f1 + x9 * f2;
      }
    }
  }
  let r = sample * (YS / 4) - range.from1 / 4 + ((d * H + h) * W + w) * O4 + o;
  y[r] = keep(a0);
  if (w + 1 < W) { y[r + 1 * O4] = keep(a1); }
  if (w + 2 < W) { y[r + 2 * O4] = keep(a2); }
  if (w + 3 < W) { y[r + 3 * O4] = keep(a3); }
  if (w + 4 < W) { y[r + 4 * O4] = keep(a4); }
  if (w + 5 < W) { y[r + 5 * O4] = keep(a5); }
  if (w + 6 < W) { y[r + 6 * O4] = keep(a6); }
  if (w + 7 < W) { y[r + 7 * O4] = keep(a7); }
}
