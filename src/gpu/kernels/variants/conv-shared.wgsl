// conv-shared: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o], zero outside.
//   in   x  [n, D, H, W, CI]   stored, samples XS elements apart
//   in   f  [KD, 3, 3, CI, CO] f32
//   out  y  [n, D, H, W, CO]   stored, samples YS elements apart
//   CI is a multiple of 4, CO of 8; x and y are seen through windows that begin at their elements range.from0 and range.from1; planes
//   d0 <= d < d0 + dn of y are made.
// One thread makes 4 voxels along w x 8 channels; the weights of 3 taps x 16 channels x 8 channels wait in workgroup memory.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

const TILES = (W + 3) / 4;
const C4 = CI / 4;
const O4 = CO / 4;
// Vectors of input channels whose weights are there together.
const TOGETHER = 4;

var<workgroup> weights: array<vec4f, 96>;

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
    for (var kh = 0; kh < 3; kh++) {
      let ph = h + kh - 1;
      let inside = alive && pd >= 0 && pd < D && ph >= 0 && ph < H;
      let row = sample * (XS / 4) - range.from0 / 4 + ((pd * H + ph) * W + w) * C4;
      for (var c = 0; c < C4; c += TOGETHER) {
        workgroupBarrier();
        for (var i = i32(lane); i < 96; i += 64) {
          // Tap, input channel, half of the 8 channels.
          let channel = c * 4 + (i / 2) % 16;
          if (channel < CI) { weights[i] = f[(((kd * 3 + kh) * 3 + i / 32) * CI + channel) * O4 + o + i % 2]; }
        }
        workgroupBarrier();
        if (inside) {
          for (var k = 0; k < min(TOGETHER, C4 - c); k++) {
            let p = row + c + k;
            let x0 = select(vec4f(), vec4f(x[max(p - C4, 0)]), w > 0);
            let x1 = vec4f(x[p]);
            let x2 = select(vec4f(), vec4f(x[p + 1 * C4]), w + 1 < W);
            let x3 = select(vec4f(), vec4f(x[p + 2 * C4]), w + 2 < W);
            let x4 = select(vec4f(), vec4f(x[p + 3 * C4]), w + 3 < W);
            let x5 = select(vec4f(), vec4f(x[p + 4 * C4]), w + 4 < W);
            {
              let q = 0 + k * 8;
              let u = mat4x4f(weights[q], weights[q + 2], weights[q + 4], weights[q + 6]);
              let v = mat4x4f(weights[q + 1], weights[q + 3], weights[q + 5], weights[q + 7]);
              a0 += u * x0; b0 += v * x0;
              a1 += u * x1; b1 += v * x1;
              a2 += u * x2; b2 += v * x2;
              a3 += u * x3; b3 += v * x3;
            }
            {
              let q = 32 + k * 8;
              let u = mat4x4f(weights[q], weights[q + 2], weights[q + 4], weights[q + 6]);
              let v = mat4x4f(weights[q + 1], weights[q + 3], weights[q + 5], weights[q + 7]);
              a0 += u * x1; b0 += v * x1;
              a1 += u * x2; b1 += v * x2;
              a2 += u * x3; b2 += v * x3;
              a3 += u * x4; b3 += v * x4;
            }
            {
              let q = 64 + k * 8;
              let u = mat4x4f(weights[q], weights[q + 2], weights[q + 4], weights[q + 6]);
              let v = mat4x4f(weights[q + 1], weights[q + 3], weights[q + 5], weights[q + 7]);
              a0 += u * x2; b0 += v * x2;
              a1 += u * x3; b1 += v * x3;
              a2 += u * x4; b2 += v * x4;
              a3 += u * x5; b3 += v * x5;
            }
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
