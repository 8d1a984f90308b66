// conv-stem-shared: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o] for planes d0 <= d < d0 + dn.
//   in   x  [n, D, H, W, CI]   f32, samples XS floats apart, any CI; from sample n0
//   in   f  [KD, 3, 3, CI, CO] f32, CO a multiple of 8
//   out  y  [n, D, H, W, CO]   stored, samples YS elements apart
// x and y are seen through windows that begin at their elements range.from0 and range.from1.
// One thread makes 4 voxels along w x 8 channels; the weights of 9 taps of a plane wait in workgroup memory, a few input channels at a time.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

const TILES = (W + 3) / 4;
const O4 = CO / 4;
// Input channels whose weights are there together.
const TOGETHER = 4;

var<workgroup> weights: array<vec4f, 72>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let places = TILES * H * range.dn;
  let index = group.y * groups.x + group.x;
  let each = u32((places + 63) / 64);
  if (index >= each * u32(CO / 8)) { return; }
  // All threads of a workgroup make the same channels, of places of their own; those beyond the last place only help.
  let place = i32(index % each * 64u + lane);
  let o = i32(index / each) * 2;
  let alive = place < places;
  let w = place % TILES * 4;
  let h = (place / TILES) % H;
  let d = range.d0 + place / (TILES * H);
  let sample = i32(group.z);
  var a0 = vec4f();
  var b0 = vec4f();
  var a1 = vec4f();
  var b1 = vec4f();
  var a2 = vec4f();
  var b2 = vec4f();
  var a3 = vec4f();
  var b3 = vec4f();
  for (var kd = 0; kd < KD; kd++) {
    let pd = d + kd - KD / 2;
    for (var c = 0; c < CI; c += TOGETHER) {
      workgroupBarrier();
      for (var i = i32(lane); i < 72; i += 64) {
        // Tap, input channel, half of the 8 channels.
        let channel = c + (i / 2) % 4;
        if (channel < CI) { weights[i] = f[((kd * 9 + i / 8) * CI + channel) * O4 + o + i % 2]; }
      }
      workgroupBarrier();
      if (alive && pd >= 0 && pd < D) {
        for (var kh = max(0, 1 - h); kh < min(3, H + 1 - h); kh++) {
          for (var k = 0; k < min(TOGETHER, CI - c); k++) {
            let p = (range.n0 + sample) * XS - range.from0 + ((pd * H + h + kh - 1) * W + w) * CI + c + k;
            let x0 = select(0.0, x[max(p - CI, 0)], w > 0);
            let x1 = x[p];
            let x2 = select(0.0, x[p + 1 * CI], w + 1 < W);
            let x3 = select(0.0, x[p + 2 * CI], w + 2 < W);
            let x4 = select(0.0, x[p + 3 * CI], w + 3 < W);
            let x5 = select(0.0, x[p + 4 * CI], w + 4 < W);
            let q = kh * 24 + k * 2;
            a0 += x0 * weights[q] + x1 * weights[q + 8] + x2 * weights[q + 16];
            b0 += x0 * weights[q + 1] + x1 * weights[q + 9] + x2 * weights[q + 17];
            a1 += x1 * weights[q] + x2 * weights[q + 8] + x3 * weights[q + 16];
            b1 += x1 * weights[q + 1] + x2 * weights[q + 9] + x3 * weights[q + 17];
            a2 += x2 * weights[q] + x3 * weights[q + 8] + x4 * weights[q + 16];
            b2 += x2 * weights[q + 1] + x3 * weights[q + 9] + x4 * weights[q + 17];
            a3 += x3 * weights[q] + x4 * weights[q + 8] + x5 * weights[q + 16];
            b3 += x3 * weights[q + 1] + x4 * weights[q + 9] + x5 * weights[q + 17];
          }
        }
      }
    }
  }
  if (!alive) { return; }
  let r = sample * (YS / 4) - range.from1 / 4 + ((d * H + h) * W + w) * O4 + o;
  y[r] = keep(a0);
  y[r + 1] = keep(b0);
  if (w + 1 < W) { y[r + 1 * O4] = keep(a1); y[r + 1 * O4 + 1] = keep(b1); }
  if (w + 2 < W) { y[r + 2 * O4] = keep(a2); y[r + 2 * O4 + 1] = keep(b2); }
  if (w + 3 < W) { y[r + 3 * O4] = keep(a3); y[r + 3 * O4 + 1] = keep(b3); }
}
