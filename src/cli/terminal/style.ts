import { Chalk } from 'chalk';
import { visible } from './sanitize.ts';
import type { Paint, StreamProfile, Style, StyleName } from './types.ts';

const STYLE_NAMES = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan'] as const;

/** Builds styles that mark text with noncharacters; `render` turns the marks into colour. */
export function createStyle(profile: Pick<StreamProfile, 'unicode'>): Style {
  return {
    bold: painter('bold'),
    dim: painter('dim'),
    red: painter('red'),
    green: painter('green'),
    yellow: painter('yellow'),
    cyan: painter('cyan'),
    mark: profile.unicode ? UNICODE_MARKS : ASCII_MARKS,
  };
}

/** One line for one stream: marks become colour where it has any, everything else is made visible. */
export function render(text: string, profile: Pick<StreamProfile, 'color'>): string {
  return renderWith(text, profile.color, visible);
}

/** Like `render`, for text of our own that may span lines: only the marks are replaced. */
export function renderTrusted(text: string, profile: Pick<StreamProfile, 'color'>): string {
  return renderWith(text, profile.color, (own) => own);
}

/** Colours text that is safe already. */
export function paint(text: string, name: StyleName | undefined, hasColor: boolean): string {
  return hasColor && name !== undefined ? COLOURS[name](text) : text;
}

const UNICODE_MARKS = { ok: '✓', fail: '✗', warn: '!', arrow: '→', ellipsis: '…' };
const ASCII_MARKS = { ok: 'ok', fail: 'x', warn: '!', arrow: '->', ellipsis: '...' };

// Level 1 is the 16 colours that the user's theme defines; whether to colour is not chalk's to decide.
const chalk = new Chalk({ level: 1 });

const COLOURS: Readonly<Record<StyleName, Paint>> = {
  bold: chalk.bold,
  dim: chalk.dim,
  red: chalk.red,
  green: chalk.green,
  yellow: chalk.yellow,
  cyan: chalk.cyan,
};

const OPEN_BASE = 0xfdd2;
const CLOSE = '\uFDD1';
const MARKS = /([\uFDD1-\uFDD7])/u;

function painter(name: StyleName): Paint {
  const open = String.fromCodePoint(OPEN_BASE + STYLE_NAMES.indexOf(name));
  return (text) => `${open}${text}${CLOSE}`;
}

interface Span {
  readonly name: StyleName | undefined;
  text: string;
}

function renderWith(text: string, hasColor: boolean, clean: Paint): string {
  if (!MARKS.test(text)) return clean(text);
  const spans: Span[] = [];
  let current: Span = { name: undefined, text: '' };
  for (const part of text.split(MARKS)) {
    const outer = part === CLOSE ? spans.pop() : undefined;
    const opened = openedStyle(part);
    if (outer !== undefined) {
      outer.text += paint(current.text, current.name, hasColor);
      current = outer;
    } else if (opened !== undefined) {
      spans.push(current);
      current = { name: opened, text: '' };
    } else {
      // A close without an open comes from data.
      current.text += part === CLOSE ? visible(part) : clean(part);
    }
  }
  // A caller may have cut the text in the middle of a style.
  return spans.reduceRight(
    (inner, outer) => ({
      name: outer.name,
      text: outer.text + paint(inner.text, inner.name, hasColor),
    }),
    current,
  ).text;
}

function openedStyle(part: string): StyleName | undefined {
  return part.length === 1 ? STYLE_NAMES[part.charCodeAt(0) - OPEN_BASE] : undefined;
}
