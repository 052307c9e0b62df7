/** Settings of a clone that fetching from its remote needs in another repository. */

export interface ConfigEntry {
  key: string;
  value: string;
}

/** How servers are reached and who asks: addresses, proxies, certificates, headers, credentials. */
const ofConnections = /^(http|credential|url|ssh|protocol)\.|^core\.(sshcommand|gitproxy|askpass)$/;

/** What `git config --list --null` says, in its order. Section and name are in lower case, as git gives them. */
export function parseConfig(text: string): ConfigEntry[] {
  return text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry) => {
      const end = entry.indexOf('\n');
      // A key alone means true.
      return end === -1
        ? { key: entry, value: 'true' }
        : { key: entry.slice(0, end), value: entry.slice(end + 1) };
    });
}

/**
 * The settings for fetching from the remote, under the name `dpxdt`. They are asked in the clone, where conditional
 * includes (`includeIf`) hold: newer versions of actions/checkout keep credentials behind one.
 *
 * @returns null where the remote has no address
 */
export function handedConfig(config: readonly ConfigEntry[], remote: string): ConfigEntry[] | null {
  const url = config.find(({ key }) => key === `remote.${remote}.url`)?.value;
  if (url === undefined || url === '') return null;
  const ofRemote = ['uploadpack', 'proxy', 'proxyauthmethod', 'vcs'].flatMap((name) =>
    config
      .filter(({ key }) => key === `remote.${remote}.${name}`)
      .map(({ value }) => ({ key: `remote.dpxdt.${name}`, value })),
  );
  return [
    ...config.filter(({ key }) => ofConnections.test(key)),
    { key: 'remote.dpxdt.url', value: url },
    ...ofRemote,
  ];
}

/** The remote that the branch follows; else `origin`; else the only one. */
export function chooseRemote(config: readonly ConfigEntry[], branch: string | null): string | null {
  const remotes = [
    ...new Set(
      config.map(({ key }) => /^remote\.([^]+)\.url$/.exec(key)?.[1]).filter((name) => name !== undefined),
    ),
  ];
  const followed = config.findLast(({ key }) => branch !== null && key === `branch.${branch}.remote`)?.value;
  if (followed !== undefined && remotes.includes(followed)) return followed;
  if (remotes.includes('origin')) return 'origin';
  return remotes.length === 1 ? remotes[0]! : null;
}
