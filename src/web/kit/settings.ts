/** Small settings kept on this device. Without storage (private mode), they last until the page is closed. */
const memory = new Map<string, string>();

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(`dpxdt.${name}`) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

export function writeSetting(name: string, value: string): void {
  memory.set(name, value);
  try {
    localStorage.setItem(`dpxdt.${name}`, value);
  } catch {
    return;
  }
}
