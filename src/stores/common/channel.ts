import { whileUsed, type Undo } from './undo.js';

/** A way to the other pages and workers of the origin. */
export type Channel = {
  /** From here on it hears and can post, until every opening is undone. */
  open(): Undo;
  /**
   * To all others that listen now; to nobody while it is not open, or where there is no BroadcastChannel.
   * @throws `DataCloneError` where the message cannot be copied
   */
  post(message: unknown): void;
};

export function createChannel(name: string, onMessage: (message: unknown) => void): Channel {
  let channel: BroadcastChannel | undefined;
  return {
    open: whileUsed(() => {
      channel = openChannel(name);
      channel?.addEventListener('message', ({ data }) => onMessage(data));
      // In Node a listening channel would keep the process alive.
      (channel as { unref?(): void } | undefined)?.unref?.();
      return () => {
        channel?.close();
        channel = undefined;
      };
    }),
    post(message) {
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
      channel?.postMessage(message);
    },
  };
}

/** Whether this page or worker can have channels at all. */
export function hasChannels(): boolean {
  const channel = openChannel('holdfast');
  channel?.close();
  return channel !== undefined;
}

function openChannel(name: string): BroadcastChannel | undefined {
  try {
    return new BroadcastChannel(name);
  } catch {
    // There is none, or this page may not have one.
    return undefined;
  }
}
