/** The live figures, asked for again and again, and those of the last minutes. */
import { ParleyError, type Figures } from "@parley/client";
import { useEffect, useState } from "react";
import { openAsOperator } from "./credentials.ts";

const everyMs = 2000;
/** Five minutes. */
const samplesKept = 150;
/** Each process tells what it has counted once a second: over a longer time the rates are smoother. */
const rateSamples = 3;

/** `figures` are undefined where nobody answered. */
export type Sample = { at: number; figures: Figures | undefined };
export type LiveFigures = { samples: readonly Sample[]; latest: Figures | undefined; error: unknown };
export type Points = readonly (number | undefined)[];

export function useFigures(operatorKey: string | undefined): LiveFigures {
  const [live, setLive] = useState<LiveFigures>({ samples: [], latest: undefined, error: undefined });
  useEffect(() => {
    const parley = openAsOperator(operatorKey);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    async function look(): Promise<void> {
      const [figures, error] = await parley.operator.figures().then(
        (told) => [told, undefined] as const,
        (err: unknown) => [undefined, err] as const,
      );
      if (isOver) return;
      setLive(({ samples, latest }) => ({
        samples: [...samples.slice(1 - samplesKept), { at: Date.now(), figures }],
        latest: figures ?? latest,
        error,
      }));
      timer = setTimeout(() => void look(), everyMs);
    }
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [operatorKey]);
  return live;
}

/** Per second; undefined where it cannot be said. Totals that are smaller than before were begun anew. */
export function ratesOf(samples: readonly Sample[], name: keyof NonNullable<Figures["totals"]>): Points {
  return samples.map(({ at, figures }, i) => {
    const before = samples[Math.max(0, i - rateSamples)];
    const [now, then] = [figures?.totals?.[name], before?.figures?.totals?.[name]];
    if (!before || before.at === at || now === undefined || then === undefined) return undefined;
    return Math.max(0, ((now - then) * 1000) / (at - before.at));
  });
}

export const valuesOf = (
  samples: readonly Sample[],
  pick: (figures: Figures) => number | undefined,
): Points => samples.map(({ figures }) => figures && pick(figures));

export function describeSilence(error: unknown): string {
  const isSilent = error instanceof ParleyError && error.status === 0;
  return isSilent ? "Parley does not answer." : "read-service does not answer.";
}
