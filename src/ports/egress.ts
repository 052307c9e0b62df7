/** Why a request did not get through. */
export interface EgressProblem {
  /** `blocked`: the operator's rules; `unreachable`: nobody answers there. */
  kind: 'blocked' | 'unreachable';
  /** One sentence. */
  message: string;
}

/** A browser's only way to the network. */
export interface Egress {
  /** Host and port of an HTTP proxy on this machine. */
  readonly address: string;
  /** Why the last request to the host and port of this URL did not get through; undefined when it did. */
  readonly problemOf: (url: string) => EgressProblem | undefined;
}
