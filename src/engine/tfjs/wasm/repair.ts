/**
 * @file The input gradient of conv3d on TensorFlow.js' wasm backend, which 4.22 computes wrongly for kernels deeper than one voxel (a
 * third of a 3³ kernel's result stays zero). Here it is the convolution of the output's gradient with the mirrored kernel.
 */
import * as tf from '@tensorflow/tfjs-core';

const NAME = 'Conv3DBackpropInputV2';

/** What the kernels need of the backend. */
interface Disposer {
  disposeData(dataId: object): boolean;
}

function wasmKernel(name: string, backend: object): (inputs: tf.NamedTensorInfoMap, attrs: tf.NamedAttrMap) => tf.TensorInfo {
  const kernel = tf.getKernel(name, 'wasm');
  return (inputs, attrs) => kernel.kernelFunc({ inputs, backend, attrs }) as tf.TensorInfo;
}

/** Replaces the kernel for stride 1 and padding 'same', the only convolution in use. Call once, after the backend is loaded. */
export function repairWasmConvolution(): void {
  tf.unregisterKernel(NAME, 'wasm');
  tf.registerKernel({
    kernelName: NAME,
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { dy, filter } = inputs as { dy: tf.TensorInfo; filter: tf.TensorInfo };
      const { strides, pad } = attrs as unknown as { strides: number | number[]; pad: unknown };
      if (pad !== 'same' || [strides].flat().some((stride) => stride !== 1))
        throw new Error(`The input gradient of conv3d with strides ${strides} and padding ${pad} is not in use on wasm`);
      const [depth, height, width, inChannels, outChannels] = filter.shape;
      // Reversing the flat order of the kernel's voxels mirrors all three axes at once.
      const flat = { ...filter, shape: [depth * height * width, inChannels, outChannels] };
      const mirrored = wasmKernel('Reverse', backend)({ x: flat }, { dims: [0] });
      const turned = wasmKernel('Transpose', backend)({ x: mirrored }, { perm: [0, 2, 1] });
      const kernel = { ...turned, shape: [depth, height, width, outChannels, inChannels] };
      const result = wasmKernel('Conv3D', backend)(
        { x: dy, filter: kernel },
        { strides, pad, dataFormat: 'NDHWC', dilations: 1 },
      );
      for (const { dataId } of [mirrored, turned]) (backend as Disposer).disposeData(dataId);
      return result;
    },
  });
}
