// multi-margin: loss[slot] = mean over n of (sum over classes k != label of max(0, 1 - x[label] + x[k])) / K, and its gradient.
//   in   label  [n]    i32, 0 <= label < K
//   in   x      [n, K] f32, samples XS elements apart
//   out  g      [n, K] f32, samples GS elements apart: of the mean over the whole batch
//   out  loss   f32
// One thread: the batch is small.
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> label: array<i32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> g: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var total = 0.0;
  let slope = 1.0 / f32(K) / f32(step.whole);
  for (var n = 0; n < step.n; n++) {
    let own = x[n * XS + label[n]];
    var wrong = 0.0;
    for (var k = 0; k < K; k++) {
      let margin = 1.0 - own + x[n * XS + k];
      let counts = k != label[n] && margin > 0.0;
      total += select(0.0, margin, counts);
      wrong += select(0.0, 1.0, counts);
      g[n * GS + k] = select(0.0, slope, counts);
    }
    g[n * GS + label[n]] = -slope * wrong;
  }
  loss[step.slot] = total / f32(K) / f32(step.n);
}
