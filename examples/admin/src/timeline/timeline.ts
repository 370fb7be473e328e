export type StageName = 'sent' | 'held' | 'replayed';
export type Outcome = 'answered' | 'failed';

/** One stretch in the life of a request; times are in milliseconds since 1970. */
export interface Stage {
  readonly name: StageName;
  readonly from: number;
  to?: number;
}

export interface RequestBar {
  readonly tag: string;
  readonly label: string;
  readonly startedAt: number;
  readonly stages: Stage[];
  outcome?: Outcome;
  endedAt?: number;
}

export interface RefreshBand {
  readonly from: number;
  to?: number;
  outcome?: 'refreshed' | 'failed';
}

/** What has happened in a tab since it was last at rest. Plain data, so that tabs can show it to each other. */
export interface Timeline {
  readonly startedAt: number;
  readonly requests: Map<string, RequestBar>;
  readonly refreshes: RefreshBand[];
  /** When new tokens came that another tab had fetched. */
  readonly adoptions: number[];
}

/** One thing that happens in a tab. */
export type Happening = { readonly at: number } & (
  | { readonly type: 'begun'; readonly tag: string; readonly label: string }
  | { readonly type: StageName | Outcome; readonly tag: string }
  | { readonly type: 'refresh-started' | 'refreshed' | 'refresh-failed' | 'adopted' }
  | { readonly type: 'cleared' }
);

export function blank(startedAt: number): Timeline {
  return { startedAt, requests: new Map(), refreshes: [], adoptions: [] };
}

/** The timeline after one more thing has happened: the same one, unless that began another. */
export function follow(timeline: Timeline, happening: Happening): Timeline {
  const { requests, refreshes, adoptions } = timeline;
  const { at } = happening;
  switch (happening.type) {
    case 'begun': {
      const { tag, label } = happening;
      requests.set(tag, { tag, label, startedAt: at, stages: [] });
      return timeline;
    }
    case 'sent':
    case 'held':
    case 'replayed': {
      const request = requests.get(happening.tag);
      if (request) leave(request, at);
      request?.stages.push({ name: happening.type, from: at });
      return timeline;
    }
    case 'answered':
    case 'failed': {
      const request = requests.get(happening.tag);
      if (request) leave(request, at);
      if (request) Object.assign(request, { endedAt: at, outcome: happening.type });
      return timeline;
    }
    case 'refresh-started':
      endRefresh(timeline, 'failed', at);
      refreshes.push({ from: at });
      return timeline;
    case 'refreshed':
      endRefresh(timeline, 'refreshed', at);
      return timeline;
    case 'adopted':
      // Who waits for nothing takes them in by the way.
      if (!endRefresh(timeline, 'refreshed', at) && isBusy(timeline)) adoptions.push(at);
      return timeline;
    case 'refresh-failed':
      endRefresh(timeline, 'failed', at);
      return timeline;
    case 'cleared':
      return blank(at);
  }
}

export function isBusy({ requests, refreshes }: Timeline): boolean {
  const open = [...requests.values()].some(({ endedAt }) => endedAt === undefined);
  return open || refreshes.some(({ to }) => to === undefined);
}

/** When the last thing happened. */
export function endOf({ startedAt, requests, refreshes, adoptions }: Timeline): number {
  const ends = [...[...requests.values()].map(({ endedAt }) => endedAt), ...refreshes.map(({ to }) => to)];
  return Math.max(startedAt, ...ends.map((end) => end ?? 0), ...adoptions);
}

function leave({ stages }: RequestBar, at: number): void {
  const stage = stages.at(-1);
  if (stage) stage.to = at;
}

/** Whether there was one to be ended. */
function endRefresh({ refreshes }: Timeline, outcome: 'refreshed' | 'failed', at: number): boolean {
  const band = refreshes.at(-1);
  if (!band || band.to !== undefined) return false;
  Object.assign(band, { to: at, outcome });
  return true;
}
