import { environmentNameOf, fileEnvironmentNameOf, SETTING_PATHS, settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';
import { describeRule } from './setting.ts';

const HEADER = `# Every setting of inv with its default. Delete what you do not change.
#
# inv reads the nearest inventory.config.yaml from the working folder upward, and then the user's own file,
# ~/.config/inv/config.yaml. Precedence: flag > environment > project file > user file > default.
# A setting that is null or empty counts as not given here.
# Where each value came from: inv config show --origin
# This file is generated from the declaration in src/config/schema.ts; a test compares the two.
`;

/** The text of inventory.config.yaml: each setting with a comment that says all that is known about it. */
export function renderDefaultFile(): string {
  const blocks: string[] = [];
  let section = '';
  for (const path of SETTING_PATHS) {
    const [first = '', key] = path.split('.');
    const isNewSection = key !== undefined && first !== section;
    if (isNewSection) section = first;
    blocks.push(
      (isNewSection ? `\n${first}:\n` : key === undefined ? '\n' : '') + settingBlock(path),
    );
  }
  return HEADER + blocks.join('');
}

function settingBlock(path: SettingPath): string {
  const setting = settingAt(path);
  const [first = '', key] = path.split('.');
  const indent = key === undefined ? '' : '  ';
  const unit = setting.unit === undefined ? '' : `, in ${setting.unit}`;
  const variable = fileEnvironmentNameOf(path) ?? environmentNameOf(path);
  const names =
    variable === environmentNameOf(path)
      ? variable
      : `${environmentNameOf(path)}, or ${variable} for a file that holds it`;
  return [
    `${indent}# ${setting.description}`,
    `${indent}# ${capitalised(describeRule(setting.rule))}${unit}. Environment: ${names}`,
    `${indent}${key ?? first}: ${String(setting.default)}`,
    '',
  ].join('\n');
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
