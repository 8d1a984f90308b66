// filter-gradient-narrow: part[s][a,b,c,i,o] = sum over rows (n,d,h) = s, s+S, ... of planes d0 <= d < d0 + dn and w of
//    x[n, d+a-KD/2, h+b-1, w+c-1, i] * g[n,d,h,w,o].
//   in   x     [n, D, H, W, CI]      stored, samples XS elements apart, CI a multiple of 4
//   in   g     [n, D, H, W, CO]      stored, samples GS elements apart, CO a multiple of 4
//   out  part  [S, KD, 3, 3, CI, CO] f32; added to what is there unless range.first
// x and g are seen through windows that begin at their elements range.from0 and range.from1.
// One thread owns 3 taps along w x 4 x 4 channels and slides along w: half of the sums that filter-gradient keeps, in twice the threads.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> g: array<stored4>;
@group(0) @binding(3) var<storage, read_write> part: array<vec4f>;

const C4 = CI / 4;
const O4 = CO / 4;

fn outer(x: vec4f, g: vec4f) -> mat4x4f { return mat4x4f(x.x * g, x.y * g, x.z * g, x.w * g); }

// Four input channels of a tap, from `at` on.
fn add(at: i32, sums: mat4x4f) {
  for (var i = 0; i < 4; i++) {
    part[at + i * O4] = select(part[at + i * O4], vec4f(), range.first == 1) + sums[i];
  }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= O4 * C4 * KD * 3 * S) { return; }
  let o = thread % O4;
  let c = (thread / O4) % C4;
  let kh = (thread / (O4 * C4)) % 3;
  let kd = (thread / (O4 * C4 * 3)) % KD;
  let s = thread / (O4 * C4 * 3 * KD);
  var a0 = mat4x4f();
  var a1 = mat4x4f();
  var a2 = mat4x4f();
  for (var row = s; row < range.n * range.dn * H; row += S) {
    let h = row % H;
    let d = range.d0 + (row / H) % range.dn;
    let sample = row / (H * range.dn);
    let ph = h + kh - 1;
    let pd = d + kd - KD / 2;
    if (ph < 0 || ph >= H || pd < 0 || pd >= D) { continue; }
    var p = sample * (XS / 4) - range.from0 / 4 + (pd * H + ph) * W * C4 + c;
    var q = sample * (GS / 4) - range.from1 / 4 + (d * H + h) * W * O4 + o;
    var x0 = vec4f();
    var x1 = vec4f(x[p]);
    for (var w = 0; w < W; w++) {
      p += C4;
      let x2 = select(vec4f(), vec4f(x[p]), w + 1 < W);
      let u = unscaled(g[q]);
      a0 += outer(x0, u);
      a1 += outer(x1, u);
      a2 += outer(x2, u);
      x0 = x1;
      x1 = x2;
      q += O4;
    }
  }
  let r = (((s * KD + kd) * 3 + kh) * 3 * CI + c * 4) * O4 + o;
  add(r, a0);
  add(r + CI * O4, a1);
  add(r + 2 * CI * O4, a2);
}
