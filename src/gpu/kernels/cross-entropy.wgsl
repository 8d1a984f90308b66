// cross-entropy: loss[slot] = mean over n of -log softmax(x[n])[label[n]]; g = (softmax - one hot) / whole.
//   in   label  [n]    i32, 0 <= label < K
//   in   x      [n, K] f32: logits, samples XS elements apart
//   out  g      [n, K] f32, samples GS elements apart
//   out  loss   f32
// whole: samples of the batch of which these n may be a part. One thread: the batch is small.
struct Step { n: i32, slot: i32, whole: i32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> label: array<i32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read_write> g: array<f32>;
@group(0) @binding(4) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var total = 0.0;
  for (var n = 0; n < step.n; n++) {
    let at = n * XS;
    var top = x[at];
    for (var k = 1; k < K; k++) { top = max(top, x[at + k]); }
    var sum = 0.0;
    for (var k = 0; k < K; k++) { sum += exp(x[at + k] - top); }
    total += log(sum) + top - x[at + label[n]];
    for (var k = 0; k < K; k++) {
      g[n * GS + k] = (exp(x[at + k] - top) / sum - select(0.0, 1.0, k == label[n])) / f32(step.whole);
    }
  }
  loss[step.slot] = total / f32(step.n);
}
