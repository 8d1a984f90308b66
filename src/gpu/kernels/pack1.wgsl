// pack1: a thread handles one channel; any number of channels.
const PACK = 1;
alias pack = f32;
alias words = u32;
alias storedPack = stored;
const STEPS = 0u;
fn wordOf(word: words, i: i32) -> u32 { return word; }
fn store(value: pack) -> storedPack { return keep(vec4f(value)).x; }
