/** @file Three planes of an image with a linked cross: by mouse, keyboard, number fields and swipe. */
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ImageView } from '../../../jobs/image-view';
import { keepRadiologicalChoice, radiologicalChoice } from '../../state/radiological';
import { base } from '../../styles/shared';
import { type Box, boxesAt, outlinesOf } from './boxes';
import { drawPlane, placeIn } from './draw';
import { mmOf, moved, offsetOf, type PlaneName, pixelOf, type Triple, type View, viewsOf, voxelAt, worldAxes } from './geometry';
import { type Overlay, overlayAt, planePixels, strongestOf } from './paint';
import { viewerStyles } from './viewer.styles';

/** What a key does: steps to the right, upwards, and through the plane. */
const keySteps: Readonly<Record<string, Triple>> = {
  ArrowLeft: [-1, 0, 0],
  ArrowRight: [1, 0, 0],
  ArrowUp: [0, 1, 0],
  ArrowDown: [0, -1, 0],
  PageUp: [0, 0, 1],
  PageDown: [0, 0, -1],
};
const planeNames: readonly PlaneName[] = ['axial', 'coronal', 'sagittal'];
/** CSS pixels of a swipe for one plane further. */
const swipeStep = 9;
const digits = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : 'no number');

@customElement('cdl-viewer')
export class Viewer extends LitElement {
  static override styles = [base, viewerStyles];

  @property({ attribute: false }) image: ImageView | undefined;
  @property({ attribute: false }) overlay: Overlay | undefined;
  /** What is cut out of the image. */
  @property({ attribute: false }) boxes: readonly Box[] = [];
  /** Who is shown, for people who do not see it. */
  @property() label = 'Image';
  /** Over each plane, such as Simulated. */
  @property() stamp = '';
  @state() private at: Triple = [0, 0, 0];
  @state() private black = 0;
  @state() private white = 1;
  @state() private radiological = radiologicalChoice();
  @state() private active: PlaneName = 'axial';
  @state() private threshold = 0.2;
  @state() private opacity = 0.8;
  private views: readonly View[] = [];
  private swipe: { readonly x: number; readonly at: Triple } | undefined;
  private swiped = false;
  private readonly resized = new ResizeObserver(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    this.resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const { image } = this;
    if (image === undefined) return;
    if (changed.has('image')) {
      const before = changed.get('image') as ImageView | undefined;
      // The next person on the same grid is looked at in the same place.
      const isAlike = before?.shape.every((size, axis) => size === image.shape[axis]);
      if (!isAlike) this.at = image.shape.map((size) => Math.floor(size / 2)) as unknown as Triple;
      [this.black, this.white] = image.window;
    }
    const { overlay } = this;
    if (changed.has('overlay') && overlay !== undefined) this.moveTo(strongestOf(overlay, image) ?? this.at);
    this.views = viewsOf(worldAxes(image.affine, image.shape), this.radiological);
  }

  protected override updated(): void {
    this.draw();
  }

  private draw(): void {
    const { image, at, overlay, boxes, black, white, threshold, opacity } = this;
    if (image === undefined) return;
    for (const canvas of this.renderRoot.querySelectorAll('canvas')) {
      const view = this.views.find(({ name }) => name === canvas.dataset.plane);
      if (view === undefined || canvas.clientWidth === 0) continue;
      const pixels = planePixels(image, view, at, { black, white, threshold, opacity }, overlay);
      drawPlane(canvas, { view, pixels, outlines: outlinesOf(boxes, view, at), cross: pixelOf(view, at) });
    }
  }

  /** Moves the cross to a voxel of the file. */
  moveTo(voxel: Triple): void {
    const { image } = this;
    if (image === undefined) return;
    this.at = voxel.map((index, axis) => Math.min(image.shape[axis] - 1, Math.max(0, Math.round(index)))) as unknown as Triple;
  }

  private pointed(view: View, event: PointerEvent): void {
    const canvas = event.currentTarget as HTMLCanvasElement;
    const { left, top, width, height } = placeIn(view, canvas.clientWidth, canvas.clientHeight);
    const inside = (offset: number, length: number, size: number): number =>
      Math.min(size - 1, Math.max(0, Math.floor((offset / length) * size)));
    const x = inside(event.offsetX - left, width, view.across.size);
    const y = inside(event.offsetY - top, height, view.up.size);
    this.at = voxelAt(view, this.at, x, y);
  }

  private down(view: View, event: PointerEvent): void {
    const canvas = event.currentTarget as HTMLCanvasElement;
    this.active = view.name;
    this.swiped = false;
    if (event.pointerType === 'touch') {
      this.swipe = { x: event.clientX, at: this.at };
      return;
    }
    canvas.setPointerCapture(event.pointerId);
    this.pointed(view, event);
  }

  private move(view: View, event: PointerEvent): void {
    if (event.pointerType !== 'touch') {
      if (event.buttons === 1) this.pointed(view, event);
      return;
    }
    if (this.swipe === undefined) return;
    const steps = Math.trunc((event.clientX - this.swipe.x) / swipeStep);
    if (steps !== 0) this.swiped = true;
    this.at = moved(view, this.swipe.at, [0, 0, steps]);
  }

  /** A touch that did not swipe is a tap. */
  private up(view: View, event: PointerEvent): void {
    if (event.pointerType === 'touch' && this.swipe !== undefined && !this.swiped) this.pointed(view, event);
    this.swipe = undefined;
  }

  private key(view: View, event: KeyboardEvent): void {
    const step = keySteps[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const far = event.shiftKey ? 10 : 1;
    this.at = moved(view, this.at, step.map((one) => one * far) as unknown as Triple);
  }

  private wheel(view: View, event: WheelEvent): void {
    if (!event.ctrlKey) return; // the page scrolls
    event.preventDefault();
    this.at = moved(view, this.at, [0, 0, event.deltaY < 0 ? 1 : -1]);
  }

  /** Voxel, millimetres, value, and what is cut there. */
  private text(image: ImageView): string {
    const { at, overlay } = this;
    const mm = mmOf(image.affine, at).map((value) => value.toFixed(1).replace('-', '−'));
    const value = image.data[offsetOf(at, image.shape)];
    const map = overlay === undefined ? '' : ` · map ${digits(overlayAt(overlay, image, at, 0) * overlay.largest)}`;
    const inside = boxesAt(this.boxes, at).map(({ name }) => name);
    const more = inside.length > 3 ? `${inside.slice(0, 3).join(', ')} and ${inside.length - 3} more` : inside.join(', ');
    return `Voxel ${at.join(', ')} · ${mm.join(', ')} mm · value ${digits(value)}${map}${more === '' ? '' : ` · in ${more}`}`;
  }

  protected override render() {
    const { image } = this;
    if (image === undefined) return nothing;
    return html`<div class="choose" role="group" aria-label="Plane">
        ${planeNames.map((name) => html`<button type="button" aria-pressed=${this.active === name} @click=${() => (this.active = name)}>${name}</button>`)}
      </div>
      <div class="planes">${this.views.map((view) => this.plane(view))}</div>
      <p class="line" role="status" data-testid="viewer-line">${this.text(image)}</p>
      <div class="tools">${this.place(image)} ${this.windowing(image)} ${this.mapTools()} ${this.sides()}</div>`;
  }

  private plane(view: View) {
    const { name, letters } = view;
    const about = `${this.label}, ${name} plane, ${letters.left} on the left. Arrows move the cross, page up and page down go through the planes, with shift by ten.`;
    return html`<div class="plane ${this.active === name ? 'active' : ''}">
      <canvas
        tabindex="0"
        role="img"
        aria-label=${about}
        data-plane=${name}
        @pointerdown=${(event: PointerEvent) => this.down(view, event)}
        @pointermove=${(event: PointerEvent) => this.move(view, event)}
        @pointerup=${(event: PointerEvent) => this.up(view, event)}
        @pointercancel=${() => (this.swipe = undefined)}
        @keydown=${(event: KeyboardEvent) => this.key(view, event)}
        @wheel=${{ handleEvent: (event: WheelEvent) => this.wheel(view, event), passive: false }}
      ></canvas>
      ${this.stamp === '' ? nothing : html`<span class="stamp">${this.stamp}</span>`}
    </div>`;
  }

  private place(image: ImageView) {
    return html`<fieldset>
      <legend>Voxel</legend>
      ${(['i', 'j', 'k'] as const).map(
        (axis, n) =>
          html`<input
            type="number"
            aria-label="Voxel index ${axis}, 0 to ${image.shape[n] - 1}"
            min="0"
            max=${image.shape[n] - 1}
            .value=${String(this.at[n])}
            @change=${(event: Event) => {
              const value = (event.target as HTMLInputElement).valueAsNumber;
              if (Number.isFinite(value)) this.moveTo(this.at.with(n, value) as unknown as Triple);
            }}
          />`,
      )}
    </fieldset>`;
  }

  private windowing({ range: [least, most], window: [low, high] }: ImageView) {
    const step = (most - least) / 200 || 1;
    const slider = (name: string, value: number, set: (value: number) => void) =>
      html`<label
        >${name}
        <input
          type="range"
          min=${least}
          max=${most}
          step=${step}
          .value=${String(value)}
          @input=${(event: Event) => set((event.target as HTMLInputElement).valueAsNumber)}
      /></label>`;
    const isMoved = this.black !== low || this.white !== high;
    return html`${slider('Black', this.black, (value) => {
      this.black = Math.min(value, this.white);
    })}
    ${slider('White', this.white, (value) => {
      this.white = Math.max(value, this.black);
    })}
    <span class="bar" role="img" aria-label="Black is ${digits(this.black)}, white is ${digits(this.white)}"
      >${digits(this.black)}<span class="ramp"></span>${digits(this.white)}</span
    >
    ${
      isMoved
        ? html`<button
            type="button"
            @click=${() => {
              [this.black, this.white] = [low, high];
            }}
          >
            2nd to 98th percentile
          </button>`
        : nothing
    }`;
  }

  private mapTools() {
    const { overlay } = this;
    if (overlay === undefined) return nothing;
    const slider = (name: string, value: number, set: (value: number) => void) =>
      html`<label
        >${name}
        <input
          type="range"
          min="0"
          max="1"
          step="0.02"
          .value=${String(value)}
          @input=${(event: Event) => set((event.target as HTMLInputElement).valueAsNumber)}
        />${Math.round(100 * value)} %</label
      >`;
    const largest = digits(overlay.largest);
    return html`${slider('Threshold', this.threshold, (value) => (this.threshold = value))}
      ${slider('Opacity', this.opacity, (value) => (this.opacity = value))}
      <span class="bar" role="img" aria-label="Map: blue is −${largest}, red is ${largest}"
        >−${largest}<span class="ramp signed"></span>${largest}</span
      >`;
  }

  private sides() {
    return html`<label
      ><input
        type="checkbox"
        .checked=${this.radiological}
        @change=${(event: Event) => {
          this.radiological = (event.target as HTMLInputElement).checked;
          keepRadiologicalChoice(this.radiological);
        }}
      />Radiological (right side on the left)</label
    >`;
  }
}
