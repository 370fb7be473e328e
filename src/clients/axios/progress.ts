import type { Config, OnProgress } from './shapes.js';

/** What tells of a request that goes out once more as of one. */
export type Progress = {
  /** Another attempt: what was withheld of the one before is never told. */
  begin(sent: Config): void;
  /** The last attempt's reply is the caller's. */
  end(): void;
};

type Told = Parameters<OnProgress>[0];
type Seen = { target?: { status?: number; getResponseHeader?: (name: string) => string | null } };

/** The reply to dead tokens is hardly ever longer. */
const SMALL_BYTES = 65_536;

/**
 * A rejected reply is none of the caller's, and neither are its bytes: while a reply is small its progress is withheld
 * until it is judged. Upload goes on where it was and never goes back.
 */
export function createProgress({ onDownloadProgress, onUploadProgress }: Config): Progress | undefined {
  if (!onDownloadProgress && !onUploadProgress) return undefined;
  let uploaded = 0;
  let flush = (): void => {};
  let attempts = 0;

  return {
    begin(sent) {
      const attempt = ++attempts;
      let withheld: Told | undefined;
      let isJudged = false;
      flush = () => {
        isJudged = true;
        if (withheld) onDownloadProgress?.(withheld);
      };
      if (onDownloadProgress)
        sent.onDownloadProgress = (event) => {
          if (attempt !== attempts) return;
          withheld = isJudged || !isWithheld(event) ? undefined : event;
          if (!withheld) onDownloadProgress(event);
        };
      if (onUploadProgress)
        sent.onUploadProgress = (event) => {
          if (event.loaded < uploaded) return;
          uploaded = event.loaded;
          onUploadProgress(event);
        };
    },
    end: () => flush(),
  };
}

function isWithheld(event: Told): boolean {
  if (event.total) return event.total <= SMALL_BYTES;
  if (event.loaded > SMALL_BYTES) return false;
  // Who reads a reply while it comes in, as a chat does, reads it from here; JSON is read at its end.
  const { target } = (event as { event?: Seen }).event ?? (event as Seen);
  if (!target?.getResponseHeader || (target.status ?? 0) >= 400) return true;
  return /^application\/json\b/i.test(target.getResponseHeader('content-type') ?? '');
}
