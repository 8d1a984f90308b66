// conv-strided: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d*SD+a-PD, h*STRIDE+b-P, w*STRIDE+c-P, i] * f[a,b,c,i,o], zero outside.
//   in   x  [n, D, H, W, CI]      stored, samples XS elements apart
//   in   f  [KD, K, K, CI, CO]    f32
//   out  y  [n, OD, OH, OW, CO]   stored, samples YS elements apart
//   CI is a multiple of 4, CO of 8. One thread makes 4 voxels along w x 8 channels.
//   x and y are seen through windows that begin at their elements range.from0 and range.from1; planes d0 <= d < d0 + dn of y are made.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

const TILES = (OW + 3) / 4;
const C4 = CI / 4;
const O4 = CO / 4;
// From a voxel of the tile to the next.
const NEXT = STRIDE * C4;

@compute @workgroup_size(GROUP)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * u32(GROUP) + lane);
  let places = TILES * OH * range.dn;
  if (thread >= places * (CO / 8)) { return; }
  // Neighbouring threads share a place (and its branches) if NEAR is 1, else their channels (and the weights).
  let place = select(thread % places, thread / (CO / 8), NEAR == 1);
  let o = select(thread / places, thread % (CO / 8), NEAR == 1) * 2;
  let w = place % TILES * 4;
  let h = (place / TILES) % OH;
  let d = range.d0 + place / (TILES * OH);
  let sample = i32(group.z);
  var a0 = vec4f();
  var b0 = vec4f();
  var a1 = vec4f();
  var b1 = vec4f();
  var a2 = vec4f();
  var b2 = vec4f();
  var a3 = vec4f();
  var b3 = vec4f();
  for (var kd = max(0, PD - d * SD); kd < min(KD, D + PD - d * SD); kd++) {
    let pd = d * SD + kd - PD;
    for (var kh = max(0, P - h * STRIDE); kh < min(K, H + P - h * STRIDE); kh++) {
      let ph = h * STRIDE + kh - P;
      for (var kw = 0; kw < K; kw++) {
        let pw = w * STRIDE + kw - P;
        let at = pw + vec4i(0, 1, 2, 3) * STRIDE;
        let inside = (at >= vec4i(0)) & (at < vec4i(W));
        var p = sample * (XS / 4) - range.from0 / 4 + ((pd * H + ph) * W + pw) * C4;
        var q = ((kd * K + kh) * K + kw) * CI * O4 + o;
        for (var c = 0; c < C4; c++) {
          let x0 = select(vec4f(), vec4f(x[p]), inside[0]);
          let x1 = select(vec4f(), vec4f(x[p + 1 * NEXT]), inside[1]);
          let x2 = select(vec4f(), vec4f(x[p + 2 * NEXT]), inside[2]);
          let x3 = select(vec4f(), vec4f(x[p + 3 * NEXT]), inside[3]);
          {
            let u = f[q + 0 * O4];
            let v = f[q + 0 * O4 + 1];
            a0 += x0.x * u; b0 += x0.x * v;
            a1 += x1.x * u; b1 += x1.x * v;
            a2 += x2.x * u; b2 += x2.x * v;
            a3 += x3.x * u; b3 += x3.x * v;
          }
          {
            let u = f[q + 1 * O4];
            let v = f[q + 1 * O4 + 1];
            a0 += x0.y * u; b0 += x0.y * v;
            a1 += x1.y * u; b1 += x1.y * v;
            a2 += x2.y * u; b2 += x2.y * v;
            a3 += x3.y * u; b3 += x3.y * v;
          }
          {
            let u = f[q + 2 * O4];
            let v = f[q + 2 * O4 + 1];
            a0 += x0.z * u; b0 += x0.z * v;
            a1 += x1.z * u; b1 += x1.z * v;
            a2 += x2.z * u; b2 += x2.z * v;
            a3 += x3.z * u; b3 += x3.z * v;
          }
          {
            let u = f[q + 3 * O4];
            let v = f[q + 3 * O4 + 1];
            a0 += x0.w * u; b0 += x0.w * v;
            a1 += x1.w * u; b1 += x1.w * v;
            a2 += x2.w * u; b2 += x2.w * v;
            a3 += x3.w * u; b3 += x3.w * v;
          }
          p += 1;
          q += 4 * O4;
        }
      }
    }
  }
  let r = sample * (YS / 4) - range.from1 / 4 + ((d * OH + h) * OW + w) * O4 + o;
  y[r] = keep(a0);
  y[r + 1] = keep(b0);
  if (w + 1 < OW) { y[r + 1 * O4] = keep(a1); y[r + 1 * O4 + 1] = keep(b1); }
  if (w + 2 < OW) { y[r + 2 * O4] = keep(a2); y[r + 2 * O4 + 1] = keep(b2); }
  if (w + 3 < OW) { y[r + 3 * O4] = keep(a3); y[r + 3 * O4 + 1] = keep(b3); }
}
