import { ElMessage } from 'element-plus';
import { isHoldfastError } from 'holdfast';
import type { Failure } from './request.js';

/** Says that something did not work, unless the app has said already that the session is over. */
export function toast(error: unknown): void {
  if (isHoldfastError(error, 'session-ended')) return;
  const { errcode = -1, errmsg, message } = error as Partial<Failure & Error>;
  ElMessage.error({ message: `${errmsg ?? message} (${errcode})`, grouping: true });
}
