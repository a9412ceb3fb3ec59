/** Shows a counter on standard error, if that is a terminal, once something has taken longer than a second. */
export function progress(what: string): ((done: number, of?: number) => void) & { end: () => void } {
  const started = performance.now();
  let shown = 0;
  const show = (done: number, of?: number): void => {
    if (!process.stderr.isTTY || performance.now() - Math.max(started + 800, shown) < 200) return;
    shown = performance.now();
    const rate = done / ((shown - started) / 1000);
    const left = of === undefined || done === 0 ? '' : `, ${Math.ceil((of - done) / rate)} s left`;
    process.stderr.write(`\r${done}${of === undefined ? '' : ` of ${of}`} ${what}, ${Math.round(rate)} a second${left}\x1b[K`);
  };
  return Object.assign(show, {
    end: () => {
      if (shown > 0) process.stderr.write('\r\x1b[K');
      shown = 0;
    },
  });
}
