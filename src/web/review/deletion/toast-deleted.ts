import { toProblem } from '../api/problem.ts';
import { toast } from '../frame/toasts.ts';
import { sentenceOf } from '../states/problem.tsx';

/** Says that something was deleted and where to restore it, with a button that restores it at once. */
export function toastDeleted(deleted: {
  name: string;
  /** `in the settings of the build` */
  where: string;
  restore: () => Promise<unknown>;
  /** Reads again what shows it. */
  onRestored: () => Promise<unknown>;
}): void {
  const { name, where, restore, onRestored } = deleted;
  const undo = async () => {
    try {
      await restore();
      toast(`${name} was restored.`);
    } catch (error) {
      toast(`Not restored: ${sentenceOf(toProblem(error))}`, { tone: 'problem' });
    }
    await onRestored();
  };
  toast(`${name} was deleted. For a day, you can restore it ${where}.`, { undo: () => void undo() });
}
