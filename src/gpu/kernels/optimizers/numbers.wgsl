// Numbers of a step (engine/optimizers.ts): of all parameters, then of the optimiser; `less1` is 1 - beta1.
struct Numbers {
  decay: f32, keep: f32, rate: f32, along: f32, root: f32, rows: f32,
  beta1: f32, beta2: f32, less1: f32, less2: f32, epsilon: f32,
}
@group(0) @binding(0) var<uniform> numbers: Numbers;
