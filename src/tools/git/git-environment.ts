import type { ConfigEntry } from './handed-config.ts';

/** What ties git to one repository, or hands settings to it. */
const ofOneRepository =
  /^GIT_(DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|PREFIX|SHALLOW_FILE|GRAFT_FILE|REPLACE_REF_BASE|QUARANTINE_PATH|IMPLICIT_WORK_TREE|INTERNAL_SUPER_PREFIX|CONFIG|CONFIG_PARAMETERS|CONFIG_COUNT|CONFIG_KEY_\d+|CONFIG_VALUE_\d+|CONFIG_GLOBAL|CONFIG_SYSTEM|CONFIG_NOSYSTEM)$/;

const always = {
  LC_ALL: 'C',
  LANGUAGE: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GCM_INTERACTIVE: 'never',
  SSH_ASKPASS_REQUIRE: 'never',
  // Reading must not refresh the index, nor bring objects of a partial clone.
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
} as const;

/** For reading the user's clone: as they would call git, but without questions and without writing. */
export function cloneEnvironment(
  env: NodeJS.ProcessEnv,
  more: readonly ConfigEntry[] = [],
): NodeJS.ProcessEnv {
  const count = /^\d{1,4}$/.test(env.GIT_CONFIG_COUNT ?? '') ? Number(env.GIT_CONFIG_COUNT) : 0;
  return { ...env, ...always, ...configVariables(more, count) };
}

/** What says where a repository is, as git tells it to its hooks. */
const place = /^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX|NAMESPACE|IMPLICIT_WORK_TREE)$/;

/** For reading the clone around a folder, also where a hook of another one has started this process. */
export function environmentOfFolder(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !place.test(name)));
}

/** For a scratch repository: nothing of the clone's variables, and these settings instead of all files. */
export function scratchEnvironment(
  env: NodeJS.ProcessEnv,
  config: readonly ConfigEntry[],
): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !ofOneRepository.test(name)));
  return {
    ...own,
    ...always,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    ...configVariables(config, 0),
  };
}

function configVariables(config: readonly ConfigEntry[], from: number): NodeJS.ProcessEnv {
  if (config.length === 0) return {};
  const variables = config.flatMap(({ key, value }, index) => [
    [`GIT_CONFIG_KEY_${from + index}`, key],
    [`GIT_CONFIG_VALUE_${from + index}`, value],
  ]);
  return {
    ...(Object.fromEntries(variables) as NodeJS.ProcessEnv),
    GIT_CONFIG_COUNT: String(from + config.length),
  };
}
