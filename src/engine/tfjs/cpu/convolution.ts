/** @file The convolution. */
import * as tf from '@tensorflow/tfjs-core';
import { product } from '../../../base/shape';
import { type Kernel, valuesOf } from './kernel';

/** Each output is summed in double, where the stock kernel rounds after every product. */
export const convolution: Kernel = ({ inputs: { x, filter }, attrs, backend }) => {
  const info = tf.backend_util.computeConv3DInfo(
    x.shape as [number, number, number, number, number],
    filter.shape as [number, number, number, number, number],
    attrs.strides as [number, number, number],
    attrs.dilations as [number, number, number],
    attrs.pad as 'valid' | 'same',
  );
  const { batchSize, inDepth, inHeight, inWidth, inChannels, outDepth, outHeight, outWidth, outChannels, padInfo } = info;
  const [values, weights] = [valuesOf(backend, x), valuesOf(backend, filter)];
  const out = new Float32Array(product(info.outShape));
  const sums = new Float64Array(outChannels);
  let o = 0;
  for (let n = 0; n < batchSize; n++)
    for (let d = 0; d < outDepth; d++)
      for (let h = 0; h < outHeight; h++)
        for (let w = 0; w < outWidth; w++) {
          sums.fill(0);
          for (let kd = 0; kd < info.filterDepth; kd++) {
            const xd = d * info.strideDepth - padInfo.front + kd * info.dilationDepth;
            if (xd < 0 || xd >= inDepth) continue;
            for (let kh = 0; kh < info.filterHeight; kh++) {
              const xh = h * info.strideHeight - padInfo.top + kh * info.dilationHeight;
              if (xh < 0 || xh >= inHeight) continue;
              for (let kw = 0; kw < info.filterWidth; kw++) {
                const xw = w * info.strideWidth - padInfo.left + kw * info.dilationWidth;
                if (xw < 0 || xw >= inWidth) continue;
                let i = (((n * inDepth + xd) * inHeight + xh) * inWidth + xw) * inChannels;
                let k = ((kd * info.filterHeight + kh) * info.filterWidth + kw) * inChannels * outChannels;
                for (let c = 0; c < inChannels; c++) {
                  const value = values[i++];
                  for (let q = 0; q < outChannels; q++) sums[q] += value * weights[k++];
                }
              }
            }
          }
          for (let q = 0; q < outChannels; q++) out[o++] = sums[q];
        }
  return backend.makeTensorInfo(info.outShape, 'float32', out);
};
