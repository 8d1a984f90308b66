// filter-gradient-broadcast: part[s][a,b,c,i,o] = sum over rows (n,d,h) = s, s+S, ... of planes d0 <= d < d0 + dn and w of
//    x[n, d+a-KD/2, h+b-1, w+c-1, i] * g[n,d,h,w,o].
//   in   x     [n, D, H, W, CI]      stored, samples XS elements apart, CI a multiple of 16
//   in   g     [n, D, H, W, CO]      stored, samples GS elements apart, CO a multiple of 8
//   out  part  [S, KD, 3, 3, CI, CO] f32; added to what is there unless range.first
// x and g are seen through windows that begin at their elements range.from0 and range.from1.
// One thread owns 3 taps along w x 4 x 8 channels and slides along w. Four neighbours in the subgroup own 16 input channels of the same
// taps: each loads one of 4 neighbouring voxels of g for all.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<stored4>;
@group(0) @binding(2) var<storage, read> g: array<stored4>;
@group(0) @binding(3) var<storage, read_write> part: array<vec4f>;

const C4 = CI / 4;
const O4 = CO / 4;
const O8 = CO / 8;

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
  @builtin(subgroup_invocation_id) member: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  let alive = thread < O8 * C4 * KD * 3 * S;
  let c = thread % C4;
  let o = ((thread / C4) % O8) * 2;
  let kh = (thread / (O8 * C4)) % 3;
  let kd = (thread / (O8 * C4 * 3)) % KD;
  let s = thread / (O8 * C4 * 3 * KD);
  let own = i32(member % 4u);
  var a0 = mat4x4f();
  var b0 = mat4x4f();
  var a1 = mat4x4f();
  var b1 = mat4x4f();
  var a2 = mat4x4f();
  var b2 = mat4x4f();
  let rows = range.n * range.dn * H;
  // No branch until the end: all four have to be there to give.
  for (var first = 0; first < rows; first += S) {
    let row = first + s;
    let h = row % H;
    let d = range.d0 + (row / H) % range.dn;
    let sample = row / (H * range.dn);
    let ph = h + kh - 1;
    let pd = d + kd - KD / 2;
    let inside = alive && row < rows && ph >= 0 && ph < H && pd >= 0 && pd < D;
    var p = select(0, sample * (XS / 4) - range.from0 / 4 + (pd * H + ph) * W * C4 + c, inside);
    let q = select(0, sample * (GS / 4) - range.from1 / 4 + (d * H + h) * W * O4 + o, inside);
    var x0 = vec4f();
    var x1 = select(vec4f(), vec4f(x[p]), inside);
    for (var w = 0; w < W; w += 4) {
      let there = inside && w + own < W;
      let at = select(0, q + (w + own) * O4, there);
      let gu = select(vec4f(), unscaled(g[at]), there);
      let gv = select(vec4f(), unscaled(g[at + 1]), there);
      {
        p += C4;
        let x2 = select(vec4f(), vec4f(x[p]), inside && w + 1 < W);
        let u = quadBroadcast(gu, 0);
        let v = quadBroadcast(gv, 0);
        a0 += outer(x0, u); b0 += outer(x0, v);
        a1 += outer(x1, u); b1 += outer(x1, v);
        a2 += outer(x2, u); b2 += outer(x2, v);
        x0 = x1;
        x1 = x2;
      }
      {
        p += C4;
        let x2 = select(vec4f(), vec4f(x[p]), inside && w + 2 < W);
        let u = quadBroadcast(gu, 1);
        let v = quadBroadcast(gv, 1);
        a0 += outer(x0, u); b0 += outer(x0, v);
        a1 += outer(x1, u); b1 += outer(x1, v);
        a2 += outer(x2, u); b2 += outer(x2, v);
        x0 = x1;
        x1 = x2;
      }
      {
        p += C4;
        let x2 = select(vec4f(), vec4f(x[p]), inside && w + 3 < W);
        let u = quadBroadcast(gu, 2);
        let v = quadBroadcast(gv, 2);
        a0 += outer(x0, u); b0 += outer(x0, v);
        a1 += outer(x1, u); b1 += outer(x1, v);
        a2 += outer(x2, u); b2 += outer(x2, v);
        x0 = x1;
        x1 = x2;
      }
      {
        p += C4;
        let x2 = select(vec4f(), vec4f(x[p]), inside && w + 4 < W);
        let u = quadBroadcast(gu, 3);
        let v = quadBroadcast(gv, 3);
        a0 += outer(x0, u); b0 += outer(x0, v);
        a1 += outer(x1, u); b1 += outer(x1, v);
        a2 += outer(x2, u); b2 += outer(x2, v);
        x0 = x1;
        x1 = x2;
      }
    }
  }
  if (!alive) { return; }
  let r = (((s * KD + kd) * 3 + kh) * 3 * CI + c * 4) * O4 + o;
  add(r, a0); add(r + 1, b0);
  add(r + CI * O4, a1); add(r + CI * O4 + 1, b1);
  add(r + 2 * CI * O4, a2); add(r + 2 * CI * O4 + 1, b2);
}
