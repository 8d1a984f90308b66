// Numbers of a step (vocabulary/optimizers.ts); rows: of x and dz.
struct Numbers { decay: f32, keep: f32, rate: f32, along: f32, root: f32, rows: f32 }
@group(0) @binding(0) var<uniform> numbers: Numbers;
