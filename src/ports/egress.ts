/** Why a request failed. */
export interface EgressProblem {
  /** `blocked`: denied by the operator's rules; `unreachable`: no answer. */
  kind: 'blocked' | 'unreachable';
  /** One sentence. */
  message: string;
}

/** The browser's only route to the network. */
export interface Egress {
  /** Host and port of an HTTP proxy on this machine. */
  readonly address: string;
  /** Why the last request to the host and port of this URL failed; undefined if it succeeded. */
  readonly problemOf: (url: string) => EgressProblem | undefined;
}
