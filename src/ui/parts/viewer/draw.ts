/** @file One plane on a canvas, as large as the canvas is: the image in millimetres, outlines, the cross, letters at the edges. */
import type { Outline } from './boxes';
import type { View } from './geometry';

export interface Placed {
  /** Of the image on the canvas, in CSS pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The largest place in which millimetres across and upwards are equally long. */
export function placeIn({ across, up }: View, width: number, height: number): Placed {
  const [mmAcross, mmUp] = [across.size * across.mm, up.size * up.mm];
  const scale = Math.min(width / mmAcross, height / mmUp);
  const [w, h] = [mmAcross * scale, mmUp * scale];
  return { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h };
}

export interface Drawing {
  readonly view: View;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly outlines: readonly Outline[];
  /** Pixel of the plane at which the cross is. */
  readonly cross: readonly [x: number, y: number];
}

const [quietLine, loudLine, crossLine, letterColor] = ['rgb(255 214 102 / 55%)', '#ffd666', 'rgb(127 211 230 / 80%)', '#fff'];

export function drawPlane(canvas: HTMLCanvasElement, { view, pixels, outlines, cross }: Drawing): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext('2d');
  if (context === null || width === 0) return;
  const ratio = window.devicePixelRatio || 1;
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  context.scale(ratio, ratio);
  const { across, up, letters } = view;
  const place = placeIn(view, width, height);
  const image = new OffscreenCanvas(across.size, up.size);
  image.getContext('2d')?.putImageData(new ImageData(pixels, across.size, up.size), 0, 0);
  // Voxels of a few pixels are smoothed; large ones are shown as what they are.
  context.imageSmoothingEnabled = place.width / across.size < 8;
  context.drawImage(image, place.left, place.top, place.width, place.height);
  const [sx, sy] = [place.width / across.size, place.height / up.size];
  for (const { x, y, width: w, height: h, chosen } of outlines) {
    context.strokeStyle = chosen ? loudLine : quietLine;
    context.lineWidth = chosen ? 2 : 1;
    context.strokeRect(place.left + x * sx, place.top + y * sy, w * sx, h * sy);
  }
  const [cx, cy] = [place.left + (cross[0] + 0.5) * sx, place.top + (cross[1] + 0.5) * sy];
  context.strokeStyle = crossLine;
  context.lineWidth = 1;
  context.beginPath();
  // Open in the middle, so that it does not hide what it points at.
  const gap = Math.max(5, sx, sy);
  for (const [x1, y1, x2, y2] of [
    [place.left, cy, cx - gap, cy],
    [cx + gap, cy, place.left + place.width, cy],
    [cx, place.top, cx, cy - gap],
    [cx, cy + gap, cx, place.top + place.height],
  ]) {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
  context.stroke();
  context.fillStyle = letterColor;
  context.strokeStyle = '#000';
  context.lineWidth = 3;
  context.font = '600 13px system-ui, sans-serif';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  for (const [letter, x, y] of [
    [letters.left, 11, height / 2],
    [letters.right, width - 11, height / 2],
    [letters.top, width / 2, 11],
    [letters.bottom, width / 2, height - 11],
  ] as const) {
    context.strokeText(letter, x, y);
    context.fillText(letter, x, y);
  }
}
