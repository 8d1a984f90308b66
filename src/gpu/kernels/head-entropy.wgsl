// head-entropy: loss[slot] (+)= weight * mean over n of -log softmax(x[n])[label[n]]; g = weight * (softmax - one hot) / whole.
//   in   label  [FIRST + n]  i32, -1 <= label < K; -1: this sample adds nothing
//   in   x      [n, K] f32: logits, samples XS elements apart
//   out  g      [n, K] f32, samples GS elements apart
//   out  loss   f32; ADD: to what is there
// whole: samples of the batch of which these n may be a part. One thread: the batch is small.
struct Step { n: i32, slot: i32, whole: i32 }
struct Shape { weight: f32 }
@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<uniform> shape: Shape;
@group(0) @binding(2) var<storage, read> label: array<i32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read_write> g: array<f32>;
@group(0) @binding(5) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(1)
fn main() {
  var total = 0.0;
  for (var n = 0; n < step.n; n++) {
    let at = n * XS;
    let own = label[FIRST + n];
    var top = x[at];
    for (var k = 1; k < K; k++) { top = max(top, x[at + k]); }
    var sum = 0.0;
    for (var k = 0; k < K; k++) { sum += exp(x[at + k] - top); }
    if (own >= 0) { total += log(sum) + top - x[at + own]; }
    let factor = select(0.0, shape.weight / f32(step.whole), own >= 0);
    for (var k = 0; k < K; k++) {
      g[n * GS + k] = factor * (exp(x[at + k] - top) / sum - select(0.0, 1.0, k == own));
    }
  }
  var before = 0.0;
  if (ADD == 1) { before = loss[step.slot]; }
  loss[step.slot] = before + shape.weight * total / f32(step.n);
}
