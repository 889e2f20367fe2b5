import { paint, render } from './style.ts';
import type { Paint, StreamProfile, Style, StyleName } from './types.ts';

export interface InquirerTheme {
  readonly prefix: { idle: string; done: string };
  readonly icon: { cursor: string };
  readonly style: Record<
    'answer' | 'message' | 'error' | 'defaultAnswer' | 'help' | 'highlight' | 'key',
    Paint
  > & { keysHelpTip: (keys: [key: string, action: string][]) => string };
}

/** Inquirer decides about colour and symbols by itself; this makes it follow the stream's profile. */
export function inquirerTheme(style: Style, profile: StreamProfile): InquirerTheme {
  const use =
    (name: StyleName): Paint =>
    (text) =>
      paint(text, name, profile.color);
  return {
    prefix: {
      idle: render(style.cyan('?'), profile),
      done: render(style.green(style.mark.ok), profile),
    },
    icon: { cursor: profile.unicode ? '❯' : '>' },
    style: {
      answer: use('cyan'),
      message: use('bold'),
      error: (text: string) => render(`${style.red(style.mark.fail)} ${text}`, profile),
      defaultAnswer: (text: string) => paint(`(${text})`, 'dim', profile.color),
      help: use('dim'),
      highlight: use('cyan'),
      key: use('cyan'),
      keysHelpTip: (keys: [key: string, action: string][]) =>
        paint(keys.map(([key, action]) => `${key} ${action}`).join('  '), 'dim', profile.color),
    },
  };
}
