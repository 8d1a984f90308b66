/** @file A helper: a thread that takes part in the work of the WebAssembly kernels. */
import { help, type TeamCall } from '../src/wasm/help';

const tell = (): void => postMessage(null);

addEventListener('message', ({ data }: MessageEvent<TeamCall>) => {
  help(data).then(tell, reportError);
});
tell();
