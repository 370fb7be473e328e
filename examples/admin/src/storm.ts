import { isHoldfastError } from 'holdfast';
import { reactive, ref } from 'vue';
import { ask, METHODS, orderAt, type Method } from './api/storm.js';
import type { Failure } from './request.js';
import { session } from './session.js';
import { clear } from './timeline/own.js';

/** One request of a storm, and what came of it. */
export interface Card {
  readonly tag: string;
  readonly method: Method;
  readonly order: string;
  state: 'waiting' | 'held' | 'answered' | 'failed' | 'ended';
  /** The order that the answer is about, or what went wrong. */
  reply: string;
}

let storms = 0;

/** Many requests at once, each with a card for its own answer. */
export function useStorm() {
  const cards = ref<Card[]>([]);

  async function fire(count: number): Promise<void> {
    storms += 1;
    clear();
    const fired = Array.from({ length: count }, (_, index) => createCard(index));
    const byTag = new Map(fired.map((card) => [card.tag, card]));
    const unheld = session.on('held', ({ tag = '' }) => {
      const card = byTag.get(tag);
      if (card) card.state = 'held';
    });
    cards.value = fired;
    await Promise.all(fired.map(settle));
    unheld();
  }

  return { cards, fire };
}

function createCard(index: number): Card {
  const method = METHODS[index % METHODS.length] ?? 'GET';
  return reactive({
    tag: `storm ${storms}, ${index}`,
    method,
    order: orderAt(index),
    state: 'waiting',
    reply: '',
  });
}

async function settle(card: Card): Promise<void> {
  try {
    card.reply = await ask(card.method, card.order, card.tag);
    card.state = 'answered';
  } catch (error) {
    const ended = isHoldfastError(error, 'session-ended');
    const { errcode, errmsg } = error as Failure;
    card.reply = ended ? 'session-ended' : `${errcode} ${errmsg}`;
    card.state = ended ? 'ended' : 'failed';
  }
}
