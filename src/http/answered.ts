/** A request whose answer has been sent, or whose client has left. Contains nothing of its query or body. */
export type Answered = {
  /** Also in `X-Request-Id` of the answer. */
  readonly id: string;
  readonly method: string;
  /** The address as it is declared, such as `/commitments/:id`; `other` where there is none. */
  readonly route: string;
  /** As it was sent, without its query. */
  readonly path: string;
  readonly status: number;
  /** From the arrival of the request until the last byte of its answer was handed over, in milliseconds. */
  readonly durationMs: number;
  /** Whether the client left before it had the whole answer. */
  readonly isBroken: boolean;
  readonly address: string | undefined;
  /** The name of the key it carried. */
  readonly by: string | undefined;
};

/** Notified of requests. */
export type RequestObserver = {
  /** An id for the next request. */
  readonly newId: () => string;
  readonly began: () => void;
  readonly answered: (answered: Answered) => void;
};
