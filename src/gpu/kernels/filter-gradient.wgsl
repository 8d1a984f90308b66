// filter-gradient: part[s][a,b,c,i,o] = sum over rows (n,d,h) = s, s+S, ... of planes d0 <= d < d0 + dn and w of
//    x[n, d+a-KD/2, h+b-1, w+c-1, i] * g[n,d,h,w,o].
//   in   x     [n, D, H, W, CI]      stored, samples XS elements apart, CI a multiple of 4
//   in   g     [n, D, H, W, CO]      stored, samples GS elements apart, CO a multiple of 8
//   out  part  [S, KD, 3, 3, CI, CO] f32; added to what is there unless range.first
// x and g are seen through windows that begin at their elements range.from0 and range.from1.
// One thread owns 3 taps along w x 4 x 8 channels and slides along w: 24 vectors in registers, 3 vector loads a voxel.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> g: array<stored4>;
@group(0) @binding(3) var<storage, read_write> part: array<vec4f>;

const C4 = CI / 4;
const O4 = CO / 4;
const O8 = CO / 8;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= O8 * C4 * KD * 3 * S) { return; }
  let o = (thread % O8) * 2;
  let c = (thread / O8) % C4;
  let kh = (thread / (O8 * C4)) % 3;
  let kd = (thread / (O8 * C4 * 3)) % KD;
  let s = thread / (O8 * C4 * 3 * KD);
  var a00 = vec4f();
  var b00 = vec4f();
  var a01 = vec4f();
  var b01 = vec4f();
  var a02 = vec4f();
  var b02 = vec4f();
  var a03 = vec4f();
  var b03 = vec4f();
  var a10 = vec4f();
  var b10 = vec4f();
  var a11 = vec4f();
  var b11 = vec4f();
  var a12 = vec4f();
  var b12 = vec4f();
  var a13 = vec4f();
  var b13 = vec4f();
  var a20 = vec4f();
  var b20 = vec4f();
  var a21 = vec4f();
  var b21 = vec4f();
  var a22 = vec4f();
  var b22 = vec4f();
  var a23 = vec4f();
  var b23 = vec4f();
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
      let v = unscaled(g[q + 1]);
      a00 += x0.x * u; b00 += x0.x * v;
      a01 += x0.y * u; b01 += x0.y * v;
      a02 += x0.z * u; b02 += x0.z * v;
      a03 += x0.w * u; b03 += x0.w * v;
      a10 += x1.x * u; b10 += x1.x * v;
      a11 += x1.y * u; b11 += x1.y * v;
      a12 += x1.z * u; b12 += x1.z * v;
      a13 += x1.w * u; b13 += x1.w * v;
      a20 += x2.x * u; b20 += x2.x * v;
      a21 += x2.y * u; b21 += x2.y * v;
      a22 += x2.z * u; b22 += x2.z * v;
      a23 += x2.w * u; b23 += x2.w * v;
      x0 = x1;
      x1 = x2;
      q += O4;
    }
  }
  let r = (((s * KD + kd) * 3 + kh) * 3 * CI + c * 4) * O4 + o;
  if (range.first == 0) {
    a00 += part[r + (0 * CI + 0) * O4]; b00 += part[r + (0 * CI + 0) * O4 + 1];
    a01 += part[r + (0 * CI + 1) * O4]; b01 += part[r + (0 * CI + 1) * O4 + 1];
    a02 += part[r + (0 * CI + 2) * O4]; b02 += part[r + (0 * CI + 2) * O4 + 1];
    a03 += part[r + (0 * CI + 3) * O4]; b03 += part[r + (0 * CI + 3) * O4 + 1];
    a10 += part[r + (1 * CI + 0) * O4]; b10 += part[r + (1 * CI + 0) * O4 + 1];
    a11 += part[r + (1 * CI + 1) * O4]; b11 += part[r + (1 * CI + 1) * O4 + 1];
    a12 += part[r + (1 * CI + 2) * O4]; b12 += part[r + (1 * CI + 2) * O4 + 1];
    a13 += part[r + (1 * CI + 3) * O4]; b13 += part[r + (1 * CI + 3) * O4 + 1];
    a20 += part[r + (2 * CI + 0) * O4]; b20 += part[r + (2 * CI + 0) * O4 + 1];
    a21 += part[r + (2 * CI + 1) * O4]; b21 += part[r + (2 * CI + 1) * O4 + 1];
    a22 += part[r + (2 * CI + 2) * O4]; b22 += part[r + (2 * CI + 2) * O4 + 1];
    a23 += part[r + (2 * CI + 3) * O4]; b23 += part[r + (2 * CI + 3) * O4 + 1];
  }
  part[r + (0 * CI + 0) * O4] = a00; part[r + (0 * CI + 0) * O4 + 1] = b00;
  part[r + (0 * CI + 1) * O4] = a01; part[r + (0 * CI + 1) * O4 + 1] = b01;
  part[r + (0 * CI + 2) * O4] = a02; part[r + (0 * CI + 2) * O4 + 1] = b02;
  part[r + (0 * CI + 3) * O4] = a03; part[r + (0 * CI + 3) * O4 + 1] = b03;
  part[r + (1 * CI + 0) * O4] = a10; part[r + (1 * CI + 0) * O4 + 1] = b10;
  part[r + (1 * CI + 1) * O4] = a11; part[r + (1 * CI + 1) * O4 + 1] = b11;
  part[r + (1 * CI + 2) * O4] = a12; part[r + (1 * CI + 2) * O4 + 1] = b12;
  part[r + (1 * CI + 3) * O4] = a13; part[r + (1 * CI + 3) * O4 + 1] = b13;
  part[r + (2 * CI + 0) * O4] = a20; part[r + (2 * CI + 0) * O4 + 1] = b20;
  part[r + (2 * CI + 1) * O4] = a21; part[r + (2 * CI + 1) * O4 + 1] = b21;
  part[r + (2 * CI + 2) * O4] = a22; part[r + (2 * CI + 2) * O4 + 1] = b22;
  part[r + (2 * CI + 3) * O4] = a23; part[r + (2 * CI + 3) * O4 + 1] = b23;
}
