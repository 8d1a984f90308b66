/** What the build makes of an AssemblyScript file: the module's bytes in base 64. */
declare module '*.as.ts?wasm' {
  const base64: string;
  export default base64;
}
