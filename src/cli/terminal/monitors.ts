import type { MonitorSettings } from './monitor.ts';
import type { Monitor } from './types.ts';

export interface Monitors {
  readonly open: () => Promise<Monitor>;
  readonly stopAll: () => void;
}

/** Few commands run for hours: what they need is loaded when one does. */
export function createMonitors(settings: MonitorSettings): Monitors {
  const opened: Monitor[] = [];
  return {
    async open() {
      const { createMonitor } = await import('./monitor.ts');
      const { prepareAllWidths } = await import('./width.ts');
      await prepareAllWidths();
      const monitor = createMonitor(settings);
      opened.push(monitor);
      return monitor;
    },
    stopAll() {
      for (const monitor of opened) monitor.stop();
    },
  };
}
