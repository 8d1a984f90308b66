/** @file Lets Node do what browsers do: relaxed SIMD (`src/wasm/madd.as.ts`), which Node 20 has behind a flag. */
import { setFlagsFromString } from 'node:v8';

if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');
