// conv-tile4: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o], zero outside.
//   in   x  [n, D, H, W, CI]   stored, samples XS elements apart
//   in   f  [KD, 3, 3, CI, CO] f32
//   out  y  [n, D, H, W, CO]   stored, samples YS elements apart
//   CI is a multiple of 4, CO of 8. One thread makes 4 voxels along w x 8 channels: each loaded vector feeds 3 taps.
//   x and y are seen through windows that begin at their elements range.from0 and range.from1; planes d0 <= d < d0 + dn of y are made.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

const TILES = (W + 3) / 4;
const C4 = CI / 4;
const O4 = CO / 4;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * u32(GROUP) + lane);
  let places = TILES * H * range.dn;
  if (thread >= places * (CO / 8)) { return; }
  // Neighbouring threads share a place (and its branches) if NEAR is 1, else their channels (and the weights).
  let place = select(thread % places, thread / (CO / 8), NEAR == 1);
  let o = select(thread / places, thread % (CO / 8), NEAR == 1) * 2;
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
  for (var kd = max(0, KD / 2 - d); kd < min(KD, D + KD / 2 - d); kd++) {
    let pd = d + kd - KD / 2;
    for (var kh = max(0, 1 - h); kh < min(3, H + 1 - h); kh++) {
      let ph = h + kh - 1;
      var p = sample * (XS / 4) - range.from0 / 4 + ((pd * H + ph) * W + w) * C4;
      var q = (kd * 3 + kh) * 3 * CI * O4 + o;
      for (var c = 0; c < C4; c++) {
        let x0 = select(vec4f(), vec4f(x[max(p - C4, 0)]), w > 0);
        let x1 = vec4f(x[p]);
        let x2 = select(vec4f(), vec4f(x[p + 1 * C4]), w + 1 < W);
        let x3 = select(vec4f(), vec4f(x[p + 2 * C4]), w + 2 < W);
        let x4 = select(vec4f(), vec4f(x[p + 3 * C4]), w + 3 < W);
        let x5 = select(vec4f(), vec4f(x[p + 4 * C4]), w + 4 < W);
        {
          let u = f[q + 0 * CI * O4 + 0 * O4];
          let v = f[q + 0 * CI * O4 + 0 * O4 + 1];
          a0 += x0.x * u; b0 += x0.x * v;
          a1 += x1.x * u; b1 += x1.x * v;
          a2 += x2.x * u; b2 += x2.x * v;
          a3 += x3.x * u; b3 += x3.x * v;
        }
        {
          let u = f[q + 0 * CI * O4 + 1 * O4];
          let v = f[q + 0 * CI * O4 + 1 * O4 + 1];
          a0 += x0.y * u; b0 += x0.y * v;
          a1 += x1.y * u; b1 += x1.y * v;
          a2 += x2.y * u; b2 += x2.y * v;
          a3 += x3.y * u; b3 += x3.y * v;
        }
        {
          let u = f[q + 0 * CI * O4 + 2 * O4];
          let v = f[q + 0 * CI * O4 + 2 * O4 + 1];
          a0 += x0.z * u; b0 += x0.z * v;
          a1 += x1.z * u; b1 += x1.z * v;
          a2 += x2.z * u; b2 += x2.z * v;
          a3 += x3.z * u; b3 += x3.z * v;
        }
        {
          let u = f[q + 0 * CI * O4 + 3 * O4];
          let v = f[q + 0 * CI * O4 + 3 * O4 + 1];
          a0 += x0.w * u; b0 += x0.w * v;
          a1 += x1.w * u; b1 += x1.w * v;
          a2 += x2.w * u; b2 += x2.w * v;
          a3 += x3.w * u; b3 += x3.w * v;
        }
        {
          let u = f[q + 1 * CI * O4 + 0 * O4];
          let v = f[q + 1 * CI * O4 + 0 * O4 + 1];
          a0 += x1.x * u; b0 += x1.x * v;
          a1 += x2.x * u; b1 += x2.x * v;
          a2 += x3.x * u; b2 += x3.x * v;
          a3 += x4.x * u; b3 += x4.x * v;
        }
        {
          let u = f[q + 1 * CI * O4 + 1 * O4];
          let v = f[q + 1 * CI * O4 + 1 * O4 + 1];
          a0 += x1.y * u; b0 += x1.y * v;
          a1 += x2.y * u; b1 += x2.y * v;
          a2 += x3.y * u; b2 += x3.y * v;
          a3 += x4.y * u; b3 += x4.y * v;
        }
        {
          let u = f[q + 1 * CI * O4 + 2 * O4];
          let v = f[q + 1 * CI * O4 + 2 * O4 + 1];
          a0 += x1.z * u; b0 += x1.z * v;
          a1 += x2.z * u; b1 += x2.z * v;
          a2 += x3.z * u; b2 += x3.z * v;
          a3 += x4.z * u; b3 += x4.z * v;
        }
        {
          let u = f[q + 1 * CI * O4 + 3 * O4];
          let v = f[q + 1 * CI * O4 + 3 * O4 + 1];
          a0 += x1.w * u; b0 += x1.w * v;
          a1 += x2.w * u; b1 += x2.w * v;
          a2 += x3.w * u; b2 += x3.w * v;
          a3 += x4.w * u; b3 += x4.w * v;
        }
        {
          let u = f[q + 2 * CI * O4 + 0 * O4];
          let v = f[q + 2 * CI * O4 + 0 * O4 + 1];
          a0 += x2.x * u; b0 += x2.x * v;
          a1 += x3.x * u; b1 += x3.x * v;
          a2 += x4.x * u; b2 += x4.x * v;
          a3 += x5.x * u; b3 += x5.x * v;
        }
        {
          let u = f[q + 2 * CI * O4 + 1 * O4];
          let v = f[q + 2 * CI * O4 + 1 * O4 + 1];
          a0 += x2.y * u; b0 += x2.y * v;
          a1 += x3.y * u; b1 += x3.y * v;
          a2 += x4.y * u; b2 += x4.y * v;
          a3 += x5.y * u; b3 += x5.y * v;
        }
        {
          let u = f[q + 2 * CI * O4 + 2 * O4];
          let v = f[q + 2 * CI * O4 + 2 * O4 + 1];
          a0 += x2.z * u; b0 += x2.z * v;
          a1 += x3.z * u; b1 += x3.z * v;
          a2 += x4.z * u; b2 += x4.z * v;
          a3 += x5.z * u; b3 += x5.z * v;
        }
        {
          let u = f[q + 2 * CI * O4 + 3 * O4];
          let v = f[q + 2 * CI * O4 + 3 * O4 + 1];
          a0 += x2.w * u; b0 += x2.w * v;
          a1 += x3.w * u; b1 += x3.w * v;
          a2 += x4.w * u; b2 += x4.w * v;
          a3 += x5.w * u; b3 += x5.w * v;
        }
        p += 1;
        q += 4 * O4;
      }
    }
  }
  let r = sample * (YS / 4) - range.from1 / 4 + ((d * H + h) * W + w) * O4 + o;
  y[r] = keep(a0);
  y[r + 1] = keep(b0);
  if (w + 1 < W) { y[r + 1 * O4] = keep(a1); y[r + 1 * O4 + 1] = keep(b1); }
  if (w + 2 < W) { y[r + 2 * O4] = keep(a2); y[r + 2 * O4 + 1] = keep(b2); }
  if (w + 3 < W) { y[r + 3 * O4] = keep(a3); y[r + 3 * O4 + 1] = keep(b3); }
}
