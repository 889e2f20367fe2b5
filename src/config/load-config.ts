import { dirname } from 'node:path';
import { chosenFiles } from './choose-files.ts';
import type { ChosenFile, FileChoice } from './choose-files.ts';
import { buildConfig } from './config.ts';
import type { Config } from './config.ts';
import { defaultHome, userFilePath } from './discover-files.ts';
import { readableByOthers, settingsOfEnvironment } from './environment-settings.ts';
import { holdsSecret, settingsOfFile } from './file-settings.ts';
import type { Given } from './file-settings.ts';
import { settingsOfFlags, settingsOfFlagVariables } from './flag-settings.ts';
import type { SettingsByPath } from './flag-settings.ts';
import { isPlainlyValid } from './plain-check.ts';
import { poolProblems } from './pool-settings.ts';
import { badConfiguration } from './problem.ts';
import type { Problem } from './problem.ts';
import { resolvePath } from './resolve-path.ts';
import { SETTING_PATHS, settingAt } from './schema.ts';
import type { SettingPath } from './schema.ts';
import type { SettingValue } from './setting.ts';
import { storeProblems } from './store-targets.ts';

/**
 * `cwd` is the working folder and `homeDirectory` is os.homedir(); `configFile` is what `--config` names;
 * `uid` is process.getuid(), without it nobody checks who wrote the project file.
 */
export interface LoadConfigOptions extends FileChoice {
  /** Settings from the command line, already typed. */
  readonly flags?: SettingsByPath;
  /** Settings from the environment twins of flags (INV_FORMAT, INV_TIMEOUT), already typed. */
  readonly flagVariables?: SettingsByPath;
}

export type Source = 'flag' | 'env' | 'default' | ChosenFile['source'];

export interface Origin {
  readonly source: Source;
  /** The flag, the variable, or `file:line`. */
  readonly location: string;
}

export interface LoadedConfig {
  readonly config: Config;
  /** The same values by path. Secrets are in it: print through describeSettings. */
  readonly values: ReadonlyMap<SettingPath, SettingValue>;
  readonly origins: ReadonlyMap<SettingPath, Origin>;
  /** The files that were read, the strongest first. */
  readonly files: readonly string[];
  /** Where the user's own file is looked for, whether it exists or not. */
  readonly userFile: string;
  /** For people, on stderr. They hold no secret. */
  readonly warnings: readonly string[];
}

interface Layer {
  readonly source: Source;
  /** Folder that relative paths of this layer start from. */
  readonly folder: string;
  readonly given: ReadonlyMap<SettingPath, Given>;
}

/**
 * Reads the configuration: flag > environment > project file > user file > default.
 * It runs in every command, so the parser of files and the schema library are loaded only when a file is
 * there for them, or a value is wrong.
 * @throws InvError BAD_CONFIGURATION that lists all problems of all sources.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<LoadedConfig> {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const userFile = userFilePath(options);
  const environment = settingsOfEnvironment(options.env, options.cwd);
  problems.push(...environment.problems);
  warnings.push(...environment.warnings);

  const layers: Layer[] = [
    { source: 'flag', folder: options.cwd, given: settingsOfFlags(options.flags) },
    { source: 'env', folder: options.cwd, given: settingsOfFlagVariables(options.flagVariables) },
    { source: 'env', folder: options.cwd, given: environment.given },
  ];
  const files = chosenFiles(options, userFile, warnings);
  for (const { path, source } of files) {
    const content = await readFileLayer(path);
    problems.push(...content.problems);
    warnings.push(...content.warnings);
    layers.push({ source, folder: dirname(path), given: content.given });
  }

  const values = new Map<SettingPath, SettingValue>();
  const origins = new Map<SettingPath, Origin>();
  for (const path of SETTING_PATHS) {
    values.set(path, path === 'home' ? defaultHome(options) : settingAt(path).default);
    origins.set(path, { source: 'default', location: 'default' });
  }
  // From the weakest to the strongest; the weaker ones are checked too, since they are wrong all the same.
  for (const layer of layers.toReversed()) {
    for (const [path, given] of layer.given) {
      const checked = await check(layer.source, path, given);
      if (!checked.ok) {
        problems.push(checked.problem);
      } else {
        values.set(path, absolute(path, checked.value, { ...options, folder: layer.folder }));
        origins.set(path, originOf(layer.source, given));
      }
    }
  }
  const config = buildConfig(values);
  if (problems.length === 0) {
    problems.push(...[...storeProblems(config), ...poolProblems(config)].map(withOrigin));
  }
  if (problems.length > 0) throw badConfiguration(problems);
  return { config, values, origins, files: files.map((file) => file.path), userFile, warnings };

  function withOrigin(problem: Problem): Problem {
    const origin = problem.setting === undefined ? undefined : origins.get(problem.setting);
    const message = `${problem.setting ?? ''} ${problem.message}`.trim();
    return { ...problem, message, location: origin?.location ?? problem.location };
  }
}

/** The line in a file is found when somebody asks for it. */
function originOf(source: Source, given: Given): Origin {
  return {
    source,
    get location() {
      return given.locate();
    },
  };
}

interface FileLayer {
  readonly given: ReadonlyMap<SettingPath, Given>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

async function readFileLayer(file: string): Promise<FileLayer> {
  const { readConfigurationFile } = await import('./read-file.ts');
  const content = readConfigurationFile(file);
  if (!content.ok) return { given: new Map(), problems: [content.problem], warnings: [] };
  const { given, problems } = settingsOfFile({ file, text: content.text, root: content.root });
  const isExposed = content.isReadableByOthers && holdsSecret(given);
  return { given, problems, warnings: isExposed ? [readableByOthers(file)] : [] };
}

type Outcome =
  | { readonly ok: true; readonly value: SettingValue }
  | { readonly ok: false; readonly problem: Problem };

async function check(source: Source, path: SettingPath, given: Given): Promise<Outcome> {
  const setting = settingAt(path);
  // A file often repeats defaults, and a test has checked those.
  if (given.value === setting.default) return { ok: true, value: setting.default };
  if (source === 'flag' || source === 'env') {
    const { value } = given;
    if (isPlainlyValid(setting.rule, value)) return { ok: true, value };
  }
  const { validateSetting } = await import('./validate.ts');
  const checked = validateSetting(path, given.value);
  if (checked.ok) return checked;
  return {
    ok: false,
    problem: { location: given.locate(), message: checked.message, setting: path },
  };
}

function absolute(
  path: SettingPath,
  value: SettingValue,
  base: { readonly folder: string; readonly homeDirectory: string },
): SettingValue {
  const isPath = settingAt(path).rule.kind === 'path' && typeof value === 'string';
  return isPath ? resolvePath(value, base) : value;
}
