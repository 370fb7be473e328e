import axios from 'axios';
import { isHoldfastError } from 'holdfast';
import { guardAxios } from 'holdfast/axios';
import { guardFetch } from 'holdfast/fetch';
import { session } from './session.cjs';

export const api = axios.create();
guardAxios(api, session);

export const guarded: typeof fetch = guardFetch(session);

export const isOver = (error: unknown): boolean => isHoldfastError(error, 'session-ended');
