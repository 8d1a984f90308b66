/** What the build makes of an AssemblyScript file: the bytes of a module in base 64, and of one that uses relaxed SIMD. */
declare module '*.as.ts?wasm' {
  export const plain: string;
  export const relaxed: string;
}
