// SGD: w -= rate g.
fn updated(i: i32, w: vec4f, g: vec4f) -> vec4f { return w - numbers.rate * g; }
