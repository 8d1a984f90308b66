// stem-filter-gradient-narrow: part[s][a,b,c,i,o] (+)= sum over rows (n,d,h) = s, s+S, ... of planes d0 <= d < d0 + dn and w of
//   x[n, d+a-KD/2, h+b-1, w+c-1, i] * g[n, d, h, w, o].
//   in   x     [n, D, H, W, CI]      f32, samples XS floats apart, any CI; from sample n0
//   in   g     [n, D, H, W, CO]      stored, samples GS elements apart, CO a multiple of 4
//   out  part  [S, KD, 3, 3, CI, CO] f32; added to what is there unless range.first
// x and g are seen through windows that begin at their elements range.from0 and range.from1.
// One thread owns 9 taps (h, w) x 4 channels and slides along w: half of the sums that stem-filter-gradient keeps, in twice the threads.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<stored4>;
@group(0) @binding(3) var<storage, read_write> part: array<vec4f>;

const O4 = CO / 4;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= O4 * CI * KD * S) { return; }
  let o = thread % O4;
  let c = (thread / O4) % CI;
  let kd = (thread / (O4 * CI)) % KD;
  let s = thread / (O4 * CI * KD);
  var a0 = vec4f();
  var a1 = vec4f();
  var a2 = vec4f();
  var a3 = vec4f();
  var a4 = vec4f();
  var a5 = vec4f();
  var a6 = vec4f();
  var a7 = vec4f();
  var a8 = vec4f();
  for (var row = s; row < range.n * range.dn * H; row += S) {
    let h = row % H;
    let d = range.d0 + (row / H) % range.dn;
    let sample = row / (H * range.dn);
    let pd = d + kd - KD / 2;
    if (pd < 0 || pd >= D) { continue; }
    let above = h > 0;
    let below = h + 1 < H;
    var p = (range.n0 + sample) * XS - range.from0 + (pd * H + h) * W * CI + c;
    var q = sample * (GS / 4) - range.from1 / 4 + (d * H + h) * W * O4 + o;
    var x0 = 0.0;
    var x1 = select(0.0, x[max(p - W * CI, 0)], above);
    var x3 = 0.0;
    var x4 = x[p];
    var x6 = 0.0;
    var x7 = select(0.0, x[p + W * CI], below);
    for (var w = 0; w < W; w++) {
      p += CI;
      let inside = w + 1 < W;
      let x2 = select(0.0, x[max(p - W * CI, 0)], inside && above);
      let x5 = select(0.0, x[p], inside);
      let x8 = select(0.0, x[p + W * CI], inside && below);
      let u = unscaled(g[q]);
      a0 += x0 * u;
      a1 += x1 * u;
      a2 += x2 * u;
      a3 += x3 * u;
      a4 += x4 * u;
      a5 += x5 * u;
      a6 += x6 * u;
      a7 += x7 * u;
      a8 += x8 * u;
      x0 = x1; x1 = x2;
      x3 = x4; x4 = x5;
      x6 = x7; x7 = x8;
      q += O4;
    }
  }
  let r = ((s * KD + kd) * 9 * CI + c) * O4 + o;
  if (range.first == 0) {
    a0 += part[r + 0 * CI * O4];
    a1 += part[r + 1 * CI * O4];
    a2 += part[r + 2 * CI * O4];
    a3 += part[r + 3 * CI * O4];
    a4 += part[r + 4 * CI * O4];
    a5 += part[r + 5 * CI * O4];
    a6 += part[r + 6 * CI * O4];
    a7 += part[r + 7 * CI * O4];
    a8 += part[r + 8 * CI * O4];
  }
  part[r + 0 * CI * O4] = a0;
  part[r + 1 * CI * O4] = a1;
  part[r + 2 * CI * O4] = a2;
  part[r + 3 * CI * O4] = a3;
  part[r + 4 * CI * O4] = a4;
  part[r + 5 * CI * O4] = a5;
  part[r + 6 * CI * O4] = a6;
  part[r + 7 * CI * O4] = a7;
  part[r + 8 * CI * O4] = a8;
}
