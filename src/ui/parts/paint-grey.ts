/** @file A plane of grey values on a canvas of its size. */
import type { GreyPlane } from '../../jobs/planes';

export function paintGrey(canvas: HTMLCanvasElement, plane: GreyPlane | undefined): void {
  const context = canvas.getContext('2d');
  if (context === null || plane === undefined) return;
  const { width, height, grey } = plane;
  const image = context.createImageData(width, height);
  for (const [i, value] of grey.entries()) image.data.set([value, value, value, 255], 4 * i);
  context.putImageData(image, 0, 0);
}
