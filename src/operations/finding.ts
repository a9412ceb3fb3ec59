/** One thing that `ledger doctor` found, in one sentence that also says what to do. */
export type Finding = {
  /** `wrong`: something does not work now. `soon`: it works, and something is likely to fail or to be misused. */
  readonly severity: 'wrong' | 'soon';
  readonly text: string;
};
