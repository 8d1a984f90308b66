// conv-strided-any: y[n,d,h,w,o] = sum over a,b,c,i of x[n0+n, d*SD+a-PD, h*STRIDE+b-P, w*STRIDE+c-P, i] * f[a,b,c,i,o], zero outside,
// for the planes d0 <= d < d0 + dn.
//   in   x  [n0+n, D, H, W, CI]   f32, samples XS elements apart
//   in   f  [KD, K, K, CI, CO]    f32
//   out  y  [n, OD, OH, OW, CO]   stored, samples YS elements apart
//   x and y are seen through windows that begin at their elements range.from0 and range.from1.
//   Any CI and CO. One thread makes 4 voxels along w (the components of its vectors) x 8 channels, or as many as there are.
struct Range { n0: i32, n: i32, d0: i32, dn: i32, q0: i32, qn: i32, first: i32, part0: i32, parts: i32, from0: i32, from1: i32, from2: i32 }
@group(0) @binding(0) var<uniform> range: Range;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> f: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<stored>;

const TILES = (OW + 3) / 4;
const BLOCKS = (CO + 7) / 8;
// From a voxel of the tile to the next.
const NEXT = STRIDE * CI;

fn put(r: i32, voxels: i32, value: vec4f) {
  let kept = keep(value);
  y[r] = kept.x;
  if (voxels > 1) { y[r + CO] = kept.y; }
  if (voxels > 2) { y[r + 2 * CO] = kept.z; }
  if (voxels > 3) { y[r + 3 * CO] = kept.w; }
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let thread = i32((group.y * groups.x + group.x) * 64u + lane);
  if (thread >= TILES * OH * range.dn * BLOCKS) { return; }
  let w = thread % TILES * 4;
  let h = (thread / TILES) % OH;
  let d = range.d0 + (thread / (TILES * OH)) % range.dn;
  let o = thread / (TILES * OH * range.dn) * 8;
  let sample = i32(group.z);
  let start = d * SD - PD;
  var a0 = vec4f();
  var a1 = vec4f();
  var a2 = vec4f();
  var a3 = vec4f();
  var a4 = vec4f();
  var a5 = vec4f();
  var a6 = vec4f();
  var a7 = vec4f();
  for (var kd = max(0, -start); kd < min(KD, D - start); kd++) {
    let pd = start + kd;
    for (var kh = max(0, P - h * STRIDE); kh < min(K, H + P - h * STRIDE); kh++) {
      let ph = h * STRIDE + kh - P;
      for (var kw = 0; kw < K; kw++) {
        let pw = w * STRIDE + kw - P;
        let at = pw + vec4i(0, 1, 2, 3) * STRIDE;
        let inside = (at >= vec4i(0)) & (at < vec4i(W));
        var p = (range.n0 + sample) * XS - range.from0 + ((pd * H + ph) * W + pw) * CI;
        var q = ((kd * K + kh) * K + kw) * CI * CO + o;
        for (var i = 0; i < CI; i++) {
          let v = select(vec4f(), vec4f(x[p], x[p + NEXT], x[p + 2 * NEXT], x[p + 3 * NEXT]), inside);
          a0 += v * f[q];
          if (CO > 1) { a1 += v * f[q + 1]; }
          if (CO > 2) { a2 += v * f[q + 2]; }
          if (CO > 3) { a3 += v * f[q + 3]; }
          if (CO > 4) { a4 += v * f[q + 4]; }
          if (CO > 5) { a5 += v * f[q + 5]; }
          if (CO > 6) { a6 += v * f[q + 6]; }
          if (CO > 7) { a7 += v * f[q + 7]; }
          p += 1;
          q += CO;
        }
      }
    }
  }
  let r = sample * YS - range.from1 + ((d * OH + h) * OW + w) * CO + o;
  let voxels = OW - w;
  put(r, voxels, a0);
  if (o + 1 < CO) { put(r + 1, voxels, a1); }
  if (o + 2 < CO) { put(r + 2, voxels, a2); }
  if (o + 3 < CO) { put(r + 3, voxels, a3); }
  if (o + 4 < CO) { put(r + 4, voxels, a4); }
  if (o + 5 < CO) { put(r + 5, voxels, a5); }
  if (o + 6 < CO) { put(r + 6, voxels, a6); }
  if (o + 7 < CO) { put(r + 7, voxels, a7); }
}
