import { endOf, isBusy, type Outcome, type RequestBar, type StageName, type Timeline } from './timeline.js';

/** The timeline of one tab among several. */
export interface Lane {
  readonly timeline: Timeline;
  /** Where there are several. */
  readonly name?: string;
  readonly colour?: string;
}

/** Where everything goes on paper, in pixels. */
export interface Drawing {
  readonly height: number;
  readonly top: number;
  readonly bottom: number;
  readonly ticks: readonly Tick[];
  readonly lanes: readonly DrawnLane[];
}

export interface DrawnLane extends Lane {
  readonly rows: readonly Row[];
  /** Where the rows begin and end. */
  readonly top: number;
  readonly bottom: number;
  /** One path for all the bars of a look: 200 requests are as cheap as one. */
  readonly bars: Readonly<Record<StageName | Outcome, string>>;
  readonly bands: readonly Band[];
  readonly adoptions: readonly number[];
}

export interface Row {
  readonly request: RequestBar;
  readonly y: number;
  readonly height: number;
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

/** Above the first row: the axis, and the name of a band. Above those of a lane that has a name: that, too. */
const HEAD = 46;
const NAMED_HEAD = 44;
const AXIS = 16;
const SIDE = 14;
const ROWS_HEIGHT = 430;
const LEAST_PITCH = 3;
const MOST_PITCH = 16;
const LEAST_ROWS = 4;
const PIXELS_A_TICK = 110;
const STEPS_MS = [50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 60_000] as const;

/** All lanes on one axis, from when the first of them began. */
export function draw(lanes: readonly Lane[], width: number, now: number): Drawing {
  const started = lanes.filter(({ timeline }) => timeline.requests.size > 0);
  const startedAt = Math.min(...started.map(({ timeline }) => timeline.startedAt), now);
  const count = lanes.reduce((sum, { timeline }) => sum + timeline.requests.size, 0);
  const pitch = clamp(Math.floor(ROWS_HEIGHT / Math.max(count, 1)), LEAST_PITCH, MOST_PITCH);
  const room = width - 2 * SIDE;
  const stepMs = stepFor(now - startedAt, room);
  // Grows by whole steps, so that bars stay where they are in between.
  const spanMs = Math.max(Math.ceil((now - startedAt) / stepMs), 1) * stepMs;
  const xOf = (at: number): number => round(SIDE + (clamp(at - startedAt, 0, spanMs) / spanMs) * room);

  let bottom = lanes[0]?.name === undefined ? 0 : AXIS;
  const drawn = lanes.map((lane) => {
    const placed = drawLane(lane, bottom + (lane.name === undefined ? HEAD : NAMED_HEAD), pitch, xOf, now);
    ({ bottom } = placed);
    return placed;
  });
  return {
    height: bottom + 8,
    top: drawn[0]?.top ?? HEAD,
    bottom,
    lanes: drawn,
    ticks: Array.from({ length: spanMs / stepMs + 1 }, (_, index) => ({
      x: xOf(startedAt + index * stepMs),
      afterMs: index * stepMs,
    })),
  };
}

function drawLane(
  lane: Lane,
  top: number,
  pitch: number,
  xOf: (at: number) => number,
  now: number,
): DrawnLane {
  const { requests, refreshes, adoptions } = lane.timeline;
  const thickness = pitch > 6 ? pitch - 4 : pitch - 0.5;
  const bars = { sent: '', held: '', replayed: '', answered: '', failed: '' };
  const rows = [...requests.values()].map((request, index): Row => {
    const { stages, outcome, endedAt = now } = request;
    const y = top + index * pitch;
    for (const { name, from, to = now } of stages) bars[name] += box(xOf(from), y, xOf(to), thickness);
    const end = xOf(endedAt);
    if (outcome === 'answered') bars.answered += box(end, y, end + 2, thickness);
    if (outcome === 'failed') bars.failed += cross(end, y, Math.max(thickness, 4));
    return { request, y, height: pitch };
  });
  return {
    ...lane,
    rows,
    top,
    bottom: top + Math.max(rows.length, LEAST_ROWS) * pitch,
    bars,
    bands: refreshes.map(({ from, to = now, outcome }): Band => ({
      x: xOf(from),
      width: Math.max(xOf(to) - xOf(from), 2),
      outcome: outcome ?? 'running',
      durationMs: to - from,
    })),
    adoptions: adoptions.map(xOf),
  };
}

/** Until when lanes are drawn: now, as long as something is under way in one of them. */
export function momentOf(lanes: readonly Lane[]): number {
  const isUnderWay = lanes.some(({ timeline }) => isBusy(timeline));
  return isUnderWay ? Date.now() : Math.max(0, ...lanes.map(({ timeline }) => endOf(timeline)));
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
