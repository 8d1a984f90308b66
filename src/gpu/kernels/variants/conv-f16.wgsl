// conv-f16: y[n,d,h,w,o] = sum over a,b,c,i of x[n, d+a-KD/2, h+b-1, w+c-1, i] * f[a,b,c,i,o], zero outside.
//   in   x  [n, D, H, W, CI]   stored, samples XS elements apart
//   in   f  [KD, 3, 3, CI, CO] f32
//   out  y  [n, D, H, W, CO]   stored, samples YS elements apart
//   CI is a multiple of 4, CO of 8; x and y are seen through windows that begin at their elements range.from0 and range.from1; planes
//   d0 <= d < d0 + dn of y are made.
// One thread makes 4 voxels along w x 8 channels. Products have 16 bits, sums 32.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> f: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> y: array<stored4>;

alias half4 = vec4<f16>;
const TILES = (W + 3) / 4;
const C4 = CI / 4;
const O4 = CO / 4;

fn products(u: mat4x4<f16>, x: half4) -> vec4f {
  return vec4f(u[0] * x.x) + vec4f(u[1] * x.y) + vec4f(u[2] * x.z) + vec4f(u[3] * x.w);
}

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
        for (var t = 0; t < 3; t++) {
          let s = q + t * CI * O4;
          let u = mat4x4<f16>(half4(f[s]), half4(f[s + O4]), half4(f[s + 2 * O4]), half4(f[s + 3 * O4]));
          let v = mat4x4<f16>(half4(f[s + 1]), half4(f[s + O4 + 1]), half4(f[s + 2 * O4 + 1]), half4(f[s + 3 * O4 + 1]));
          // Where the tap of the first voxel lies; p is where that voxel does.
          let r = p + (t - 1) * C4;
          let at = w + t - 1;
          let x0 = select(half4(), half4(x[max(r, 0)]), at >= 0 && at < W);
          a0 += products(u, x0); b0 += products(v, x0);
          let x1 = select(half4(), half4(x[r + 1 * C4]), at + 1 < W);
          a1 += products(u, x1); b1 += products(v, x1);
          let x2 = select(half4(), half4(x[r + 2 * C4]), at + 2 < W);
          a2 += products(u, x2); b2 += products(v, x2);
          let x3 = select(half4(), half4(x[r + 3 * C4]), at + 3 < W);
          a3 += products(u, x3); b3 += products(v, x3);
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
