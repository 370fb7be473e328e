// Takes the place of `node/http.ts` in a bundle for browsers, as axios leaves its own http adapter out of one: there are
// neither agents nor streams that hold a request, and an XMLHttpRequest shows nothing of what it sent.

export function concealSentRequest(): void {}

export function concealFailedRequest(): void {}

export function onFailingUpload(): void {}

export function concealAgents(): void {}
