// pack4: a thread handles four neighbouring channels; their number is a multiple of 4, and so are the distances of samples.
const PACK = 4;
alias pack = vec4f;
alias words = vec4<u32>;
alias storedPack = stored4;
// Bits from one 4-bit code to the next within a pack.
const STEPS = words(0u, 4u, 8u, 12u);
fn wordOf(word: words, i: i32) -> u32 { return word[i]; }
fn store(value: pack) -> storedPack { return keep(value); }
