/** Calls a listener. What it throws is its own affair, and nobody else is kept from hearing of it. */
export function callSafely<News extends unknown[]>(listener: (...news: News) => void, ...news: News): void {
  try {
    listener(...news);
  } catch {
    // Whoever tells of something has done what it tells of.
  }
}
