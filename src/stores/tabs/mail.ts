import { createChannel } from '../common/channel.js';
import type { Undo } from '../common/undo.js';

/** One write that brought tokens: they belong to it, and to nothing else that ever stands in the record. */
export type Write = {
  readonly epoch: number;
  readonly generation: number;
  /** Drawn at random for this write. */
  readonly id: string;
};

/** How the tabs of one session talk about tokens: every tab hears every message of the others. */
export type Mail<T> = {
  /** Hears and can post until the undo of every opening. */
  open(): Undo;
  /** @throws `DataCloneError` where tokens cannot be copied */
  offer(write: Write, tokens: T): void;
  /** Asks whoever has the tokens of `write` to offer them. */
  ask(write: Write): void;
};

export type Receiver<T> = {
  offered(write: Write, tokens: T): void;
  asked(write: Write): void;
};

type Message<T> =
  | { readonly type: 'offer'; readonly write: Write; readonly tokens: T }
  | { readonly type: 'ask'; readonly write: Write };

const FORMAT = 1;

export function createMail<T>(name: string, receiver: Receiver<T>): Mail<T> {
  const channel = createChannel(name, receive);
  const post = (message: Message<T>): void => channel.post({ format: FORMAT, ...message });

  /** Any script of the origin can post here, a later release with other messages included. */
  function receive(message: unknown): void {
    const { format, type, write, tokens } = (message ?? {}) as { [name in string]?: unknown };
    if (format !== FORMAT || !isWrite(write)) return;
    const { epoch, generation, id } = write;
    const known = { epoch, generation, id };
    if (type === 'ask') receiver.asked(known);
    if (type === 'offer' && tokens != null) receiver.offered(known, tokens as T);
  }

  return {
    open: channel.open,
    offer: (write, tokens) => post({ type: 'offer', write, tokens }),
    ask: (write) => post({ type: 'ask', write }),
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
