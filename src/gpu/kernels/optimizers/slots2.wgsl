// slots2: an optimiser keeps two numbers of each parameter.
@group(0) @binding(SLOT) var<storage, read_write> slot: array<vec4f>;
@group(0) @binding(SLOT + 1) var<storage, read_write> slot2: array<vec4f>;
