/** Takes the place of `node/forms.ts` in a bundle for browsers: there the platform reads every form itself. */
export function bytesOfForm(): undefined {
  return undefined;
}
