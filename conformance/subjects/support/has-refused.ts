/** Whether a failed refresh is the server's no to the refresh token (RFC 6749, section 5.2), and no mere bad luck. */
export function hasRefused(error: unknown): boolean {
  const status = (error as { status?: unknown } | null)?.status;
  return status === 400 || status === 401 || status === 403;
}
