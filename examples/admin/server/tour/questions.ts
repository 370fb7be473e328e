import type { AxiosInstance } from 'axios';
import type { Envelope, Question } from './stage.js';

type Answer = { data: Envelope<{ order?: string; number?: string; bytes?: number } | null> };

function orderOf(index: number): string {
  return `SO-${1001 + index}`;
}

function isFor(order: string, { data: { errcode, data } }: Answer): boolean {
  return errcode === 0 && (data?.order ?? data?.number) === order;
}

export const read: Question = async (request, index) =>
  isFor(orderOf(index), await request.get(`/orders/${orderOf(index)}`));

export const quote: Question = async (request, index) =>
  isFor(orderOf(index), await request.post('/quotes', { order: orderOf(index), quantity: index + 1 }));

const upload: Question = async (request, index) => {
  const content = 'x'.repeat(index + 1);
  const form = new FormData();
  form.set('order', orderOf(index));
  form.set('file', new File([content], `${index}.txt`));
  const answer: Answer = await request.post('/files', form);
  return isFor(orderOf(index), answer) && answer.data.data?.bytes === content.length;
};

/** The three of them in turn. */
export const mixed: Question = (request, index) => ([read, quote, upload][index % 3] ?? read)(request, index);

/** A request whose token is judged only after `delayMs`. */
export function report(delayMs: number): Question {
  return async (request: AxiosInstance, index) =>
    isFor(orderOf(index), await request.get(`/reports/${orderOf(index)}`, { params: { delayMs } }));
}
