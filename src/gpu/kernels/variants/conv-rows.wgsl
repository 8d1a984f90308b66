// conv-rows: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o], zero outside.
//   in   x  [n, D, H, W, CI]   stored, samples XS elements apart
//   in   f  [KD, 3, 3, CI, CO] f32
//   out  y  [n, D, H, W, CO]   stored, samples YS elements apart
//   CI is a multiple of 4, CO of 8; x and y are seen through windows that begin at their elements range.from0 and range.from1; planes
//   d0 <= d < d0 + dn of y are made.
// One thread makes 2 rows x 4 voxels along w x 4 channels: few sums to keep, for devices with few registers.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

const TILES = (W + 3) / 4;
const ROWS = (H + 1) / 2;
const C4 = CI / 4;
const O4 = CO / 4;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * u32(GROUP) + lane);
  let places = TILES * ROWS * range.dn;
  if (thread >= places * (O4)) { return; }
  // Neighbouring threads share a place (and its branches) if NEAR is 1, else their channels (and the weights).
  let place = select(thread % places, thread / (O4), NEAR == 1);
  let o = select(thread / places, thread % (O4), NEAR == 1);
  let w = place % TILES * 4;
  let h = (place / TILES) % ROWS * 2;
  let d = range.d0 + place / (TILES * ROWS);
  let sample = i32(group.z);
  var y00 = vec4f();
  var y01 = vec4f();
  var y02 = vec4f();
  var y03 = vec4f();
  var y10 = vec4f();
  var y11 = vec4f();
  var y12 = vec4f();
  var y13 = vec4f();
  for (var kd = max(0, KD / 2 - d); kd < min(KD, D + KD / 2 - d); kd++) {
    let pd = d + kd - KD / 2;
    for (var kh = 0; kh < 3; kh++) {
      let ph = h + kh - 1;
      var p = sample * (XS / 4) - range.from0 / 4 + ((pd * H + ph) * W + w) * C4;
      var q = (kd * 3 + kh) * 3 * CI * O4 + o;
      for (var c = 0; c < C4; c++) {
        let f0 = mat4x4f(f[q], f[q + O4], f[q + 2 * O4], f[q + 3 * O4]);
        let s = q + CI * O4;
        let f1 = mat4x4f(f[s], f[s + O4], f[s + 2 * O4], f[s + 3 * O4]);
        let t = s + CI * O4;
        let f2 = mat4x4f(f[t], f[t + O4], f[t + 2 * O4], f[t + 3 * O4]);
        if (ph >= 0 && ph < H) {
          let m = p;
          let x0 = select(vec4f(), vec4f(x[max(m - C4, 0)]), w > 0);
          let x1 = vec4f(x[m]);
          let x2 = select(vec4f(), vec4f(x[m + 1 * C4]), w + 1 < W);
          let x3 = select(vec4f(), vec4f(x[m + 2 * C4]), w + 2 < W);
          let x4 = select(vec4f(), vec4f(x[m + 3 * C4]), w + 3 < W);
          let x5 = select(vec4f(), vec4f(x[m + 4 * C4]), w + 4 < W);
          y00 += f0 * x0 + f1 * x1 + f2 * x2;
          y01 += f0 * x1 + f1 * x2 + f2 * x3;
          y02 += f0 * x2 + f1 * x3 + f2 * x4;
          y03 += f0 * x3 + f1 * x4 + f2 * x5;
        }
        if (ph + 1 < H) {
          let m = p + W * C4;
          let x0 = select(vec4f(), vec4f(x[max(m - C4, 0)]), w > 0);
          let x1 = vec4f(x[m]);
          let x2 = select(vec4f(), vec4f(x[m + 1 * C4]), w + 1 < W);
          let x3 = select(vec4f(), vec4f(x[m + 2 * C4]), w + 2 < W);
          let x4 = select(vec4f(), vec4f(x[m + 3 * C4]), w + 3 < W);
          let x5 = select(vec4f(), vec4f(x[m + 4 * C4]), w + 4 < W);
          y10 += f0 * x0 + f1 * x1 + f2 * x2;
          y11 += f0 * x1 + f1 * x2 + f2 * x3;
          y12 += f0 * x2 + f1 * x3 + f2 * x4;
          y13 += f0 * x3 + f1 * x4 + f2 * x5;
        }
        p += 1;
        q += 4 * O4;
      }
    }
  }
  let r = sample * (YS / 4) - range.from1 / 4 + ((d * H + h) * W + w) * O4 + o;
  y[r] = keep(y00);
  if (w + 1 < W) { y[r + 1 * O4] = keep(y01); }
  if (w + 2 < W) { y[r + 2 * O4] = keep(y02); }
  if (w + 3 < W) { y[r + 3 * O4] = keep(y03); }
  if (h + 1 < H) {
    let s = r + W * O4;
    y[s] = keep(y10);
    if (w + 1 < W) { y[s + 1 * O4] = keep(y11); }
    if (w + 2 < W) { y[s + 2 * O4] = keep(y12); }
    if (w + 3 < W) { y[s + 3 * O4] = keep(y13); }
  }
}
