import { ref, type Ref } from 'vue';
import { toast } from './toast.js';

/** For buttons that have to wait for each other: whether something is under way. What goes wrong with it is said. */
export function useBusy(): {
  busy: Readonly<Ref<boolean>>;
  during(task: () => Promise<void>): Promise<void>;
} {
  const busy = ref(false);
  return {
    busy,
    async during(task) {
      busy.value = true;
      await task().catch(toast);
      busy.value = false;
    },
  };
}
