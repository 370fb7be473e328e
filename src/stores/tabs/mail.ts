import { openChannel } from '../common/channel.js';

/** One write that brought tokens: they belong to it, and to nothing else that ever stands in the record. */
export type Write = {
  readonly epoch: number;
  readonly generation: number;
  /** Drawn at random for this write. */
  readonly id: string;
};

/** How the tabs of one session talk about tokens: every tab hears every message of the others. */
export type Mail<T> = {
  /** @throws `DataCloneError` where tokens cannot be copied */
  offer(write: Write, tokens: T): void;
  /** Asks whoever has the tokens of `write` to offer them. */
  ask(write: Write): void;
};

export type Receiver<T> = {
  offered(write: Write, tokens: T): void;
  asked(write: Write): void;
};

type Message<T> = { readonly format: typeof FORMAT; readonly write: Write } & (
  | { readonly type: 'offer'; readonly tokens: T }
  | { readonly type: 'ask' }
);

const FORMAT = 1;

/** Undefined where there is no BroadcastChannel to be had. */
export function openMail<T>(name: string, receiver: Receiver<T>): Mail<T> | undefined {
  const channel = openChannel(name, receive);
  if (!channel) return undefined;

  /** Any script of the origin can post here, a later release with other messages included. */
  function receive(message: unknown): void {
    const { format, type, write, tokens } = (message ?? {}) as { [name in string]?: unknown };
    if (format !== FORMAT || !isWrite(write)) return;
    const { epoch, generation, id } = write;
    if (type === 'ask') receiver.asked({ epoch, generation, id });
    if (type === 'offer' && tokens != null) receiver.offered({ epoch, generation, id }, tokens as T);
  }

  function post(message: Message<T>): void {
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel has no target
    channel?.postMessage(message);
  }

  return {
    offer: (write, tokens) => post({ format: FORMAT, type: 'offer', write, tokens }),
    ask: (write) => post({ format: FORMAT, type: 'ask', write }),
  };
}

/** Two tabs that write at once draw two ids. */
export function drawId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[\da-f]{32}$/.test(value);
}

function isWrite(value: unknown): value is Write {
  const { epoch, generation, id } = (value ?? {}) as Partial<Write>;
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(generation) && isId(id);
}
