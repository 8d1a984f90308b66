// slots1: an optimiser keeps one number of each parameter.
@group(0) @binding(SLOT) var<storage, read_write> slot: array<vec4f>;
