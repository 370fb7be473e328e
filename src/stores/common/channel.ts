/** Opens a channel to the other pages and workers of the origin; undefined where there is none to be had. */
export function openChannel(
  name: string,
  onMessage: (message: unknown) => void,
): BroadcastChannel | undefined {
  try {
    const channel = new BroadcastChannel(name);
    channel.addEventListener('message', ({ data }) => onMessage(data));
    // In Node a listening channel would keep the process alive.
    (channel as { unref?(): void }).unref?.();
    return channel;
  } catch {
    // There is none, or this page may not have one.
    return undefined;
  }
}
