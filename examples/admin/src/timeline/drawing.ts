import type { StageName, Timeline } from './timeline.js';

/** Where everything goes on paper, in pixels. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** Where the rows begin and end. */
  readonly top: number;
  readonly bottom: number;
  readonly pitch: number;
  /** One path for all the bars of a look: 200 requests are as cheap as one. */
  readonly bars: Readonly<Record<StageName | 'answered' | 'failed', string>>;
  readonly bands: readonly Band[];
  readonly ticks: readonly Tick[];
}

export interface Band {
  readonly x: number;
  readonly width: number;
  readonly outcome: 'refreshed' | 'failed' | 'running';
  readonly durationMs: number;
}

export interface Tick {
  readonly x: number;
  readonly afterMs: number;
}

const TOP = 46;
const SIDE = 14;
const ROWS_HEIGHT = 430;
const LEAST_PITCH = 3;
const MOST_PITCH = 16;
const PIXELS_A_TICK = 110;
const STEPS_MS = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000] as const;

export function draw({ startedAt, requests, refreshes }: Timeline, width: number, now: number): Drawing {
  const pitch = clamp(Math.floor(ROWS_HEIGHT / Math.max(requests.size, 1)), LEAST_PITCH, MOST_PITCH);
  const thickness = pitch > 6 ? pitch - 4 : pitch - 0.5;
  const room = width - 2 * SIDE;
  const stepMs = stepFor(now - startedAt, room);
  // Grows by whole steps, so that bars stay where they are in between.
  const spanMs = Math.max(Math.ceil((now - startedAt) / stepMs), 1) * stepMs;
  const xOf = (at: number): number => round(SIDE + (clamp(at - startedAt, 0, spanMs) / spanMs) * room);

  const bars = { sent: '', held: '', replayed: '', answered: '', failed: '' };
  [...requests.values()].forEach(({ stages, outcome, endedAt = now }, row) => {
    const y = TOP + row * pitch;
    for (const { name, from, to = now } of stages) bars[name] += box(xOf(from), y, xOf(to), thickness);
    const end = xOf(endedAt);
    if (outcome === 'answered') bars.answered += box(end, y, end + 2, thickness);
    if (outcome === 'failed') bars.failed += cross(end, y, Math.max(thickness, 4));
  });

  const bottom = TOP + Math.max(requests.size, 4) * pitch;
  return {
    width,
    height: bottom + 8,
    top: TOP,
    bottom,
    pitch,
    bars,
    bands: refreshes.map(({ from, to = now, outcome }): Band => ({
      x: xOf(from),
      width: Math.max(xOf(to) - xOf(from), 2),
      outcome: outcome ?? 'running',
      durationMs: to - from,
    })),
    ticks: Array.from({ length: spanMs / stepMs + 1 }, (_, index) => ({
      x: xOf(startedAt + index * stepMs),
      afterMs: index * stepMs,
    })),
  };
}

function stepFor(spanMs: number, room: number): number {
  const most = Math.max(Math.floor(room / PIXELS_A_TICK), 2);
  return STEPS_MS.find((stepMs) => spanMs / stepMs <= most) ?? Math.ceil(spanMs / most / 60_000) * 60_000;
}

function box(from: number, y: number, to: number, height: number): string {
  return `M${from} ${y}h${round(Math.max(to - from, 1))}v${height}h${-round(Math.max(to - from, 1))}z`;
}

function cross(x: number, y: number, size: number): string {
  return `M${x} ${y}l${size} ${size}m0 ${-size}l${-size} ${size}`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
